"""A small world for the verifier's tests: one issuer, its site, one signed badge, no network.

Everything is signed here with throw-away keys, so that a test can change a part before or after
the signature is made.
"""

import copy
import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.errors import FetchError
from obit_build.securing.canonical import CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.securing.keys import did_document, encode_base58, encode_multikey, method_id
from obit_build.securing.proof import add_proof
from obit_build.securing.status import encode
from obit_build.verifying.report import VerificationReport
from obit_build.verifying.verify import verify

AT = datetime.datetime(2026, 6, 1, 12, 0, tzinfo=datetime.UTC)
CREATED = datetime.datetime(2026, 3, 27, 15, 0, tzinfo=datetime.UTC)
DID = "did:web:badges.example:issuers:centre"
OTHER_DID = "did:web:other.example:issuers:centre"
DID_URL = "https://badges.example/issuers/centre/did.json"
LIST_URL = "https://badges.example/status/centre/1.json"
SUSPENSION_URL = "https://badges.example/status/centre/1-suspension.json"
BADGE_ID = "https://badges.example/awards/7b0f6c1e/credential.json"
ACHIEVEMENT_ID = "https://badges.example/badges/firewall/v1/achievement.fr.json"
INDEX = 48211
SALT = "b6f1d0c2a94e4e0f8d37"
HOLDER = "amelie.dupont@example.org"

Json = dict[str, Any]


class Key:
    """A throw-away key, derived from its name."""

    def __init__(self, name: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        self.multikey = encode_multikey(self._private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)


ISSUER = Key("obit test issuer")
THIEF = Key("obit test thief")
ENDORSER = Key("obit test endorser")
ENDORSER_DID = f"did:key:{ENDORSER.multikey}"


def a_badge(**changes: Any) -> Json:
    """An unsigned badge with a hashed recipient and a place on the revocation list."""
    identity = "sha256$" + hashlib.sha256((HOLDER + SALT).encode()).hexdigest()
    badge: Json = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3],
        "id": BADGE_ID,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Gestion de pare-feu",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Technocité"},
        "validFrom": "2026-03-27T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": identity,
                    "identityType": "emailAddress",
                    "salt": SALT,
                }
            ],
            "achievement": {
                "id": ACHIEVEMENT_ID,
                "type": ["Achievement"],
                "name": "Gestion de pare-feu",
                "description": "Installer et maintenir un pare-feu.",
                "criteria": {"narrative": "Réussir l’épreuve pratique."},
            },
        },
        "credentialStatus": {
            "id": f"{LIST_URL}#{INDEX}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(INDEX),
            "statusListCredential": LIST_URL,
        },
    }
    return {**badge, **changes}


def a_list(url: str = LIST_URL, *, purpose: str = "revocation", bits: tuple[int, ...] = ()) -> Json:
    """An unsigned status list of the issuer."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-05-30T00:00:00Z",
        "validUntil": "2026-06-06T00:00:00Z",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits),
        },
    }


def an_endorsement(**changes: Any) -> Json:
    """An unsigned endorsement of the badge's achievement, by a bare key."""
    endorsement: Json = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3],
        "id": "urn:uuid:2f2f5e0e-64c5-4a53-8f0e-0a4d3c0e5a77",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Soutien",
        "issuer": {"id": ENDORSER_DID, "type": ["Profile"], "name": "Fédération"},
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": ACHIEVEMENT_ID,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Ce badge correspond à nos attentes.",
        },
    }
    return {**endorsement, **changes}


def signed(
    document: Json,
    key: Key = ISSUER,
    *,
    method: str | None = None,
    created: datetime.datetime = CREATED,
) -> Json:
    """Sign a document; by default in the name of its issuer."""
    issuer = document["issuer"]
    did = issuer["id"] if isinstance(issuer, dict) else issuer
    return add_proof(
        document,
        sign=key.sign,
        verification_method=method or method_id(did, key.multikey),
        created=created,
    )


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def digest_of(data: bytes) -> str:
    return "z" + encode_base58(b"\x12\x20" + hashlib.sha256(data).digest())


@dataclasses.dataclass
class World:
    """What is on the web: the issuer's keys and lists, ready to be tampered with."""

    badge: Json = dataclasses.field(default_factory=a_badge)
    did: Json = dataclasses.field(default_factory=lambda: did_document(DID, [ISSUER.multikey]))
    revocations: Json = dataclasses.field(default_factory=a_list)
    suspensions: Json | None = None
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    at: datetime.datetime = AT
    recipient: str | None = None
    data: bytes | None = None
    key: Key = ISSUER
    method: str | None = None
    created: datetime.datetime = CREATED

    def suspend(self, *, bits: tuple[int, ...] = (INDEX,)) -> None:
        """Set the badge's bit in the revocation list, and name it in the suspension list."""
        self.revocations = a_list(bits=(INDEX,))
        self.suspensions = a_list(SUSPENSION_URL, purpose="suspension", bits=bits)

    def sign(self) -> None:
        """Sign everything that has no proof yet."""
        self.badge = signed(self.badge, self.key, method=self.method, created=self.created)
        if self.suspensions is not None:
            self.suspensions = signed(self.suspensions)
            data = as_bytes(self.suspensions)
            self.revocations["relatedResource"] = [
                {
                    "id": SUSPENSION_URL,
                    "digestMultibase": digest_of(data),
                    "mediaType": "application/vc",
                }
            ]
            self.files.setdefault(SUSPENSION_URL, data)
        self.revocations = signed(self.revocations)

    def fetch(self, url: str) -> bytes:
        written = {DID_URL: self.did, LIST_URL: self.revocations}
        if url in self.files:
            return self.files[url]
        if url in written:
            return as_bytes(written[url])
        raise FetchError(f"{url} is not on this web", fix="try again later")

    def report(self) -> VerificationReport:
        data = as_bytes(self.badge) if self.data is None else self.data
        return verify(
            data, name="badge.json", at=self.at, fetch=self.fetch, recipient=self.recipient
        )


def a_world(
    before: Callable[[World], None] | None = None, after: Callable[[World], None] | None = None
) -> World:
    """Build a world: ``before`` changes it unsigned, ``after`` when all is signed."""
    world = World()
    if before:
        before(world)
    world.sign()
    world = copy.deepcopy(world)
    if after:
        after(world)
    return world
