"""Other ways of writing an Open Badge 2.0 that mean the same: what the standard leaves open.

Rows for the tests of obit's verifier and of the one in the browser.
"""

import hashlib

from older_attacks import resigned
from older_badges import (
    CONTEXT,
    HOLDER,
    ISSUER,
    KEY,
    SALT,
    a_badge_class,
    an_issuer,
    both,
    drop,
    pem,
    put,
    rsa_key,
)

UPPER_SHA = "sha256$" + hashlib.sha256((HOLDER + SALT).encode()).hexdigest().upper()
MD5 = "md5$" + hashlib.md5((HOLDER + SALT).encode()).hexdigest()  # noqa: S324 - old badges use it
PIXEL = "data:image/png;base64,iVBORw0KGgo="

HOSTED_WAYS = [
    put("assertion.verification.type", "hosted"),
    put("assertion.verification.type", ["HostedBadge"]),
    both(put("assertion.verify", {"type": "hosted"}), drop("assertion.verification")),
    put("assertion.type", ["Assertion", "https://example.org/Special"]),
    put("assertion.@context", [CONTEXT, "https://example.org/extension"]),
    put("assertion.@context", [CONTEXT, {"local": "https://example.org/local"}]),
    put("assertion.extensions:recipientProfile", {"name": "Amélie"}),
    put("assertion.evidence", "https://badges.example/report.pdf"),
    put("assertion.image", {"id": "https://badges.example/a.png", "caption": "Un mur"}),
    put("assertion.badge", a_badge_class()),
    drop("assertion.expires"),
    put("assertion.expires", None),
    put("assertion.issuedOn", "2026-03-27T15:00Z"),
    put("assertion.issuedOn", "2026-03-27T15:00:00.123456789+0100"),
    put("assertion.issuedOn", "2026-03-27T15:00:00-05"),
    put("badge.image", PIXEL),
    put("badge.image", {"id": PIXEL}),
    put("badge.criteria", "https://badges.example/criteria"),
    put("badge.criteria", {"id": "https://badges.example/criteria"}),
    put("badge.issuer", an_issuer()),
    put("badge.tags", "réseau"),
    put("badge.tags", []),
    put("badge.alignment", {"targetName": "x", "targetUrl": "https://example.org/"}),
    put("badge.type", ["BadgeClass"]),
    put("issuer.type", "Profile"),
    put("issuer.verification", None),
    drop("issuer.verification"),
    put("issuer.verification", {"type": "VerificationObject"}),
    put("issuer.verification.allowedOrigins", ["elsewhere.example", "BADGES.example"]),
    put("issuer.verification.startsWith", ["https://x.example/", "https://badges.example/"]),
    put("issuer.verification.verificationProperty", "id"),
    put("recipient", HOLDER),
    put("recipient", f" {HOLDER.upper()}\n"),
    both(put("assertion.recipient.identity", UPPER_SHA), put("recipient", HOLDER)),
    both(put("assertion.recipient.identity", MD5), put("recipient", HOLDER)),
    both(
        put("assertion.recipient", {"type": "email", "hashed": False, "identity": HOLDER}),
        put("recipient", HOLDER),
    ),
    both(
        put("assertion.recipient", {"type": "url", "hashed": False, "identity": "https://a.example"}),
        put("recipient", "https://a.example"),
    ),
]  # fmt: skip

SIGNED_WAYS = [
    resigned(verification={"type": "SignedBadge"}),
    resigned(verification={"type": "signed", "creator": KEY}),
    resigned(verify={"type": "signed"}, verification=None),
    resigned(badge=a_badge_class(id="urn:uuid:11111111-2222-4333-8444-555555555555")),
    resigned(badge=a_badge_class()),
    put("header", {"alg": "RS256", "typ": "JWT"}),
    put("issuer.publicKey", [f"{KEY}?former", KEY]),
    put("issuer.publicKey", {"id": KEY, "owner": ISSUER, "publicKeyPem": pem(rsa_key("issuer"))}),
    put("issuer.publicKey", {"id": KEY}),
    put("revocations.revokedAssertions", ["urn:uuid:other", {"uid": "other"}]),
    drop("revocations.issuer"),
    put("badge.issuer", an_issuer(publicKey=f"{KEY}?of-a-thief")),
]  # fmt: skip
