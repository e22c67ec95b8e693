"""Read a site back before it is published, as anybody could: credentials, tokens, images, older twins."""

import datetime
from collections.abc import Callable, Iterable
from typing import NamedTuple

from obit_build import addresses
from obit_build.auditing.awards import is_as_expected
from obit_build.errors import CredentialError, FetchError
from obit_build.harmless import shown
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.network.fetch import path_on
from obit_build.pictures.bake import Blank, prepare, unbake
from obit_build.pictures.pdf_attachments import credentials_in_pdf
from obit_build.verifying.alike import AlikeVerifier
from obit_build.verifying.key import Fetch
from obit_build.verifying.report import Judgement
from obit_build.verifying.twin import check_twin

MAX_REMEMBERED = 64
"""Pictures of badges, and shared files, that are kept for the next award."""

Read = Callable[[str], bytes | None]
"""Path on the site → bytes, or None if there is no such file."""


class Inspected(NamedTuple):
    """How many files of each kind hold exactly their credential."""

    images: int
    certificates: int


def files_as_addresses(read: Read, site: str) -> Fetch:
    """Let a verification fetch the files of the site at the address ``site``, and nothing else.

    What was read lately is not read again: keys and lists are the same for most awards.
    """
    lately: dict[str, bytes] = {}

    def fetch(url: str) -> bytes:
        data = lately.get(url)
        if data is not None:
            return data
        data = read(path_on(site, url))
        if data is None:
            raise FetchError(f"the folder has no file for {shown(url)}", fix="build the site again")
        if len(lately) >= MAX_REMEMBERED:
            lately.clear()
        lately[url] = data
        return data

    return fetch


class Inspector:
    """Verifies the awards of one site as it will be."""

    def __init__(self, read: Read, ledger: Ledger, now: datetime.datetime) -> None:
        """Take how a file of the site is read, what it should say, and the time of reading."""
        self._read, self._ledger, self._now = read, ledger, now
        self._fetch = files_as_addresses(read, ledger.site)
        self._verifier = AlikeVerifier(now, self._fetch)
        self._alike: dict[tuple[str, str], Blank | None] = {}
        """Badge and file name → the picture around a credential, if it was seen to be one."""
        self._disowned = {
            (x.issuer, x.public_key_multibase) for x in ledger.keys if x.state == "revoked"
        }

    def award(self, award: IssuedAward, paths: Iterable[str]) -> Inspected:
        """Verify one award, whose files are at ``paths``; count those that hold exactly its credential.

        Raises CredentialError for a file that is not what the ledger says.
        """
        text = self._file(award, "credential.json")
        self._verified(award, text, award.key)
        if award.token_sha256:
            token = self._file(award, "credential.jwt")
            self._verified(award, token, award.token_key)
        names = [path.rpartition("/")[2] for path in sorted(paths)]
        images = [name for name in names if name.startswith("badge.")]
        certificates = [name for name in names if name.startswith("certificate.")]
        for name in images:
            self._picture_holds(award, name, text)
        for name in certificates:
            held = credentials_in_pdf(self._file(award, name))
            self._holds(award, name, [one.encode() for one in held], text.strip())
        if addresses.assertion_file(award.id).rpartition("/")[2] in names:
            check_twin(self._ledger.site, award, self._now, self._fetch)
        return Inspected(len(images), len(certificates))

    def _file(self, award: IssuedAward, name: str) -> bytes:
        data = self._read(f"{addresses.award_page(award.id)}{name}")
        if data is None:
            raise CredentialError(f"{name} of {award.id} is not there", fix="report this as a bug")
        return data

    def _verified(self, award: IssuedAward, text: bytes, key: str | None) -> None:
        found = self._verifier.verify(text)
        _as_expected(award, found, disowned=(award.issuer, key) in self._disowned)

    def _picture_holds(self, award: IssuedAward, name: str, text: bytes) -> None:
        """Look into a picture; one that differs in nothing but its credential from one seen before is known."""
        image, key = self._file(award, name), (award.badge, name)
        known = self._alike.get(key)
        if known is not None and known.with_credential(text.decode()) == image:
            return
        self._holds(award, name, [unbake(image).encode()], text)
        if key not in self._alike:
            if len(self._alike) >= MAX_REMEMBERED:
                self._alike.clear()
            blank = prepare(image)
            same = blank.with_credential(text.decode()) == image
            self._alike[key] = blank if same else None

    def _holds(self, award: IssuedAward, name: str, held: list[bytes], text: bytes) -> None:
        if held != [text]:
            raise CredentialError(
                f"{name} of {award.id} does not hold its credential", fix="report this as a bug"
            )


def _as_expected(award: IssuedAward, found: Judgement, *, disowned: bool) -> None:
    """Raise CredentialError unless a verifier says what the ledger says."""
    if not is_as_expected(award, found, disowned=disowned):
        raise CredentialError(
            f"the site's copy of {award.id} is {found.state}: {found.decisive.message}",
            fix="sign the status lists again with obit issue --refresh"
            if found.decisive.name == "status"
            else "run obit check; if it finds nothing, report this as a bug",
        )
