"""What the verify page tells the verifier in the browser: the sentences of reports, in its language.

The script holds no words; the page brings them along, so that it also works when it was saved to
a disk. They are the sentences of `obit verify`, from the same catalogues.
"""

from obit_build.verify_words import ENGLISH, sentences, sentences_in

# Said of lists of issuers and folders of badges, and of Open Badges 2.0, which the script leaves
# to other verifiers.
_NOT_ON_PAGES = (
    "blocked.revoked", "detail.fetch.file", "detail.fetch.folder", "detail.fetch.offline",
    "detail.fix.", "detail.other", "endorsements.not-done", "fix.current-copy", "form.passed.",
    "form.verification", "hosted.", "kind.identity", "report.counts", "report.nothing", "says.trust",
    "signed.", "status.passed.hosted", "status.revoked.file", "the.", "trust.", "version.open-badges",
    "version.passed.open-badges", "what.assertion", "what.badge-class", "what.issuer",
    "what.public-key", "what.revocation-list",
)  # fmt: skip


def sentences_for(language: str) -> tuple[tuple[str, str], ...]:
    """Return key and sentence of all that a check can say; English where the language has none."""
    known = {**sentences(ENGLISH), **sentences_in(language)}
    return tuple((key, known[key]) for key in sorted(known) if not key.startswith(_NOT_ON_PAGES))
