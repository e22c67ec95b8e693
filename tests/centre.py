"""A small training centre, made in memory: two issuers, two badges, three people, any awards."""

import dataclasses
import datetime
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.errors import SigningError
from obit_build.issuing import issue as issuing
from obit_build.issuing import status_lists
from obit_build.issuing.run import Circumstances
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger, Mode
from obit_build.model.achievement import Achievement, Criteria
from obit_build.model.award import Award, AwardKey, Decision, Former, Recipient
from obit_build.model.profile import ImageFile, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Code, FileName, Language, Slug, Text, Url
from obit_build.planning.plan import make_plan
from obit_build.problems import Location
from obit_build.signers.signer import KeySigner

SITE = "https://badges.example.org/x/"
CANARY_NAME = "Zéphyrine Canari-Témoin"
CANARY_EMAIL = "zephyrine.canari@prive.example"
ISSUED = datetime.date(2026, 3, 14)
NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def text(value: str) -> Text:
    return Text({"fr": value})


def a_badge(slug: str = "pare-feu", issuer: str = "citc", **fields: Any) -> Achievement:
    given: dict[str, Any] = {
        "name": Text({"fr": "Pare-feu", "nl": "Firewall"}),
        "description": Text(
            {"fr": "Sait régler un pare-feu.", "nl": "Kan een firewall instellen."}
        ),
        "criteria": Criteria(narrative=text("Réussir l’épreuve.")),
        "image": ImageFile(file=FileName("image.svg")),
        "issuer": Slug(issuer),
        "slug": Slug(slug),
        "location": Location(f"badges/{slug}/badge.yaml"),
    }
    return Achievement(**{**given, **fields})


def an_award(
    recipient: str = "7f3k9m2q",
    badge: str = "pare-feu",
    issued: datetime.date = ISSUED,
    *,
    version: str = "1",
    n: int = 1,
    **fields: Any,
) -> Award:
    place = Location(f"badges/{badge}/awards/{issued}.yaml", 3, 5)
    return Award(
        key=AwardKey(badge, version, recipient, issued, n), **{"location": place, **fields}
    )


def decided(day: datetime.date = datetime.date(2026, 5, 1), why: str | None = None) -> Decision:
    return Decision(date=day, reason=text(why) if why else None)


def replacing(issued: datetime.date = ISSUED) -> Former:
    return Former(issued=issued)


def a_centre(awards: Iterable[Award] = (), **fields: Any) -> Repository:
    badges = (a_badge(), a_badge("reseaux", "technocite", name=text("Réseaux")))
    people = (
        Recipient(
            code=Code("7f3k9m2q"),
            name=CANARY_NAME,
            email=CANARY_EMAIL,
            language=Language("fr"),
        ),
        Recipient(code=Code("2m8qa4xd"), name="Wout Voorbeeld", language=Language("nl")),
        Recipient(code=Code("p0q9r8s7"), email="troisieme.personne@prive.example"),
    )
    profiles = (
        Profile(
            name=text("CITC"),
            slug=Slug("citc"),
            url=Url("https://citc.example/"),
        ),
        Profile(name=text("Technocité"), slug=Slug("technocite")),
    )
    given: dict[str, Any] = {
        "settings": Settings(site=Url(SITE), languages=(Language("fr"), Language("nl"))),
        "profiles": {p.slug: p for p in profiles},
        "achievements": {b.slug: b for b in badges},
        "awards": tuple(awards),
        "recipients": {p.code: p for p in people},
        "files": {},
    }
    return Repository(**{**given, **fields})


def with_settings(repository: Repository, /, **fields: Any) -> Repository:
    return dataclasses.replace(
        repository, settings=dataclasses.replace(repository.settings, **fields)
    )


def a_key(name: str) -> KeySigner:
    """Return a throw-away key, derived from its public name."""
    seed = hashlib.sha256(f"obit test key {name}".encode()).digest()
    return KeySigner(Ed25519PrivateKey.from_private_bytes(seed), f"test:{name}")


def fixed_entropy(size: int) -> bytes:
    return hashlib.sha256(b"obit test entropy").digest()[:size]


class CountingSigner:
    """A signer that counts how often it is asked, and can be made to fail."""

    def __init__(self, name: str, *, fail_after: int | None = None) -> None:
        self._signer = a_key(name)
        self._fail_after = fail_after
        self.calls = 0

    alg = "Ed25519"

    @property
    def public_key(self) -> bytes:
        return self._signer.public_key

    def sign(self, message: bytes) -> bytes:
        if self.calls == self._fail_after:
            raise SigningError("the token was pulled out", fix="put it back")
        self.calls += 1
        return self._signer.sign(message)


def signers_of(name: str = "first", **fields: Any) -> dict[str, CountingSigner]:
    return {slug: CountingSigner(f"{slug} {name}", **fields) for slug in ("citc", "technocite")}


def issue(
    repository: Repository,
    store: FolderStore,
    signers: Mapping[str, CountingSigner],
    *,
    at: datetime.datetime = NOON,
    now: datetime.datetime | None = None,
    mode: Mode = "live",
    refresh: bool = False,
) -> Ledger:
    """Do what ``obit issue`` does with a repository that has passed its checks, an hour after ``at``."""
    with store.lock():
        replay = store.replay()
        known = None if replay.is_empty else replay.ledger()
        problems = make_plan(repository, known).problems
        refused = [problem.check for problem in problems if problem.level == "error"]
        if refused:
            raise RefusedError(refused)
        at = max(at, known.last_at) if known else at
        run = Circumstances(
            at=at,
            now=now or at + datetime.timedelta(hours=1),
            main="c0ffee",
            mode=mode,
            signers=signers,
            entropy=fixed_entropy,
        )
        ledger = issuing.begin(store, replay, repository, run)
        issuing.carry_out(make_plan(repository, ledger), store, replay, repository, run)
        ledger = replay.ledger()
        status_lists.sign_lists(store, ledger, repository, run, refresh=refresh)
        return ledger


class RefusedError(Exception):
    """The plan has problems: their checks."""


def ledger_files(store: FolderStore) -> dict[str, bytes]:
    """Return every file of a ledger but its lock: path → bytes."""
    return {
        path.relative_to(store.root).as_posix(): path.read_bytes()
        for path in sorted(store.root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
