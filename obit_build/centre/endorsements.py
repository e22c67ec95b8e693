"""Endorsements from other bodies: read their files, see what they are about, check what they say.

Open Badges 3.0, "Endorsement". An endorsement is a credential of its own, signed by the endorser
and kept beside what it is about, so that it may come after an award was issued and no signed byte
changes (decision 0013). Its bytes are published as they came. Only what this site knows is asked:
a ``did:key``, and the keys and lists of the site's own issuers; anything else stays *unchecked*
and is shown as such. Refused: documents that are not EndorsementCredentials of data model 2.0,
signatures that do not hold, opinions about something else.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from obit_build import addresses
from obit_build.errors import CanonicalizationError, CredentialError, FetchError
from obit_build.ledger.ledger import Ledger
from obit_build.model.endorsement import Endorsement
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Language
from obit_build.problems import Location, Problem
from obit_build.reading.kinds import LANGUAGE, SLUG
from obit_build.securing.keys import did_document_url, did_for
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.form import first_flaw
from obit_build.verifying.key import Fetch
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.proof import check_proof, issuer_of
from obit_build.verifying.report import VerificationError
from obit_build.verifying.shape import ENDORSEMENT_CREDENTIAL
from obit_build.verifying.status import check_status

MAX_BYTES = 256 * 1024

RULES: dict[str, str] = {
    "endorsement-name-is-plain": "An endorsement's file name is plain.\n\nIt becomes part of an address: lower-case letters, digits and single hyphens, then perhaps a dot and the comment's language, then `.json`. For example `cluster-cyber.json` or `cluster-cyber.nl.json`.",
    "endorsement-is-json": "An endorsement is a JSON document.\n\nIt is published exactly as the endorser signed it. Ask for the file itself, not for a copy of its text.",
    "endorsement-is-well-formed": "An endorsement is an EndorsementCredential of Open Badges 3.0.\n\nOther software refuses anything else. `obit endorse` writes one.",
}
FIX_FILE = "ask the endorser for the original file"

_FILE = re.compile(r"(?:issuers|badges)/[^/]+/endorsements/([^/]+)")
_NAME = re.compile(rf"{SLUG.pattern}(?:\.({LANGUAGE.pattern}))?\.json")
_PATH = re.compile(
    r"badges/([a-z0-9-]+)/v([A-Za-z0-9._-]+)/achievement\.([A-Za-z0-9-]+)\.json"
    r"|awards/([a-z2-7]{32})/credential\.json"
)


def is_endorsement(path: str) -> bool:
    """Tell whether a file of the repository is an endorsement, by where it lies."""
    return bool(_FILE.fullmatch(path))


def read_endorsement(path: str, data: bytes) -> tuple[Endorsement | None, list[Problem]]:
    """Read one file; the record is None if there are problems."""
    try:
        return _read(path, data), []
    except _UnfitError as unfit:
        return None, [unfit.problem]


class _UnfitError(Exception):
    def __init__(self, path: str, check: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = Problem(location=Location(path), check=check, message=message, fix=fix)


def _read(path: str, data: bytes) -> Endorsement:
    named = _NAME.fullmatch(path.rsplit("/", 1)[1])
    if named is None:
        raise _UnfitError(
            path,
            "endorsement-name-is-plain",
            "this name can't be part of an address",
            "rename it after the endorser, like cluster-cyber.json or cluster-cyber.nl.json",
        )
    try:
        document = parse(data, limit=MAX_BYTES)
    except CanonicalizationError as error:
        raise _UnfitError(path, "endorsement-is-json", error.message, FIX_FILE) from error
    flaw = first_flaw(ENDORSEMENT_CREDENTIAL, document)
    if flaw is not None:
        message = f"this is not an endorsement as the standard describes it: {flaw.message}"
        raise _UnfitError(path, "endorsement-is-well-formed", message, FIX_FILE)
    issuer, subject = document["issuer"], document["credentialSubject"]
    begins = instant(document["validFrom"])
    assert begins is not None  # noqa: S101 - the form was checked
    return Endorsement(
        path=path,
        data=data,
        document=document,
        subject=subject["id"],
        endorser=issuer_of(document),
        endorser_name=issuer.get("name") if isinstance(issuer, dict) else None,
        comment=subject.get("endorsementComment"),
        language=Language(named[1]) if named[1] else None,
        valid_from=begins,
        valid_until=instant(document.get("validUntil")),
        location=Location(path),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """Something of this site that can be endorsed."""

    kind: Literal["issuer", "badge", "award"]
    name: str
    """The slug, or the award's id."""
    version: str = ""
    language: str = ""


def subject_of(settings: Settings, identifier: str) -> Subject | None:
    """Tell what an id of this site stands for; None for anything else."""
    slug = identifier.rsplit(":", 1)[-1]
    if identifier == did_for(settings.base, slug):
        return Subject("issuer", slug)
    path = identifier.removeprefix(f"{settings.base}/")
    found = _PATH.fullmatch(path) if path != identifier else None
    if found is None:
        return None
    badge, version, language, award = found.groups()
    return Subject("award", award) if award else Subject("badge", badge, version, language)


def language_of(endorsement: Endorsement, subject: Subject | None) -> str | None:
    """Return the comment's language: as the file is named, else that of the Achievement."""
    return endorsement.language or (subject.language if subject else None) or None


def counts(endorsement: Endorsement, at: datetime.datetime) -> bool:
    """Tell whether an endorsement has begun and not ended."""
    until = endorsement.valid_until
    return endorsement.valid_from <= at and (until is None or at <= until)


def files_of_site(
    settings: Settings, documents: Iterable[JsonObject], lists: Mapping[str, bytes]
) -> Fetch:
    """Serve what the site itself publishes, from memory; refuse every other address.

    ``documents`` are the DID documents of its issuers, ``lists`` maps a path of the site to a status
    list.
    """
    served = {f"{settings.base}/{path}": data for path, data in lists.items()}
    for document in documents:
        served[did_document_url(document["id"])] = json.dumps(document).encode()

    def fetch(url: str) -> bytes:
        if url not in served:
            raise FetchError("it is not on this site", fix="look there")
        return served[url]

    return fetch


def check_endorsement(endorsement: Endorsement, at: datetime.datetime, fetch: Fetch) -> None:
    """Check signature and status; raise VerificationError, whose outcome is failed or unknown."""
    document: JsonObject = dict(endorsement.document)
    check_proof(document, at, fetch)
    check_status(document, at, fetch)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An endorsement that the site publishes."""

    endorsement: Endorsement
    subject: Subject
    checked: bool
    """Whether its signature could be checked with what this site knows."""


def accepted(
    repository: Repository, ledger: Ledger, at: datetime.datetime, fetch: Fetch
) -> Iterator[Accepted]:
    """Yield the endorsements that are published, by path.

    Raise CredentialError for one that does not hold. A preview has other awards and other keys
    than the real site, so what is about or by those is not held against it.
    """
    ours = {did_for(repository.settings.base, slug) for slug in repository.profiles}
    preview = ledger.mode == "preview"
    for endorsement in sorted(repository.endorsements, key=lambda one: one.path):
        subject = subject_of(repository.settings, endorsement.subject)
        if subject is None:
            raise _refused(endorsement, "it is about nothing on this site")
        if subject.kind == "award" and not _is_shown(endorsement, subject, ledger):
            continue
        try:
            check_endorsement(endorsement, max(at, *_created(endorsement)), fetch)
            checked = True
        except VerificationError as error:
            if error.outcome != "unknown" and not (preview and endorsement.endorser in ours):
                raise _refused(endorsement, said(error)) from error
            checked = False
        yield Accepted(endorsement, subject, checked)


def _created(endorsement: Endorsement) -> list[datetime.datetime]:
    """Return when it was signed: a site is made as of its last commit, which may be older."""
    proofs = [x for x in as_list(endorsement.document.get("proof")) if isinstance(x, dict)]
    return [made for x in proofs if (made := instant(x.get("created")))] or [endorsement.valid_from]


def _is_shown(endorsement: Endorsement, subject: Subject, ledger: Ledger) -> bool:
    """Tell whether the award is on this site; refuse one that the ledger does not know."""
    award = ledger.awards.get(subject.name)
    if award is None:
        if ledger.mode == "preview":
            return False
        raise _refused(endorsement, "the ledger knows no award of this id")
    if endorsement.folder != f"badges/{award.badge}":
        raise _refused(endorsement, f'it is about an award of "{award.badge}"')
    return award.state != "withdrawn"


def said(error: VerificationError) -> str:
    """Say a verifier's sentence as one of ours."""
    return error.message[:1].lower() + error.message[1:].rstrip(".")


def _refused(endorsement: Endorsement, why: str) -> CredentialError:
    return CredentialError(
        f"the endorsement {endorsement.path} can't be published: {why}",
        fix="remove the file, or ask the endorser for a new one",
    )


def address_of(accepted: Accepted) -> str:
    """Return the path of an endorsement on the site."""
    subject = accepted.subject
    page = {
        "issuer": addresses.issuer_page,
        "badge": addresses.badge_page,
        "award": addresses.award_page,
    }[subject.kind](subject.name)
    return addresses.endorsement_file(page, accepted.endorsement.name)
