"""Which awards say something else than when they were issued.

An award's content is digested with the ledger's salt, and the ledger has the digest from when it was issued. Of a file that is as it
was, and of whose lines the ledger says what it said, nothing is digested again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from obit_build.centre.around import digests
from obit_build.credentials.digests import award_bytes
from obit_build.fingerprint import fingerprint
from obit_build.ledger.ledger import Ledger
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.remembered import Remembered

AS_ISSUED = "as-issued"
"""What it is remembered as which files of awards say what was issued."""


def edited_awards(
    repository: Repository,
    ledger: Ledger,
    ids: Mapping[AwardKey, str | None],
    remembered: Remembered,
) -> set[AwardKey]:
    """Return the awards that were issued with another content; ``ids`` are those of all awards."""
    made_from = _made_from(repository, ledger)
    known, now = remembered.recall(AS_ISSUED, made_from) or {}, dict[str, Sequence[str]]()
    files, edited, end = digests(repository), set[AwardKey](), 0
    for path, lines in repository.award_files.items():
        awards, end = repository.awards[lines.start : lines.stop], max(end, lines.stop)
        said = [files[path], _issued(ledger, awards, ids)]
        found = set(_edited(ledger, awards, ids) if known.get(path) != said else ())
        if not found:
            now[path] = said
        edited |= found
    edited.update(_edited(ledger, repository.awards[end:], ids))
    if now != known:
        remembered.remember(AS_ISSUED, made_from, lambda: now)
    return edited


def remember_issued(repository: Repository, ledger: Ledger, remembered: Remembered) -> None:
    """Remember of a ledger that this run has begun that each file says what was issued."""
    if remembered.has(AS_ISSUED):
        return
    now = {}
    for path, digest in digests(repository).items():
        lines = repository.award_files[path]
        awards = repository.awards[lines.start : lines.stop]
        ids = {award.key: ledger.award_id(award.key) for award in awards}
        now[path] = [digest, _issued(ledger, awards, ids)]
    remembered.remember(AS_ISSUED, _made_from(repository, ledger), lambda: now)


def _made_from(repository: Repository, ledger: Ledger) -> str:
    language = repository.settings.default_language  # of texts that have none of their own
    return fingerprint(language, ledger.salt)


def _issued(ledger: Ledger, awards: Sequence[Award], ids: Mapping[AwardKey, str | None]) -> str:
    """Digest which awards these are, and what the ledger says of their content."""
    total = hashlib.sha256()
    for award in awards:
        award_id = ids[award.key] or ""
        known = ledger.awards.get(award_id)
        total.update(f"{award_id} {known.content if known else None}\n".encode())
    return total.hexdigest()


def _edited(
    ledger: Ledger, awards: Sequence[Award], ids: Mapping[AwardKey, str | None]
) -> Iterator[AwardKey]:
    for award in awards:
        known = ledger.awards.get(ids[award.key] or "")
        if known and known.content != ledger.keyed("award-content", award_bytes(award)).hex():
            yield award.key
