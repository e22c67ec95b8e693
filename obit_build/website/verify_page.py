"""What the verify page tells the verifier in the browser: the sentences of reports, in its language.

The script holds no words; the page brings them along, so that it also works when it was saved to
a disk. They are the sentences of `obit verify`, from the same catalogues.
"""

from collections.abc import Iterable, Iterator, Mapping

from obit_build.credentials.openbadges2 import issuer_id
from obit_build.model.settings import Settings
from obit_build.verifying.words import ENGLISH, sentences, sentences_with
from obit_build.website.issuer_pages import IssuerView

# Said of lists of issuers and of folders of badges.
_NOT_ON_PAGES = (
    "detail.fetch.file", "detail.fetch.folder", "detail.fetch.offline", "detail.fix.", "detail.other",
    "report.counts", "report.nothing", "says.trust", "trust.",
)  # fmt: skip


def sentences_for(language: str, templates: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return key and sentence of all that a check can say; English where the language has none.

    ``templates`` maps paths below ``templates/`` to text; catalogues of a centre's own count.
    """
    known = {**sentences(ENGLISH), **sentences_with(language, templates)}
    return tuple((key, known[key]) for key in sorted(known) if not key.startswith(_NOT_ON_PAGES))


def known_issuers(settings: Settings, issuers: Iterable[IssuerView]) -> Iterator[str]:
    """Yield the ids of those whose badges this site can vouch for: in 3.0, and in 2.0."""
    for issuer in issuers:
        if issuer.keys:
            yield issuer.did
            yield issuer_id(settings, issuer.slug)
