"""export: one person's badges as a signed learner record, in a straight line of calls.

The record is personal. It is never part of the site: it is made on request, verified like
somebody else's, and handed to its caller as bytes.
"""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from obit_build.centre.names import ELSEWHERE
from obit_build.credentials.clr import HeldBadge, Record, clr_credential
from obit_build.credentials.issuer_keys import did_json
from obit_build.errors import ArgumentError, CredentialError, FetchError, PeopleListError
from obit_build.issuing import schemas, signing
from obit_build.issuing.keys import active_signer
from obit_build.issuing.run import Circumstances
from obit_build.ledger.files import LedgerReader
from obit_build.ledger.ledger import Ledger, Mode
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.phrases import phrases_for
from obit_build.pipeline import (
    complete_ledger,
    issue,
    mode_of,
    repository_of,
    signers_of,
    sound,
    store_of,
)
from obit_build.reading.kinds import CODE, shown
from obit_build.reading.reader import nearest
from obit_build.securing.keys import (
    did_document_url,
    did_for,
    encode_multikey,
    method_id,
)
from obit_build.securing.proof import add_proof
from obit_build.setting import Progress, Setting, silent
from obit_build.strict_json import JsonObject
from obit_build.verifying.report import State, VerificationReport
from obit_build.verifying.verify import verify

NOT_VALID: tuple[State, ...] = ("expired", "revoked", "suspended", "not-yet-valid")
"""States in which a badge is genuine and yet not valid."""
FIX = "run obit check; if it finds nothing, report this as a bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A learner record as the bytes of its file, and what is in it."""

    text: bytes = field(repr=False)
    mode: Mode
    badges: int
    left_out: int
    """Badges of the person that are not valid, and so are not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: whose record, in whose name, in which language, how much of it."""

    code: str
    issuer: str
    language: str | None = None
    everything: bool = False
    """Also badges that are not valid; the record's name says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A badge of the person and what a verifier says of it."""

    held: HeldBadge = field(repr=False)
    state: State


def export_person(setting: Setting, wish: Wish, *, progress: Progress = silent) -> Exported:
    """Sign a record of what the ledger knows of one person; verified, and kept nowhere.

    Raises ArgumentError for a code, issuer or language that is not there, CredentialError if the
    person holds nothing or the record does not verify.
    """
    repository = repository_of(sound(setting))
    _refuse_unknown_person(repository, wish.code)
    issuer, language = _issuer(repository, wish.issuer), _language(repository, wish)
    mode = mode_of(setting, repository)
    done = issue(setting, repository, progress=progress) if mode == "preview" else None
    with store_of(setting, repository, mode) as store:
        ledger = done.ledger if done else complete_ledger(store, repository)
        run = Circumstances(
            at=max(setting.at, ledger.last_at),
            main=setting.commit,
            mode=mode,
            signers=signers_of(setting, repository, mode),
            entropy=setting.entropy,
        )
        judge = _Judge(store, ledger, max(setting.now, run.at))
        found = list(_badges(repository, store, ledger, wish.code, judge))
        chosen = [one for one in found if wish.everything or one.state == "valid"]
        if not chosen:
            raise _nothing(wish.code, len(found))
        record = Record(
            issuer=issuer,
            code=wish.code,
            held=[one.held for one in chosen],
            phrases=phrases_for(language, repository.templates),
            at=run.at,
            everything=wish.everything,
        )
        document = clr_credential(repository, ledger, record)
        text = _signed(document, issuer.slug, ledger, run)
        _refuse_if_wrong(judge.report(text), [one.state for one in chosen])
        return Exported(text=text, mode=mode, badges=len(chosen), left_out=len(found) - len(chosen))


def _refuse_unknown_person(repository: Repository, code: str) -> None:
    if repository.people_absent:
        raise PeopleListError(
            "the people list is kept elsewhere and is not here",
            fix=f"run the command where the list is; {ELSEWHERE} may name its path",
        )
    if code in repository.recipients:
        return
    if not CODE.fullmatch(code):  # it may be a name: not repeated
        raise ArgumentError(
            "this is not a recipient's code",
            fix="give the code that recipients.csv has for the person, not a name or an address",
        )
    near = nearest(code, repository.recipients)
    raise ArgumentError(
        f'there is no recipient "{code}"',
        fix=f'did you mean "{near}"?' if near else "look the code up in recipients.csv",
    )


def _issuer(repository: Repository, slug: str) -> Profile:
    if slug in repository.profiles:
        return repository.profiles[slug]
    near = nearest(slug, repository.profiles)
    known = ", ".join(sorted(repository.profiles))
    raise ArgumentError(
        f'there is no issuer "{shown(slug)}"',
        fix=f'did you mean "{near}"?' if near else f"name one of: {known}",
    )


def _language(repository: Repository, wish: Wish) -> str:
    """Choose the record's language: as asked for, the person's, the site's."""
    known = repository.settings.languages
    if wish.language is not None:
        if wish.language not in known:
            raise ArgumentError(
                f'"{shown(wish.language)}" is not a language of the site',
                fix=f"choose one of: {', '.join(known)}",
            )
        return wish.language
    own = repository.recipients[wish.code].language or ""
    wished = (own, own.split("-", maxsplit=1)[0])
    return next((str(x) for x in wished if x in known), repository.settings.default_language)


class _Judge:
    """Verifies with the keys and lists of the ledger, as they are published."""

    def __init__(self, store: LedgerReader, ledger: Ledger, at: datetime.datetime) -> None:
        self._store, self._ledger, self._at = store, ledger, at
        self._keys = {
            did_document_url(did_for(ledger.site, issuer)): did_json(ledger, issuer)
            for issuer in ledger.lists
        }

    def report(self, text: bytes) -> VerificationReport:
        return verify(text, name="record.json", at=self._at, fetch=self._fetch)

    def _fetch(self, url: str) -> bytes:
        if url in self._keys:
            return json.dumps(self._keys[url]).encode()
        path = url.removeprefix(f"{self._ledger.site}/")
        found = self._store.status(path) if path.startswith("status/") else None
        if found is None:
            raise FetchError("the ledger does not hold it", fix="run obit issue again")
        return found


def _badges(
    repository: Repository, store: LedgerReader, ledger: Ledger, code: str, judge: _Judge
) -> Iterator[_Found]:
    """Yield what the person was ever awarded, oldest first; what was taken down is left alone."""
    ids = {ledger.award_id(award.key) for award in repository.awards if award.key.recipient == code}
    awards = [ledger.awards[i] for i in ids if i in ledger.awards]
    for award in sorted(awards, key=lambda award: (award.issued, award.badge, award.id)):
        if award.state == "withdrawn" or ledger.revoked_key(award):
            continue
        text = store.credential(award.id, award.sha256)
        report = judge.report(text)
        if report.state not in ("valid", *NOT_VALID):
            raise CredentialError(
                f"{award.id} does not verify: {report.decisive.message}",
                fix="sign the status lists again with obit issue --refresh"
                if report.decisive.name == "status"
                else FIX,
            )
        yield _Found(
            held=HeldBadge(badge=award.badge, document=json.loads(text)), state=report.state
        )


def _nothing(code: str, others: int) -> CredentialError:
    if others:
        return CredentialError(
            f"{code} holds no badge that is valid now", fix="add --all for the others"
        )
    return CredentialError(f"{code} holds no badge yet", fix="award one, then export again")


def _signed(document: JsonObject, issuer: str, ledger: Ledger, run: Circumstances) -> bytes:
    """Sign with a key that the ledger has published, since only that one would be found."""
    schemas.check_unsigned("clr-credential", document)
    signer, did = active_signer(run, ledger, issuer), did_for(ledger.site, issuer)
    key = encode_multikey(signer.public_key)
    method = method_id(did, key)
    signed = add_proof(document, sign=signer.sign, verification_method=method, created=run.at)
    return signing.written(signed)


def _refuse_if_wrong(report: VerificationReport, expected: list[State]) -> None:
    """Raise CredentialError unless the record is good and its badges are as they were alone."""
    for step in report.steps:
        if step.number <= signing.LAST_STEP_OF_OUR_OWN and step.outcome != "passed":
            raise CredentialError(
                f"the record that was just signed does not verify: {step.message}", fix=FIX
            )
    if [part.state for part in report.parts] != expected:
        raise CredentialError(
            "a badge in the record that was just signed is not what it is by itself", fix=FIX
        )
