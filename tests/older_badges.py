"""A small web for tests of Open Badges 2.0: one issuer, one badge, hosted or signed; no network."""

import base64
import copy
import dataclasses
import datetime
import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from obit_build.errors import FetchError, GoneError
from obit_build.verifying.report import VerificationReport
from obit_build.verifying.verify import verify

AT = datetime.datetime(2026, 6, 1, 12, 0, tzinfo=datetime.UTC)
CONTEXT = "https://w3id.org/openbadges/v2"
SITE = "https://badges.example"
ASSERTION = f"{SITE}/assertions/7b0f6c1e.json"
BADGE = f"{SITE}/badges/firewall.json"
ISSUER = f"{SITE}/issuer.json"
KEY = f"{SITE}/key.json"
LIST = f"{SITE}/revocations.json"
UUID = "urn:uuid:7b0f6c1e-5d0a-4c57-9a53-2f0e8f1d9b11"
HOLDER = "amelie.dupont@example.org"
SALT = "b6f1d0c2a94e4e0f8d37"

Json = dict[str, Any]


@functools.cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A throw-away key for each name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: Any) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def an_assertion(**changes: Any) -> Json:
    identity = "sha256$" + hashlib.sha256((HOLDER + SALT).encode()).hexdigest()
    assertion: Json = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": ASSERTION,
        "recipient": {"type": "email", "hashed": True, "salt": SALT, "identity": identity},
        "badge": BADGE,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-03-27T15:00:00Z",
        "expires": "2029-03-27T15:00:00Z",
        "evidence": [{"id": "https://badges.example/report.pdf", "name": "Rapport"}],
    }
    return {**assertion, **changes}


def a_badge_class(**changes: Any) -> Json:
    badge: Json = {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": BADGE,
        "name": "Gestion de pare-feu",
        "description": "Installer et maintenir un pare-feu.",
        "image": f"{SITE}/firewall.png",
        "criteria": {"narrative": "Réussir l’épreuve pratique."},
        "issuer": ISSUER,
        "tags": ["réseau"],
        "alignment": [{"targetName": "Firewall", "targetUrl": "https://frameworks.example/1"}],
    }
    return {**badge, **changes}


def an_issuer(**changes: Any) -> Json:
    issuer: Json = {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": ISSUER,
        "name": "Technocité",
        "url": "https://www.badges.example/",
        "email": "badges@badges.example",
        "verification": {
            "type": "VerificationObject",
            "allowedOrigins": "badges.example",
            "startsWith": f"{SITE}/assertions/",
        },
    }
    return {**issuer, **changes}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jws(payload: Any, key: Any, header: Json | None = None) -> str:
    parts = [header or {"alg": "RS256"}, payload]
    signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    signature = key.sign(signed.encode(), padding.PKCS1v15(), SHA256())
    return f"{signed}.{base64url(signature)}"


@dataclasses.dataclass
class OlderWorld:
    """What is on the web, and the file in hand."""

    assertion: Json = dataclasses.field(default_factory=an_assertion)
    badge: Json = dataclasses.field(default_factory=a_badge_class)
    issuer: Json = dataclasses.field(default_factory=an_issuer)
    key: Json | None = None
    revocations: Json | None = None
    hand: Any = None
    """What is in the file, if it is not what the site serves."""
    gone: set[str] = dataclasses.field(default_factory=set)
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    recipient: str | None = None
    at: datetime.datetime = AT
    header: Json | None = None
    signer: Any = None

    @property
    def is_signed(self) -> bool:
        return self.signer is not None

    def data(self) -> bytes:
        """The bytes of the file in hand."""
        if isinstance(self.hand, bytes):
            return self.hand
        if self.hand is not None:
            return json.dumps(self.hand).encode()
        if self.is_signed:
            return jws(self.assertion, self.signer, self.header).encode()
        return json.dumps(self.assertion).encode()

    def web(self) -> dict[str, str]:
        """Address → text of everything that is there."""
        there = {BADGE: self.badge, ISSUER: self.issuer, KEY: self.key, LIST: self.revocations}
        if not self.is_signed:
            there[ASSERTION] = self.assertion
        there |= self.more
        return {
            url: item if isinstance(item, str) else json.dumps(item)
            for url, item in there.items()
            if item is not None and url not in self.gone
        }

    def fetch(self, url: str) -> bytes:
        if url in self.gone:
            raise GoneError("badges.example answers that it was taken down for good", fix="ask")
        if url not in self.web():
            raise FetchError(f"{url} is not on this web", fix="try again later")
        return self.web()[url].encode()

    def report(self) -> VerificationReport:
        return verify(
            self.data(), name="badge", at=self.at, fetch=self.fetch, recipient=self.recipient
        )


Change = Callable[[OlderWorld], None]


def hosted(change: Change | None = None) -> OlderWorld:
    """A web with a hosted badge, changed."""
    world = OlderWorld()
    if change:
        change(world)
    return world


def signed(change: Change | None = None) -> OlderWorld:
    """A web with a signed badge, changed."""
    key = rsa_key("issuer")
    world = OlderWorld(
        assertion=an_assertion(id=UUID, verification={"type": "SignedBadge", "creator": KEY}),
        issuer=an_issuer(publicKey=KEY, revocationList=LIST),
        key={
            "@context": CONTEXT,
            "type": "CryptographicKey",
            "id": KEY,
            "owner": ISSUER,
            "publicKeyPem": pem(key),
        },
        revocations={
            "@context": CONTEXT,
            "type": "RevocationList",
            "id": LIST,
            "issuer": ISSUER,
            "revokedAssertions": [],
        },
        signer=key,
    )
    if change:
        change(world)
    return world


def put(path: str, value: Any) -> Change:
    """Set a member: ``badge.issuer``; a dot in a name is written ``~``."""

    def change(world: OlderWorld) -> None:
        root, *names = path.split(".")
        if not names:
            setattr(world, root, copy.deepcopy(value))
            return
        target = getattr(world, root)
        for name in names[:-1]:
            target = target[name]
        target[names[-1]] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    def change(world: OlderWorld) -> None:
        root, *names = path.split(".")
        target = getattr(world, root)
        for name in names[:-1]:
            target = target[name]
        del target[names[-1]]

    return change


def both(*changes: Change) -> Change:
    def change(world: OlderWorld) -> None:
        for one in changes:
            one(world)

    return change
