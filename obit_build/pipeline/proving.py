"""Verify awards of a site that is being made, and say on what each verification stands.

A proof is a digest of all that a verifier would read of an award: its own files and its state, the
documents of its issuer and its badge, and the program. Where it is the same as before, the award was
verified as it is.
"""

import datetime
import hashlib
from collections.abc import Iterable

from obit_build import addresses
from obit_build.fingerprint import fingerprint
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.publishing.inspect_site import Inspector
from obit_build.publishing.manifest import FileRow, Manifest, UnitRow
from obit_build.publishing.publish import Stage
from obit_build.website.units import AWARD

_READ_BY_VERIFIERS = (".json", ".jwt", "badge.png", "badge.svg", ".pdf")
_READ_BY_NOBODY = "oembed.json"


class Prover:
    """Verifies awards as the site has them at one point of a run."""

    def __init__(self, stage: Stage, ledger: Ledger, tool: str, now: datetime.datetime) -> None:
        """Take the site, what it should say, the digest of the program and the time of reading."""
        self.inspector = Inspector(stage.read, ledger, now)
        self._manifest, self._tool = stage.manifest, tool
        self._around: dict[tuple[str, str, str], str] = {}

    def around(self, award: IssuedAward) -> str:
        """Digest the documents that an award's verification may read besides its own."""
        key = award.issuer, award.badge, award.version
        if key not in self._around:
            names = (
                f"issuer/{award.issuer}",
                f"badge/{award.badge}",
                f"former/{award.badge}/v{award.version}",
            )
            rows = [self._manifest.unit(name) for name in names]
            files = [machine_files(row.files) for row in rows if row]
            self._around[key] = fingerprint(self._tool, files)
        return self._around[key]

    def proof(self, award: IssuedAward, row: UnitRow) -> str:
        """Digest what the verification of an award stands on."""
        files = (f"{path} {sha256}" for path, sha256 in machine_files(row.files))
        own = hashlib.blake2b("\n".join([award.state, *files]).encode(), digest_size=16)
        return f"{self.around(award)} {own.hexdigest()}"

    def proven(self, award: IssuedAward, row: UnitRow) -> UnitRow:
        """Verify an award unless that was done before; return its row with what was found.

        Raises CredentialError for a file that is not what the ledger says.
        """
        proof = self.proof(award, row)
        if row.proven == proof:
            return row
        found = self.inspector.award(award, [file.path for file in row.files])
        return row._replace(proven=proof, images=found.images, certificates=found.certificates)


def verify_lists(inspector: Inspector, ledger: Ledger, manifest: Manifest) -> None:
    """Verify one award through each status list (issuer and number).

    Raises CredentialError for a list that has run out, or is not what it should be.
    """
    seen: set[tuple[str, int]] = set()
    for award in ledger.awards.values():
        which = award.issuer, award.list_number
        if award.state != "withdrawn" and which not in seen:
            seen.add(which)
            known = manifest.unit(f"{AWARD}{award.id}")
            inspector.award(award, [file.path for file in known.files] if known else ())


def stands_alone(award: IssuedAward, row: UnitRow) -> bool:
    """Whether an award can be verified before what earlier versions of its badge leave is there."""
    twin = addresses.assertion_file(award.id)
    others = row.claims or any(file.path == twin for file in row.files)
    return award.state != "withdrawn" and not others


def machine_files(files: Iterable[FileRow]) -> list[tuple[str, str]]:
    """Return path and SHA-256 of the files that verifiers read."""
    return [
        (file.path, file.sha256)
        for file in files
        if file.path.endswith(_READ_BY_VERIFIERS) and not file.path.endswith(_READ_BY_NOBODY)
    ]
