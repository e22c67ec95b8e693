"""Tokens for the verifier's tests: one issuer with a key of each kind, one badge in a JWT.

Built part by part without obit's own writer, so that a test can put anything anywhere.
"""

import base64
import dataclasses
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from signed_badges import AT, DID, DID_URL, ISSUER, LIST_URL, a_badge, a_list, as_bytes, signed

from obit_build.errors import FetchError
from obit_build.verifying.report import VerificationReport
from obit_build.verifying.verify import verify

Json = dict[str, Any]
KID = f"{DID}#jwt-1"
KEY_URL = "https://badges.example/issuers/centre/jwt-1.jwk.json"
HOLDER_ID = "urn:uuid:2f2f5e0e-64c5-4a53-8f0e-0a4d3c0e5a77"
ALGORITHMS = ("ES256", "RS256", "EdDSA")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class JwtKey:
    """A throw-away key of one kind."""

    def __init__(self, algorithm: str, bits: int = 2048) -> None:
        self.algorithm = algorithm
        self.private: Any
        if algorithm == "RS256":
            self.private = rsa.generate_private_key(65537, bits)
            numbers = self.private.public_key().public_numbers()
            self.jwk = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
        elif algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
            point = self.private.public_key().public_numbers()
            self.jwk = {
                "kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32),
            }  # fmt: skip
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()
            public = self.private.public_key().public_bytes_raw()
            self.jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(public)}

    def sign(self, data: bytes) -> bytes:
        if self.algorithm == "RS256":
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if self.algorithm == "ES256":
            r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.private.sign(data)


@cache
def key(algorithm: str, name: str = "issuer", bits: int = 2048) -> JwtKey:
    """A key that stays the same during a test run."""
    del name
    return JwtKey(algorithm, bits)


def a_payload() -> Json:
    """The badge of data model 2.0 with the claims that Open Badges asks for."""
    badge = a_badge()
    badge["credentialSubject"]["id"] = HOLDER_ID
    return {
        **badge,
        "iss": DID,
        "jti": badge["id"],
        "sub": HOLDER_ID,
        "nbf": 1774569600,
    }


def an_older_payload() -> Json:
    """The same badge of data model 1.1: in ``vc``, without what the claims say."""
    badge = a_badge()
    badge["@context"][0] = "https://www.w3.org/2018/credentials/v1"
    del badge["validFrom"], badge["id"]
    claims = {"iss": DID, "jti": a_badge()["id"], "sub": HOLDER_ID, "nbf": 1774569600}
    return {"vc": badge, **claims}


def a_did_document(*keys: JwtKey) -> Json:
    names = [KID, *(f"{DID}#jwt-{n}" for n in range(2, len(keys) + 1))]
    methods = [
        {"id": name, "type": "JsonWebKey", "controller": DID, "publicKeyJwk": dict(one.jwk)}
        for name, one in zip(names, keys, strict=False)
    ]
    return {"id": DID, "verificationMethod": methods, "assertionMethod": names}


@dataclasses.dataclass
class TokenWorld:
    """What is on the web, and a token before it is put together."""

    algorithm: str = "ES256"
    header: Json = dataclasses.field(default_factory=dict)
    payload: Json = dataclasses.field(default_factory=a_payload)
    did: Json = dataclasses.field(default_factory=dict)
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    signer: JwtKey | None = None
    token: str = ""

    def __post_init__(self) -> None:
        self.signer = self.signer or key(self.algorithm)
        self.header = self.header or {"alg": self.algorithm, "kid": KID, "typ": "JWT"}
        if not self.did:
            self.did = a_did_document(key(self.algorithm))
            method = f"{DID}#{ISSUER.multikey}"
            self.did["verificationMethod"].append(
                {
                    "id": method,
                    "type": "Multikey",
                    "controller": DID,
                    "publicKeyMultibase": ISSUER.multikey,
                }
            )
            self.did["assertionMethod"].append(method)

    def seal(self) -> None:
        parts = [b64(as_bytes(part)) for part in (self.header, self.payload)]
        signature = self.signer.sign(".".join(parts).encode())
        self.token = ".".join([*parts, b64(signature)])

    def fetch(self, url: str) -> bytes:
        known = {
            DID_URL: as_bytes(self.did),
            LIST_URL: as_bytes(signed(a_list())),
            KEY_URL: as_bytes(key(self.algorithm).jwk),
            **self.files,
        }
        if url in known:
            return known[url]
        raise FetchError(f"{url} is not on this web", fix="try again later")

    def report(self) -> VerificationReport:
        return verify(self.token.encode(), name="badge.jwt", at=AT, fetch=self.fetch)


def a_token(
    before: Callable[[TokenWorld], None] | None = None,
    after: Callable[[TokenWorld], None] | None = None,
    **fields: Any,
) -> TokenWorld:
    """Build a token: ``before`` changes it unsigned, ``after`` when it is signed."""
    world = TokenWorld(**fields)
    if before:
        before(world)
    world.seal()
    if after:
        after(world)
    return world


def parts_of(token: str) -> tuple[Json, Json, str]:
    """Take a token apart without checking anything."""
    header, payload, signature = token.split(".")
    read = [
        json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in (header, payload)
    ]
    return read[0], read[1], signature
