"""What an Open Badges 2.0 document has to look like (IMS Open Badges 2.0, "Open Badges Vocabulary").

Read by its plain names, without JSON-LD: nothing in 2.0 is hashed as a graph, and whoever could
rename a member by a context is the issuer, at whose address the document lies. So no context is
packaged or fetched. Unlike in 3.0, members that the standard does not define are passed over, as
it asks ("not part of the badge object's meaning"); JSON-LD aliases and full addresses as names
are not understood, and are then missing.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from obit_build.strict_json import JsonObject
from obit_build.verifying.kinds import (
    Class,
    Flaw,
    Kind,
    anything,
    as_list,
    boolean,
    flaw,
    flaws_of,
    one,
    text,
    text_or_texts,
    uri,
    uri_or,
)
from obit_build.verifying.words import say

CONTEXT = "https://w3id.org/openbadges/v2"
HOSTED = frozenset({"HostedBadge", "hosted"})
SIGNED = frozenset({"SignedBadge", "signed"})

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d(?::?\d\d)?)", re.ASCII
)
_HASH = re.compile(r"(?:sha256\$[0-9a-f]{64}|md5\$[0-9a-f]{32})", re.IGNORECASE | re.ASCII)


def moment(value: Any) -> datetime.datetime | None:
    """Read an ISO 8601 time with its offset; seconds may be left out, as 2.0 allows."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, minutes, seconds, fraction, offset = found.groups()
    try:
        return datetime.datetime.fromisoformat(
            f"{day}T{minutes}{seconds or ':00'}{(fraction or '')[:7]}{_offset(offset)}"
        )
    except ValueError:
        return None


def _offset(text: str) -> str:
    """Write ``+01`` and ``+0100`` as ``+01:00``."""
    if text == "Z":
        return "+00:00"
    return f"{text[:3]}:{text[-2:] if len(text) > 3 else '00'}"


def _moment(value: Any, path: str) -> Iterator[Flaw]:
    if moment(value) is None:
        yield flaw("form.value", "not", path=path, what=say("kind.date-time"))


def _any_of(*kinds: Kind) -> Kind:
    """Build the kind of a list, or a single item, of values that are of one of these kinds."""

    def check(value: Any, path: str) -> Iterator[Flaw]:
        for item in as_list(value):
            flaws = [list(kind(item, path)) for kind in kinds]
            if all(flaws):
                yield flaws[-1][0]

    return check


def _contexts(value: Any, path: str) -> Iterator[Flaw]:
    if CONTEXT not in as_list(value):
        yield flaw("form.context-order", "context-order", path=path)


_THING: Class = Class(name="", required=("id",), fields={"id": uri})
_IMAGE = uri_or(lambda: _THING)
IDENTITY_OBJECT: Class = Class(
    name="",
    required=("type", "identity", "hashed"),
    fields={"identity": text, "hashed": boolean, "salt": text},
)
VERIFICATION: Class = Class(
    name="", required=("type",), fields={"type": text_or_texts, "creator": uri_or(lambda: _THING)}
)
ASSERTION: Class = Class(
    name="Assertion",
    types=(("Assertion",),),
    required=("id", "recipient", "badge", "verification", "issuedOn"),
    fields={
        "@context": _contexts,
        "id": uri,
        "recipient": one(lambda: IDENTITY_OBJECT),
        "badge": uri_or(lambda: _THING),
        "verification": one(lambda: VERIFICATION),
        "issuedOn": _moment,
        "expires": _moment,
        "image": _IMAGE,
        "narrative": text,
        "revoked": boolean,
    },
)
_ALIGNMENT: Class = Class(
    name="",
    required=("targetName", "targetUrl"),
    fields={"targetName": text, "targetUrl": uri},
)
_CRITERIA: Class = Class(name="", any_of=("id", "narrative"), fields={"id": uri, "narrative": text})
BADGE_CLASS: Class = Class(
    name="BadgeClass",
    types=(("BadgeClass",),),
    required=("id", "name", "description", "image", "criteria", "issuer"),
    fields={
        "@context": _contexts,
        "id": uri,
        "name": text,
        "description": text,
        "image": _IMAGE,
        "criteria": uri_or(lambda: _CRITERIA),
        "issuer": uri_or(lambda: _THING),
        "alignment": _any_of(one(lambda: _ALIGNMENT)),
        "tags": text_or_texts,
    },
)
ISSUER: Class = Class(
    name="Issuer",
    types=(("Issuer", "Profile"),),
    required=("id", "name", "url", "email"),
    fields={
        "@context": _contexts,
        "id": uri,
        "name": text,
        "url": uri,
        "email": text,
        "publicKey": _any_of(uri, one(lambda: _THING)),
        "verification": anything,
        "revocationList": uri_or(lambda: _THING),
    },
)
KEY: Class = Class(
    name="CryptographicKey",
    required=("owner", "publicKeyPem"),
    fields={"id": uri, "owner": uri, "publicKeyPem": text},
)
REVOCATION_LIST: Class = Class(
    name="RevocationList",
    types=(("RevocationList",),),
    required=("revokedAssertions",),
    fields={"@context": _contexts, "id": uri, "issuer": uri},
)


def first_flaw(kind: Class, document: JsonObject) -> Flaw | None:
    """Return the first thing that is wrong with a document; None if nothing is."""
    found = [x for x in flaws_of(kind, document, "") if x.reason != "form.field"]
    found += _identity_flaws(document) if kind is ASSERTION and not found else []
    return found[0] if found else None


def _identity_flaws(assertion: JsonObject) -> Iterator[Flaw]:
    recipient = assertion["recipient"]
    if recipient["hashed"] is not bool(_HASH.fullmatch(recipient["identity"])):
        yield flaw("form.value", "not", path="recipient.identity", what=say("kind.identity"))
    start, end = moment(assertion["issuedOn"]), moment(assertion.get("expires"))
    if start and end and end < start:
        yield flaw("form.dates", "dates", first="issuedOn", last="expires")


def normal(document: JsonObject) -> JsonObject:
    """Leave out members without a value, and write ``verify`` as the name that it stands for."""
    kept = {name: value for name, value in document.items() if value is not None}
    if "verify" in kept and "verification" not in kept:
        kept["verification"] = kept.pop("verify")
    return kept


def address_of(value: Any) -> str:
    """Return the id of something that is named by its address or written out; empty if it has none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def kinds_of(value: Any) -> frozenset[str]:
    """Return the types of an object as a set."""
    given = value.get("type") if isinstance(value, Mapping) else None
    return frozenset(item for item in as_list(given) if isinstance(item, str))
