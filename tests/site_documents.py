"""Which of our schemas each JSON file of a site has to fit."""

import re

from obit_build.issuing.schemas import Kind

KINDS: dict[str, Kind] = {
    r"catalog\.json": "catalog",
    r"issuers/[^/]+/did\.json": "did",
    r"issuers/[^/]+/keys/[^/]+\.jwk\.json": "jwk",
    r"issuers/[^/]+/profile\.json": "profile",
    r"issuers/[^/]+/ob2\.json": "ob2-issuer",
    r"issuers/[^/]+/ob2-revocations\.json": "ob2-revocation-list",
    r"badges/[^/]+/v[^/]+/achievement(\.[^/]+)?\.json": "achievement",
    r"badges/[^/]+/v[^/]+/badgeclass\.[^/]+\.json": "ob2-badge-class",
    r"badges/search\.[^/]+\.json": "search-index",
    r"(awards|gallery)/[^/]+/oembed\.json": "oembed",
    r"awards/[^/]+/credential\.json": "open-badge-credential",
    r"awards/[^/]+/assertion\.json": "ob2-assertion",
    r"(issuers|badges|awards)/[^/]+/endorsements/[^/]+\.json": "endorsement-credential",
    r"status/.+\.json": "status-list-credential",
    r"log/provenance\.json": "provenance",
}


def kind_of(path: str) -> Kind:
    """Return the kind of a document by its path on the site; there is exactly one."""
    (kind,) = {kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, path)}
    return kind
