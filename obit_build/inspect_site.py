"""Read a finished site back, as anybody could: every credential, token, image and older twin."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from obit_build import addresses
from obit_build.auditing.awards import is_as_expected
from obit_build.bake import unbake
from obit_build.errors import CredentialError
from obit_build.fetch import SiteFolder
from obit_build.ledger import IssuedAward, Ledger
from obit_build.pdf_attachments import credentials_in_pdf
from obit_build.verify import verify
from obit_build.verify_report import VerificationReport
from obit_build.verify_twin import check_twin


class Inspected(NamedTuple):
    """How many files of each kind hold exactly their credential."""

    images: int
    certificates: int


def verify_site(
    folder: Path,
    ledger: Ledger,
    now: datetime.datetime,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Inspected:
    """Verify all awards of a staged site; count the files that hold exactly their credential.

    Raises CredentialError at the first file that is not what the ledger says.
    """
    fetch = SiteFolder(folder, ledger.site)
    images = certificates = 0
    disowned = {(x.issuer, x.public_key_multibase) for x in ledger.keys if x.state == "revoked"}
    published = [award for award in ledger.awards.values() if award.state != "withdrawn"]
    for done, award in enumerate(published, start=1):
        text = (folder / addresses.credential_file(award.id)).read_bytes()
        report = verify(text, name=award.id, at=now, fetch=fetch)
        _as_expected(award, report, disowned=(award.issuer, award.key) in disowned)
        if award.token_sha256:
            token = (folder / addresses.token_file(award.id)).read_bytes()
            report = verify(token, name=award.id, at=now, fetch=fetch)
            _as_expected(award, report, disowned=(award.issuer, award.token_key) in disowned)
        images += _images(folder, award, text)
        certificates += _certificates(folder, award, text)
        check_twin(ledger.site, award, now, fetch)
        progress("verifying", done, len(published))
    return Inspected(images, certificates)


def _as_expected(award: IssuedAward, report: VerificationReport, *, disowned: bool) -> None:
    """Raise CredentialError unless a verifier says what the ledger says."""
    if not is_as_expected(award, report, disowned=disowned):
        raise CredentialError(
            f"the site's copy of {award.id} is {report.state}: {report.decisive.message}",
            fix="sign the status lists again with obit issue --refresh"
            if report.decisive.name == "status"
            else "run obit check; if it finds nothing, report this as a bug",
        )


def _images(folder: Path, award: IssuedAward, text: bytes) -> int:
    images = sorted((folder / addresses.award_page(award.id)).glob("badge.*"))
    for image in images:
        if unbake(image.read_bytes()).encode() != text:
            raise CredentialError(
                f"{image.name} of {award.id} does not hold its credential",
                fix="report this as a bug",
            )
    return len(images)


def _certificates(folder: Path, award: IssuedAward, text: bytes) -> int:
    made = sorted((folder / addresses.award_page(award.id)).glob("certificate.*.pdf"))
    for certificate in made:
        if credentials_in_pdf(certificate.read_bytes()) != [text.decode().strip()]:
            raise CredentialError(
                f"{certificate.name} of {award.id} does not hold its credential",
                fix="report this as a bug",
            )
    return len(made)
