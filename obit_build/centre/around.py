"""What there is around a centre's awards: every file that was read but theirs, as one digest."""

import hashlib

from obit_build.centre.names import PEOPLE
from obit_build.fingerprint import fingerprint
from obit_build.model.repository import Repository


def around(repository: Repository) -> str:
    """Digest all of a repository but its awards: what they mean, and whether they are sound, depends on it."""
    files = repository.files
    elsewhere = None if PEOPLE in files else repository.recipients
    told = sorted((path, files[path]) for path in files.keys() - repository.award_files.keys())
    return fingerprint(repository.people_absent, elsewhere, told)


def digests(repository: Repository) -> dict[str, str]:
    """Return the SHA-256 of each file of awards, by path."""
    files = repository.files
    return {path: hashlib.sha256(files[path]).hexdigest() for path in repository.award_files}
