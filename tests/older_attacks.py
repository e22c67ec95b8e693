"""What was done to an Open Badge 2.0 → which step refuses it, for what reason, in which words.

Rows for tests/attacks, and for the other reader in tests/interop.
"""

import dataclasses
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from older_badges import (
    ASSERTION,
    BADGE,
    CONTEXT,
    ISSUER,
    KEY,
    LIST,
    UUID,
    Change,
    a_badge_class,
    an_assertion,
    an_issuer,
    base64url,
    both,
    drop,
    hosted,
    jws,
    pem,
    put,
    rsa_key,
    signed,
)

EVIL = "https://evil.example"
OTHER = f"{EVIL}/issuer.json"
FORM = "This is not an Open Badges 2.0 {} as the standard describes it: {}."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attack:
    what: str
    step: int
    reason: str
    words: str
    change: Change
    outcome: str = "failed"
    world: Any = hosted


def listed(*entries: Any) -> Change:
    return both(
        put("issuer.revocationList", LIST),
        put(
            "revocations",
            {"@context": CONTEXT, "type": "RevocationList", "revokedAssertions": list(entries)},
        ),
    )


def gone(*urls: str) -> Change:
    return put("gone", set(urls))


def missing(where: str, what: str, name: str) -> Attack:
    return Attack(
        what=f"{where} without {name}", step=3 if where == "assertion" else 4,
        reason="form.missing", words=FORM.format(what, f'the credential has no "{name}"'),
        change=drop(f"{where}.{name}"),
    )  # fmt: skip


def unsigned(header: dict[str, Any]) -> Change:
    def change(world: Any) -> None:
        parts = [base64url(json.dumps(x).encode()) for x in (header, world.assertion)]
        world.hand = (".".join(parts) + "." + base64url(b"x" * 256)).encode()

    return change


def resigned(header: dict[str, Any] | None = None, **changes: Any) -> Change:
    """Sign a changed assertion with the issuer's key."""

    def change(world: Any) -> None:
        world.hand = jws({**world.assertion, **changes}, world.signer, header).encode()

    return change


def another_key(name: str = "thief") -> Change:
    def change(world: Any) -> None:
        world.hand = jws(world.assertion, rsa_key(name)).encode()

    return change


def edited(old: str, new: str) -> Change:
    """Change the payload and keep the signature."""

    def change(world: Any) -> None:
        head, _, signature = world.data().decode().split(".")
        payload = json.dumps(world.assertion).replace(old, new)
        assert payload != json.dumps(world.assertion)
        world.hand = f"{head}.{base64url(payload.encode())}.{signature}".encode()

    return change


UNAVAILABLE = "It can't be confirmed, because {} at {} could not be fetched: {} is not on this web."
SCOPE = "It names badges.example as its issuer, but badges.example does not let badges on {} speak for it."
SOMETHING_ELSE = "{} serves something else at an address that the badge depends on."
REVOKED = "badges.example has revoked this badge: it no longer counts."
LISTED_ID = {"id": ASSERTION, "revocationReason": "Délivré par erreur."}
NO_HTTPS = (
    "It can't be confirmed: one of the addresses that it depends on is not protected (https): {}."
)
EC_PEM = pem(ec.generate_private_key(ec.SECP256R1()))
NOT_RSA = "The issuer's key can't be accepted: it is not an RSA key of 2048 to 8192 bits."


def forged_elsewhere(**changes: Any) -> Change:
    """Host an assertion on another site that names the genuine badge."""
    at = f"{EVIL}/assertions/1.json"
    forged = an_assertion(id=at, **changes)
    return both(put("hand", forged), put("more", {at: forged}))


def embedded_impostor(world: Any) -> None:
    """Write the issuer out, with the genuine one's name and id, and a policy of one's own."""
    at = f"{EVIL}/assertions/1.json"
    impostor = an_issuer(verification={"allowedOrigins": "evil.example"})
    world.hand = an_assertion(id=at, badge=a_badge_class(issuer=impostor))
    world.more = {at: world.hand}


ATTACKS = [
    # What is in hand
    Attack(what="a revoked body as a file", step=3, reason="status.revoked", words="The file itself says that the badge was revoked (“Erreur.”): it no longer counts.", change=put("hand", {"@context": CONTEXT, "type": "Assertion", "id": ASSERTION, "revoked": True, "revocationReason": "Erreur."})),
    Attack(what="a revoked body without a reason", step=3, reason="status.revoked", words="The file itself says that the badge was revoked: it no longer counts.", change=put("hand", an_assertion(revoked=True))),
    Attack(what="a BadgeClass", step=3, reason="version.not-a-badge", words="This is the description of a badge, not a badge.", change=put("hand", a_badge_class())),
    Attack(what="an Issuer", step=3, reason="version.not-a-badge", words="This is the profile of an issuer, not a badge.", change=put("hand", an_issuer())),
    Attack(what="a badge of 1.1", step=3, reason="version.open-badges-1", words="A badge of Open Badges 1 can't be checked by obit.", outcome="unknown", change=put("hand", {**an_assertion(), "@context": "https://w3id.org/openbadges/v1"})),
    Attack(what="no context", step=3, reason="form.context-order", words=FORM.format("assertion", '"@context" does not begin as the standard asks'), change=put("hand", an_assertion(**{"@context": "https://example.org/"}))),
    missing("assertion", "assertion", "recipient"),
    missing("assertion", "assertion", "badge"),
    missing("assertion", "assertion", "verification"),
    missing("assertion", "assertion", "issuedOn"),
    Attack(what="an unknown way of verification", step=3, reason="form.verification", words="It wants to be verified in a way that obit does not know.", outcome="unknown", change=put("assertion.verification.type", "BlockchainBadge")),
    Attack(what="a date without a time", step=3, reason="form.value", words=FORM.format("assertion", '"issuedOn" is not a date and time with a time zone'), change=put("assertion.issuedOn", "2026-03-27")),
    Attack(what="a date without a zone", step=3, reason="form.value", words=FORM.format("assertion", '"issuedOn" is not a date and time with a time zone'), change=put("assertion.issuedOn", "2026-03-27T15:00:00")),
    Attack(what="a day that does not exist", step=3, reason="form.value", words=FORM.format("assertion", '"expires" is not a date and time with a time zone'), change=put("assertion.expires", "2029-02-30T15:00:00Z")),
    Attack(what="an end before the beginning", step=3, reason="form.dates", words=FORM.format("assertion", '"expires" lies before "issuedOn"'), change=put("assertion.expires", "2026-01-01T00:00:00Z")),
    Attack(what="a plain address that is called hashed", step=3, reason="form.value", words=FORM.format("assertion", '"recipient.identity" is not what "hashed" says it is'), change=put("assertion.recipient.identity", "amelie@example.org")),
    Attack(what="a hash that is called plain", step=3, reason="form.value", words=FORM.format("assertion", '"recipient.identity" is not what "hashed" says it is'), change=put("assertion.recipient.hashed", False)),
    Attack(what="hashed as a text", step=3, reason="form.value", words=FORM.format("assertion", '"recipient.hashed" is not true or false'), change=put("assertion.recipient.hashed", "true")),
    Attack(what="a signed badge without its signature", step=3, reason="signed.missing", words="It was signed, but its signature is not in the file.", change=put("hand", an_assertion(id=UUID, verification={"type": "SignedBadge"}))),
    # Hosting
    Attack(what="nothing at its address", step=4, reason="hosted.unavailable", outcome="unknown", words=UNAVAILABLE.format("the badge", f"{EVIL}/1", f"{EVIL}/1"), change=put("hand", an_assertion(id=f"{EVIL}/1"))),
    Attack(what="a page at its address", step=4, reason="hosted.unreadable", outcome="unknown", words=f"It can't be confirmed, because the badge at {ASSERTION} could not be read: the text is not JSON (line 1, column 1).", change=put("more", {ASSERTION: "<html>"})),
    Attack(what="an http address", step=4, reason="hosted.id", outcome="unknown", words=NO_HTTPS.format("http://badges.example/1"), change=put("hand", an_assertion(id="http://badges.example/1"))),
    Attack(what="a name instead of an address", step=4, reason="hosted.id", outcome="unknown", words=NO_HTTPS.format(UUID), change=put("hand", an_assertion(id=UUID))),
    Attack(what="another badge at its address", step=4, reason="hosted.other-id", words=SOMETHING_ELSE.format("badges.example"), change=put("more", {ASSERTION: an_assertion(id=f"{ASSERTION}?v=2")})),
    Attack(what="a BadgeClass of another id", step=4, reason="hosted.other-id", words=SOMETHING_ELSE.format("badges.example"), change=put("badge.id", f"{BADGE}?")),
    Attack(what="an Issuer of another id", step=4, reason="hosted.other-id", words=SOMETHING_ELSE.format("badges.example"), change=put("issuer.id", OTHER)),
    Attack(what="a forged assertion on another site", step=4, reason="hosted.scope", words=SCOPE.format("evil.example"), change=forged_elsewhere()),
    Attack(what="a forged assertion that writes the issuer out", step=4, reason="hosted.scope", words=SCOPE.format("evil.example"), change=embedded_impostor),
    Attack(what="a site whose name begins alike", step=4, reason="hosted.scope", words=SCOPE.format("badges.example.evil.example"), change=both(put("issuer.verification", {"startsWith": "https://badges.example"}), put("hand", an_assertion(id="https://badges.example.evil.example/1")), put("more", {"https://badges.example.evil.example/1": an_assertion(id="https://badges.example.evil.example/1")}))),
    Attack(what="the issuer's host as a user name", step=4, reason="hosted.scope", words=SCOPE.format("badges.example@evil.example"), change=both(put("issuer.verification", {"allowedOrigins": "badges.example"}), put("hand", an_assertion(id="https://badges.example@evil.example/1")), put("more", {"https://badges.example@evil.example/1": an_assertion(id="https://badges.example@evil.example/1")}))),
    Attack(what="an assertion outside the issuer's folder", step=4, reason="hosted.scope", words=SCOPE.format("badges.example"), change=put("issuer.verification.startsWith", "https://badges.example/other/")),
    Attack(what="an issuer who allows other sites only", step=4, reason="hosted.scope", words=SCOPE.format("badges.example"), change=put("issuer.verification.allowedOrigins", ["elsewhere.example"])),
    Attack(what="an issuer who allows no site", step=4, reason="hosted.scope", words=SCOPE.format("badges.example"), change=put("issuer.verification.allowedOrigins", [])),
    Attack(what="a BadgeClass elsewhere under an issuer without a policy", step=4, reason="hosted.scope", words=SCOPE.format("badges.example"), change=both(drop("issuer.verification"), put("assertion.badge", f"{EVIL}/badge.json"), put("more", {f"{EVIL}/badge.json": a_badge_class(id=f"{EVIL}/badge.json")}))),
    Attack(what="a policy about another property", step=4, reason="form.verification", outcome="unknown", words="It wants to be verified in a way that obit does not know.", change=put("issuer.verification.verificationProperty", "uid")),
    Attack(what="a signed badge at a hosted badge's address", step=4, reason="form.verification", outcome="unknown", words="It wants to be verified in a way that obit does not know.", change=put("more", {ASSERTION: an_assertion(verification={"type": "SignedBadge"})})),
    Attack(what="an issuer without an address", step=4, reason="hosted.id", outcome="unknown", words=NO_HTTPS.format("urn:x:issuer"), change=put("badge.issuer", an_issuer(id="urn:x:issuer"))),
    Attack(what="a BadgeClass that is gone", step=4, reason="hosted.unavailable", outcome="unknown", words=f"It can't be confirmed, because the description of the badge at {BADGE} could not be fetched: badges.example answers that it was taken down for good.", change=gone(BADGE)),
    missing("badge", "BadgeClass", "name"),
    missing("badge", "BadgeClass", "description"),
    missing("badge", "BadgeClass", "image"),
    missing("badge", "BadgeClass", "criteria"),
    missing("badge", "BadgeClass", "issuer"),
    missing("issuer", "Issuer", "name"),
    missing("issuer", "Issuer", "url"),
    missing("issuer", "Issuer", "email"),
    Attack(what="an alignment to nothing", step=4, reason="form.missing", words=FORM.format("BadgeClass", '"alignment" has no "targetUrl"'), change=put("badge.alignment", {"targetName": "x"})),
    Attack(what="criteria without words or address", step=4, reason="form.missing", words=FORM.format("BadgeClass", '"criteria" has neither "id" nor "narrative"'), change=put("badge.criteria", {})),
    Attack(what="a BadgeClass where the Issuer should be", step=4, reason="form.type", words=FORM.format("Issuer", "the credential is not of the type Issuer or Profile"), change=put("more", {ISSUER: a_badge_class(id=ISSUER)})),
    # Revocation
    Attack(what="410 Gone", step=6, reason="status.revoked", words=REVOKED, change=both(put("hand", an_assertion()), gone(ASSERTION))),
    Attack(what="a revoked body at its address", step=6, reason="status.revoked", words="badges.example has revoked this badge (“Délivré par erreur.”): it no longer counts.", change=both(put("hand", an_assertion()), put("assertion", {**LISTED_ID, "revoked": True}))),
    Attack(what="a whole assertion that is marked revoked", step=6, reason="status.revoked", words=REVOKED, change=both(put("hand", an_assertion()), put("assertion.revoked", True))),
    Attack(what="its id on the issuer's list", step=6, reason="status.revoked", words=REVOKED, change=listed("https://badges.example/other", ASSERTION)),
    Attack(what="its id on the list, with a reason", step=6, reason="status.revoked", words="badges.example has revoked this badge (“Délivré par erreur.”): it no longer counts.", change=listed(LISTED_ID)),
    Attack(what="its former identifier on the list", step=6, reason="status.revoked", words=REVOKED, change=both(put("assertion.uid", "abc"), listed({"uid": "abc"}))),
    Attack(what="a list that is not there", step=6, reason="hosted.unavailable", outcome="unknown", words=UNAVAILABLE.format("the issuer's revocation list", LIST, LIST), change=put("issuer.revocationList", LIST)),
    Attack(what="a list that is gone", step=6, reason="status.unavailable", outcome="unknown", words=f"Whether the badge was revoked could not be checked: the list at {LIST} could not be fetched: badges.example answers that it was taken down for good.", change=both(put("issuer.revocationList", LIST), gone(LIST))),
    Attack(what="a list of another issuer", step=6, reason="status.list-issuer", words="The issuer's revocation list can't be relied on: evil.example made it, not the badge's issuer.", change=both(listed(), put("revocations.issuer", OTHER))),
    Attack(what="a list without entries", step=6, reason="form.missing", words=FORM.format("RevocationList", 'the credential has no "revokedAssertions"'), change=both(listed(), drop("revocations.revokedAssertions"))),
    # Dates and holder
    Attack(what="an end in the past", step=7, reason="dates.expired", words="It has expired: it was valid until 2026-05-31.", change=put("assertion.expires", "2026-05-31T00:00:00Z")),
    Attack(what="a beginning in the future", step=7, reason="dates.not-yet-valid", words="It is not valid yet: it begins on 2026-06-02.", change=put("assertion.issuedOn", "2026-06-02T00:00+01")),
    Attack(what="somebody else", step=8, reason="recipient.other", words="It was awarded to somebody else, or under another address.", change=put("recipient", "somebody.else@example.org")),
    # Signed
    Attack(world=signed, what="a changed payload", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", change=edited("2029", "2039")),
    Attack(world=signed, what="a key of somebody else", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", change=another_key()),
    Attack(world=signed, what="a key that the issuer does not list", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", change=resigned(verification={"type": "SignedBadge", "creator": f"{EVIL}/key.json"})),
    Attack(world=signed, what="a key that belongs to another issuer", step=4, reason="key.controller", words="badges.example lists the key that signed this as somebody else's.", change=put("key.owner", OTHER)),
    Attack(world=signed, what="a key document of another id", step=4, reason="hosted.other-id", words=SOMETHING_ELSE.format("badges.example"), change=put("key.id", f"{KEY}#1")),
    Attack(world=signed, what="an issuer without keys", step=4, reason="signed.no-key", words="badges.example lists no key, or too many, that this could have been signed with.", change=both(drop("issuer.publicKey"), resigned(verification={"type": "SignedBadge"}))),
    Attack(world=signed, what="an issuer with a hundred keys", step=4, reason="signed.no-key", words="badges.example lists no key, or too many, that this could have been signed with.", change=both(put("issuer.publicKey", [f"{KEY}?{n}" for n in range(100)]), resigned(verification={"type": "SignedBadge"}))),
    Attack(world=signed, what="a short key", step=4, reason="key.unacceptable", words=NOT_RSA, change=put("key.publicKeyPem", pem(rsa_key("short", 1024)))),
    Attack(world=signed, what="a key of another kind", step=4, reason="key.unacceptable", words=NOT_RSA, change=put("key.publicKeyPem", EC_PEM)),
    Attack(world=signed, what="a key that is none", step=4, reason="key.unacceptable", words=NOT_RSA, change=put("key.publicKeyPem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")),
    Attack(world=signed, what="a key that can't be had", step=4, reason="hosted.unavailable", outcome="unknown", words=UNAVAILABLE.format("the issuer's key", KEY, KEY), change=put("key", None)),
    Attack(world=signed, what="another algorithm", step=4, reason="signed.algorithm", words="It is signed by the method ES256; a badge of this kind is signed by RS256.", change=unsigned({"alg": "ES256"})),
    Attack(world=signed, what="no signature", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", change=unsigned({"alg": "none"})),
    Attack(world=signed, what="the public key as a secret", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", change=unsigned({"alg": "HS256"})),
    Attack(world=signed, what="a header with rules of its own", step=1, reason="reading.json", words='The badge can\'t be read: the token\'s header has a part "b64".', change=resigned({"alg": "RS256", "b64": False, "crit": ["b64"]})),
    Attack(world=signed, what="an embedded issuer", step=4, reason="hosted.id", outcome="unknown", words=NO_HTTPS.format("urn:x:1"), change=resigned(badge=a_badge_class(id="urn:x:2", issuer=an_issuer(id="urn:x:1")))),
    Attack(world=signed, what="its id on the list", step=6, reason="status.revoked", words="badges.example has revoked this badge (“Erreur.”): it no longer counts.", change=put("revocations.revokedAssertions", [{"id": UUID, "revocationReason": "Erreur."}])),
    Attack(world=signed, what="a list that can't be had", step=6, reason="hosted.unavailable", outcome="unknown", words=UNAVAILABLE.format("the issuer's revocation list", LIST, LIST), change=put("revocations", None)),
    Attack(world=signed, what="an end in the past", step=7, reason="dates.expired", words="It has expired: it was valid until 2026-05-31.", change=resigned(expires="2026-05-31T00:00:00Z")),
]  # fmt: skip
