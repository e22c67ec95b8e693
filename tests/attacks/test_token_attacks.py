"""What was done to a token, its header, its claims or its key → which step refuses it, and how.

``before`` changes the token before it is signed (a careless issuer, or a forger with a key of
their own); ``after`` is for anyone who has the token, or who holds the network.
"""

import base64
import dataclasses
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from signed_badges import DID, DID_URL, OTHER_DID, as_bytes, signed
from signed_tokens import (
    HOLDER_ID,
    KEY_URL,
    KID,
    TokenWorld,
    a_did_document,
    a_payload,
    a_token,
    an_older_payload,
    b64,
    key,
    number,
    parts_of,
)

Change = Callable[[TokenWorld], Any]
FORGED = (
    "The signature does not fit: something was changed after signing, or the signature is forged."
)
NOT_LISTED = "The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's."
NOT_OURS = "The badge can't be read: the token's header has a part "


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attack:
    """One row."""

    what: str
    step: int
    reason: str
    words: str
    before: Change | None = None
    after: Change | None = None
    algorithm: str = "ES256"
    outcome: str = "failed"


def header(**members: Any) -> Change:
    def change(world: TokenWorld) -> None:
        world.header.update(members)
        world.header = {name: value for name, value in world.header.items() if value is not ...}

    return change


def claim(name: str, value: Any) -> Change:
    def change(world: TokenWorld) -> None:
        world.payload[name] = value
        if value is ...:
            del world.payload[name]

    return change


def older(change: Change | None = None) -> Change:
    """Take data model 1.1."""

    def make(world: TokenWorld) -> None:
        world.payload = an_older_payload()
        if change:
            change(world)

    return make


def thief(world: TokenWorld) -> None:
    """Sign with a key of the same kind that is not the issuer's."""
    world.signer = key(world.algorithm, "thief")


def inline_thief(world: TokenWorld) -> None:
    thief(world)
    world.header = {"alg": world.algorithm, "jwk": world.signer.jwk}


def both(*changes: Change) -> Change:
    def change(world: TokenWorld) -> None:
        for one in changes:
            one(world)

    return change


def listed(**members: Any) -> Change:
    """Change the key that the issuer lists."""

    def change(world: TokenWorld) -> None:
        world.did["verificationMethod"][0].update(members)

    return change


def jwk(**members: Any) -> Change:
    def change(world: TokenWorld) -> None:
        one = world.did["verificationMethod"][0]["publicKeyJwk"]
        one.update(members)
        world.did["verificationMethod"][0]["publicKeyJwk"] = {
            name: value for name, value in one.items() if value is not ...
        }

    return change


def signature(change: Callable[[bytes], bytes]) -> Change:
    def edit(world: TokenWorld) -> None:
        signed_part, _, last = world.token.rpartition(".")
        data = base64.urlsafe_b64decode(last + "=" * (-len(last) % 4))
        world.token = f"{signed_part}.{b64(change(data))}"

    return edit


def token(change: Callable[[str], str]) -> Change:
    def edit(world: TokenWorld) -> None:
        world.token = change(world.token)

    return edit


def edited_payload(**members: Any) -> Change:
    """Change the payload and keep the signature."""

    def edit(world: TokenWorld) -> None:
        first, _, last = world.token.split(".")
        world.token = f"{first}.{b64(as_bytes({**world.payload, **members}))}.{last}"

    return edit


def hmac_with_public_key(world: TokenWorld) -> None:
    """The classic: HS256, with the issuer's public key as the shared secret."""
    parts = [b64(as_bytes(part)) for part in ({**world.header, "alg": "HS256"}, world.payload)]
    secret = json.dumps(key("RS256").jwk).encode()
    world.token = ".".join([*parts, b64(hmac.digest(secret, ".".join(parts).encode(), "sha256"))])


def unsigned(world: TokenWorld) -> None:
    parts = [b64(as_bytes(part)) for part in ({**world.header, "alg": "none"}, world.payload)]
    world.token = ".".join([*parts, ""])


def in_json(world: TokenWorld) -> None:
    protected, payload, last = world.token.split(".")
    whole = {"payload": payload, "protected": protected, "signature": last}
    world.token = json.dumps(whole)


def hosted_at(url: str, world_key: str = "thief") -> Change:
    """Sign with a key that lies at an address and that nobody lists."""

    def change(world: TokenWorld) -> None:
        thief(world)
        world.header["kid"] = url
        world.files[url] = as_bytes(key(world.algorithm, world_key).jwk)

    return change


def weak_rsa(bits: int) -> Change:
    def change(world: TokenWorld) -> None:
        world.signer = key("RS256", "weak", bits)
        world.did = a_did_document(world.signer)

    return change


def as_did_key(world: TokenWorld) -> None:
    """Claim a did:key issuer whose key somebody else has."""
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    world.payload["issuer"]["id"] = did
    world.payload["iss"] = did
    world.header["kid"] = f"{did}#{did[8:]}"


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SMALL_ORDER = b64(bytes([1]) + bytes(31))

# One row, one line.
# fmt: off
READING = (
    Attack(what="no algorithm", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", after=unsigned),
    Attack(what="the public key as a shared secret", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", algorithm="RS256", after=hmac_with_public_key),
    Attack(what="an algorithm in small letters", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", before=header(alg="es256")),
    Attack(what="no algorithm named", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", before=header(alg=...)),
    Attack(what="an algorithm of another hash", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", algorithm="RS256", before=header(alg="RS512")),
    Attack(what="an algorithm of another padding", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", algorithm="RS256", before=header(alg="PS256")),
    Attack(what="critical extensions", step=1, reason="reading.json", words=f'{NOT_OURS}"crit".', before=header(crit=["exp"])),
    Attack(what="an unencoded payload", step=1, reason="reading.json", words=f'{NOT_OURS}"b64".', before=header(b64=False)),
    Attack(what="a key to be fetched (jku)", step=1, reason="reading.json", words=f'{NOT_OURS}"jku".', before=header(jku="https://evil.example/k")),
    Attack(what="a certificate (x5c)", step=1, reason="reading.json", words=f'{NOT_OURS}"x5c".', before=header(x5c=["AAAA"])),
    Attack(what="a certificate's address (x5u)", step=1, reason="reading.json", words=f'{NOT_OURS}"x5u".', before=header(x5u="https://evil.example/k")),
    Attack(what="a packed payload (zip)", step=1, reason="reading.json", words=f'{NOT_OURS}"zip".', before=header(zip="DEF")),
    Attack(what="a content type", step=1, reason="reading.json", words=f'{NOT_OURS}"cty".', before=header(cty="JWT")),
    Attack(what="an escape sequence in the header", step=1, reason="reading.json", words=f'{NOT_OURS}"?x".', before=header(**{"\u202ex": 1})),
    Attack(what="a token of another type", step=1, reason="reading.json", words="The badge can't be read: the token is of another type.", before=header(typ="at+jwt")),
    Attack(what="a type that is a list", step=1, reason="reading.json", words="The badge can't be read: the token is of another type.", before=header(typ=["JWT"])),
    Attack(what="a key's name that is a number", step=1, reason="reading.json", words="The badge can't be read: the token does not name its key as a token should.", before=header(kid=1)),
    Attack(what="a key that is a text", step=1, reason="reading.json", words="The badge can't be read: the token does not name its key as a token should.", before=header(jwk="key")),
    Attack(what="padding at the end of a part", step=1, reason="reading.format", words="This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).", after=token(lambda t: t + "=")),
    Attack(what="a line feed inside", step=1, reason="reading.format", words="This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).", after=token(lambda t: t.replace(".", ".\n", 1))),
    Attack(what="a fourth part", step=1, reason="reading.format", words="This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).", after=token(lambda t: t + ".AAAA")),
    Attack(what="plain base64", step=1, reason="reading.format", words="This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).", after=token(lambda t: t[:-1] + "+")),
    Attack(what="stray bits at the end of the signature", step=1, reason="reading.json", words="The badge can't be read: a part of the token is not base64url without padding.", after=token(lambda t: t[:-1] + chr(ord(t[-1]) + 1))),
    Attack(what="no payload", step=1, reason="reading.json", words="The badge can't be read: the token does not have three parts.", after=token(lambda t: f"{t.split('.')[0]}..{t.split('.')[2]}")),
    Attack(what="a signature as long as a book", step=1, reason="reading.json", words="The badge can't be read: the token's signature is too long.", after=signature(lambda s: s * 40)),
    Attack(what="a claim given twice", step=1, reason="reading.json", words='The badge can\'t be read: the JSON gives "iss" twice.', after=token(lambda t: ".".join([t.split(".")[0], b64(b'{"iss": "a", "iss": "b"}'), t.split(".")[2]]))),
    Attack(what="an algorithm given twice", step=1, reason="reading.json", words='The badge can\'t be read: the JSON gives "alg" twice.', after=token(lambda t: ".".join([b64(b'{"alg": "none", "alg": "ES256"}'), *t.split(".")[1:]]))),
    Attack(what="the form in JSON", step=1, reason="reading.jws-json", words="It is signed in a form that badges do not have (JWS in JSON).", after=in_json),
)

CLAIMS = (
    Attack(what="another issuer in the claims", step=1, reason="jwt.claims", words='The token\'s claim "iss" contradicts the badge inside it.', before=claim("iss", OTHER_DID)),
    Attack(what="another id in the claims", step=1, reason="jwt.claims", words='The token\'s claim "jti" contradicts the badge inside it.', before=claim("jti", "urn:x")),
    Attack(what="another holder in the claims", step=1, reason="jwt.claims", words='The token\'s claim "sub" contradicts the badge inside it.', before=claim("sub", "urn:x")),
    Attack(what="a holder in the claims only", step=1, reason="jwt.claims", words='The token\'s claim "sub" contradicts the badge inside it.', before=lambda w: w.payload["credentialSubject"].pop("id")),
    Attack(what="an earlier beginning in the claims", step=1, reason="jwt.claims", words='The token\'s claim "nbf" contradicts the badge inside it.', before=claim("nbf", 1774569599)),
    Attack(what="a later end in the claims", step=1, reason="jwt.claims", words='The token\'s claim "exp" contradicts the badge inside it.', before=both(claim("validUntil", "2026-05-01T00:00:00Z"), claim("exp", 1900000000))),
    Attack(what="no issuer in the claims", step=1, reason="jwt.claims", words='The token lacks the claim "iss" that the standard asks for.', before=claim("iss", ...)),
    Attack(what="no holder in the claims", step=1, reason="jwt.claims", words='The token lacks the claim "sub" that the standard asks for.', before=claim("sub", ...)),
    Attack(what="no end in the claims", step=1, reason="jwt.claims", words='The token lacks the claim "exp" that the standard asks for.', before=claim("validUntil", "2027-05-01T00:00:00Z")),
    Attack(what="true as a beginning", step=1, reason="jwt.claims", words='The token\'s claim "nbf" is malformed.', before=claim("nbf", True)),
    Attack(what="a beginning as a text", step=1, reason="jwt.claims", words='The token\'s claim "nbf" is malformed.', before=claim("nbf", "1774569600")),
    Attack(what="an end beyond all years", step=1, reason="jwt.claims", words='The token\'s claim "exp" is malformed.', before=claim("exp", 10**15)),
    Attack(what="an issuer that is a list", step=1, reason="jwt.claims", words='The token\'s claim "iss" is malformed.', before=claim("iss", [DID])),
    Attack(what="a second credential beside the first", step=1, reason="jwt.claims", words="The token holds something else beside its credential.", before=claim("vc", an_older_payload()["vc"])),
    Attack(what="a credential of the new model in the old place", step=1, reason="jwt.claims", words="The token holds something else beside its credential.", before=lambda w: setattr(w, "payload", {"vc": a_payload(), "iss": DID})),
    Attack(what="a vc that is a text", step=1, reason="jwt.claims", words="The token holds something else beside its credential.", before=older(claim("vc", "x"))),
    Attack(what="an older badge that contradicts its claims", step=1, reason="jwt.claims", words='The token\'s claim "jti" contradicts the badge inside it.', before=older(lambda w: w.payload["vc"].update(id="urn:x"))),
    Attack(what="an audience", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: the credential has a field "aud" that does not belong there.', before=claim("aud", "https://somebody.example")),
)

SIGNATURE = (
    Attack(what="another name of the badge", step=4, reason="proof.signature", words=FORGED, after=edited_payload(name="Directeur")),
    Attack(what="an edited RSA token", step=4, reason="proof.signature", words=FORGED, algorithm="RS256", after=edited_payload(name="Directeur")),
    Attack(what="an edited Ed25519 token", step=4, reason="proof.signature", words=FORGED, algorithm="EdDSA", after=edited_payload(name="Directeur")),
    Attack(what="the thief's signature", step=4, reason="proof.signature", words=FORGED, before=thief),
    Attack(what="no signature", step=4, reason="proof.signature", words=FORGED, after=signature(lambda _: b"")),
    Attack(what="a signature of zeroes", step=4, reason="proof.signature", words=FORGED, after=signature(lambda s: bytes(len(s)))),
    Attack(what="an Ed25519 signature of zeroes", step=4, reason="proof.signature", words=FORGED, algorithm="EdDSA", after=signature(lambda s: bytes(len(s)))),
    Attack(what="a signature in DER", step=4, reason="proof.signature", words=FORGED, after=signature(lambda s: b"\x30\x44\x02\x20" + s[:32] + b"\x02\x20" + s[32:])),
    Attack(what="a signature with r beyond the order", step=4, reason="proof.signature", words=FORGED, after=signature(lambda s: P256_ORDER.to_bytes(32, "big") + s[32:])),
    Attack(what="a signature cut short", step=4, reason="proof.signature", words=FORGED, algorithm="RS256", after=signature(lambda s: s[:-1])),
    Attack(what="made tomorrow", step=4, reason="proof.created", words="The signature claims to be made in the future.", before=claim("iat", 1780315261)),
    Attack(what="RSA named for a P-256 key", step=4, reason="jwt.algorithm", words="The signature names the algorithm RS256, but the issuer's key is for ES256.", before=header(alg="RS256")),
    Attack(what="P-256 named for an RSA key", step=4, reason="jwt.algorithm", words="The signature names the algorithm ES256, but the issuer's key is for RS256.", algorithm="RS256", before=header(alg="ES256")),
    Attack(what="an embedded proof that does not hold", step=4, reason="proof.signature", words=FORGED, before=lambda w: w.payload.update(proof=signed({**w.payload, "name": "X"})["proof"])),
)

KEYS = (
    Attack(what="a key that the token brings along", step=4, reason="key.not-listed", words=NOT_LISTED, before=inline_thief),
    Attack(what="a key named and another brought along", step=4, reason="jwt.two-keys", words="The token names one key and brings another one along.", before=header(jwk=key("ES256", "thief").jwk)),
    Attack(what="no key", step=4, reason="key.relative", words="The signature does not say in full which key made it.", before=header(kid=...)),
    Attack(what="a key's short name", step=4, reason="key.relative", words="The signature does not say in full which key made it.", before=header(kid="key-1")),
    Attack(what="a DID without the key's name", step=4, reason="key.relative", words="The signature does not say in full which key made it.", before=header(kid=DID)),
    Attack(what="a key over plain http", step=4, reason="key.relative", words="The signature does not say in full which key made it.", before=header(kid="http://badges.example/k")),
    Attack(what="a key of another site's DID", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of other.example signed it.", before=header(kid=f"{OTHER_DID}#k")),
    Attack(what="a key on another site", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of evil.example signed it.", before=hosted_at("https://evil.example/k")),
    Attack(what="a key on the issuer's site that it does not list", step=4, reason="key.unconfirmed", words="The signature was made by the key at https://badges.example/uploads/k.json, which badges.example does not list among its keys.", outcome="unknown", before=hosted_at("https://badges.example/uploads/k.json")),
    Attack(what="another key at the listed address", step=4, reason="key.unconfirmed", words=f"The signature was made by the key at {KEY_URL}, which badges.example does not list among its keys.", outcome="unknown", before=hosted_at(KEY_URL)),
    Attack(what="a key set in place of a key", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is neither an RSA, a P-256 nor an Ed25519 key.", before=both(header(kid=KEY_URL), lambda w: w.files.update({KEY_URL: as_bytes({"keys": [key("ES256").jwk]})}))),
    Attack(what="a key that does not answer", step=4, reason="key.unavailable", words="The issuer's keys at https://badges.example/gone could not be fetched: https://badges.example/gone is not on this web.", outcome="unknown", before=header(kid="https://badges.example/gone")),
    Attack(what="a page in place of a key", step=4, reason="key.document-unreadable", words=f"The issuer's keys at {KEY_URL} could not be read: the text is not JSON (line 1, column 1).", outcome="unknown", before=both(header(kid=KEY_URL), lambda w: w.files.update({KEY_URL: b"<html>"}))),
    Attack(what="an issuer without keys", step=4, reason="key.document-unreadable", words=f"The issuer's keys at {DID_URL} could not be read: the text is not JSON (line 1, column 1).", outcome="unknown", before=lambda w: w.files.update({DID_URL: b"<html>"})),
    Attack(what="a key that was withdrawn", step=4, reason="key.not-listed", words=NOT_LISTED, before=lambda w: w.did.update(verificationMethod=[])),
    Attack(what="a key listed for other uses", step=4, reason="key.not-for-badges", words="badges.example lists the key that signed this, but not for issuing badges.", before=lambda w: w.did.update(assertionMethod=[])),
    Attack(what="a key of somebody else", step=4, reason="key.controller", words="badges.example lists the key that signed this as somebody else's.", before=listed(controller=OTHER_DID)),
    Attack(what="a revoked key", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", before=listed(revoked="2026-05-31T00:00:00Z")),
    Attack(what="a revoked key at its own address", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", before=both(header(kid=KEY_URL), listed(revoked="2026-05-31T00:00:00Z"))),
    Attack(what="a revoked key whose address only says so", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", before=both(header(kid=KEY_URL), lambda w: w.files.update({KEY_URL: b'{"revoked": "2026-05-31T00:00:00Z"}'}))),
    Attack(what="a revoked key that the token brings along", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", before=both(header(kid=..., jwk=key("ES256").jwk), listed(revoked="2026-05-31T00:00:00Z"))),
    Attack(what="a revoked key that is no longer listed for badges", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", before=both(listed(revoked="2026-05-31T00:00:00Z"), lambda w: w.did.update(assertionMethod=[]))),
    Attack(what="a revocation on somebody else's site", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is neither an RSA, a P-256 nor an Ed25519 key.", before=both(header(kid="https://evil.example/k"), lambda w: w.files.update({"https://evil.example/k": b'{"revoked": "2026-05-31T00:00:00Z"}'}))),
    Attack(what="a published private key", step=4, reason="key.private", words="badges.example has published the private half of its key: anyone could have signed this.", before=jwk(d="AAAA")),
    Attack(what="a key of an unknown type", step=4, reason="key.type", words="The key that badges.example lists is of the type RsaVerificationKey2018, which this kind of signature can't have.", before=listed(type="RsaVerificationKey2018")),
    Attack(what="a key without its members", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is neither an RSA, a P-256 nor an Ed25519 key.", before=listed(publicKeyJwk=None)),
    Attack(what="a shared secret as a key", step=4, reason="key.private", words="badges.example has published the private half of its key: anyone could have signed this.", before=listed(publicKeyJwk={"kty": "oct", "k": "AAAA"})),
    Attack(what="another curve", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is neither an RSA, a P-256 nor an Ed25519 key.", before=jwk(crv="secp256k1")),
    Attack(what="a point off the curve", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK's key is not a point of its curve.", before=jwk(y=number(1, 32))),
    Attack(what="a coordinate cut short", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK's key is too long or too short.", before=jwk(x="AAAA")),
    Attack(what="a key of small order", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: this public key is one of the weak points under which forged signatures verify.", algorithm="EdDSA", before=jwk(x=SMALL_ORDER)),
    Attack(what="a key for encryption", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is not meant for checking signatures.", before=jwk(use="enc")),
    Attack(what="a key for other operations", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK is not meant for checking signatures.", before=jwk(key_ops="verify")),
    Attack(what="a key for another algorithm", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK names an algorithm that it can't be used with.", before=jwk(alg="ES384")),
    Attack(what="an RSA key of 1024 bits", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the RSA key has 1024 bits, not 2048 to 8192.", algorithm="RS256", before=weak_rsa(1024)),
    Attack(what="an RSA exponent of 1", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the RSA key is weak.", algorithm="RS256", before=jwk(e="AQ")),
    Attack(what="an RSA exponent of 3", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the RSA key is weak.", algorithm="RS256", before=jwk(e="Aw")),
    Attack(what="an RSA number with a leading zero", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the JWK writes a number in an unusual way.", algorithm="RS256", before=jwk(e=b64(b"\0\x01\0\x01"))),
    Attack(what="somebody else's bare key", step=4, reason="proof.signature", words=FORGED, algorithm="EdDSA", before=as_did_key),
    Attack(what="a bare key that names another", step=4, reason="key.fragment", words="The signature names another key than its issuer's id does.", algorithm="EdDSA", before=both(as_did_key, lambda w: w.header.update(kid=w.header["kid"][:-1] + "x"))),
    Attack(what="a bare key in place of the issuer's", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK signed it.", before=header(kid="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")),
    Attack(what="a did:jwk that is no key", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: the text is not base64url without padding.", before=lambda w: (w.payload["issuer"].update(id="did:jwk:?"), w.payload.update(iss="did:jwk:?"), w.header.update(kid="did:jwk:?#0"))),
)
# fmt: on

ATTACKS = READING + CLAIMS + SIGNATURE + KEYS


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what)
def test_an_attack_on_a_token_is_refused_at_its_step_in_plain_words(attack: Attack) -> None:
    world = a_token(attack.before, attack.after, algorithm=attack.algorithm)

    report = world.report()

    step = report.steps[attack.step]
    assert (step.outcome, step.reason) == (attack.outcome, attack.reason), step.message
    assert step.message == attack.words
    assert not report.passed
    assert report.decisive == step
    assert step.fix


def test_the_table_covers_every_family() -> None:
    assert len(ATTACKS) >= 78
    assert len({attack.what for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_the_token_that_all_attacks_start_from_is_valid(algorithm: str) -> None:
    world = a_token(algorithm=algorithm)

    assert world.report().passed
    header_, payload, _ = parts_of(world.token)
    assert header_ == {"alg": algorithm, "kid": KID, "typ": "JWT"}
    assert payload["sub"] == HOLDER_ID
