"""The learner records (CLR 2.0) of the corpus: name and world of each.

Beside records as they should be stand records of every fate that a badge inside can have, forms that the
standard does not allow, and records altered in one place after the other.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from altered import deleted, duplicated, moved, replaced
from signed_badges import HOLDER, LIST_URL, OTHER_DID, World, a_badge, signed
from signed_records import a_record, a_record_world, another_badge, revoked

from obit_build.credentials.credential import PREVIEW_TERMS, SPECIMEN_TERMS
from obit_build.errors import FetchError
from obit_build.securing.canonical import (
    CLR_2,
    CREDENTIALS_V2,
    OPEN_BADGES_3,
    OPEN_BADGES_3_EXTENSIONS,
)
from obit_build.verifying.clr import MAX_PARTS

STRIDE = 23
"""Of the alterations, one in so many is taken."""
Named = Iterator[tuple[str, World]]
BADGES_3_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
MEMBERSHIP = {
    "@context": [CREDENTIALS_V2],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "name": "Carte de membre",
    "issuer": "did:web:badges.example",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "urn:uuid:0b3aef56-d8ba-41ed-83dd-0b3aef56cc33"},
}


def record_worlds() -> Named:
    """Yield all of them; their names differ."""
    for family in (good, bad_inside, bad_outside, contexts, forms, alterations):
        for name, world in family():
            yield f"record: {name}", world


def good() -> Named:
    inner = signed(
        a_record(signed(another_badge()), id="urn:uuid:1b8e3b52-1a4d-4f4c-8d39-f4f9a8a0c0")
    )
    yield "good", a_record_world()
    yield "of one badge", a_record_world(a_record(signed(a_badge())))
    yield "in a record", a_record_world(a_record(signed(a_badge()), inner))
    yield "of the person", a_record_world(before=_asked(HOLDER))
    yield "without its associations", a_record_world(before=_without("association", "achievement"))
    yield "also called a badge", a_record_world(before=_typed("OpenBadgeCredential"))
    for term in (PREVIEW_TERMS, SPECIMEN_TERMS):
        marked = signed(another_badge(termsOfUse=[{"type": term}]))
        yield f"{term} inside", a_record_world(a_record(signed(a_badge()), marked))
        whole = a_record(signed(a_badge()), marked, termsOfUse=[{"type": term}])
        yield f"{term} inside and outside", a_record_world(whole)
    listed = a_badge()["credentialStatus"]
    yield "with a status of its own", a_record_world(a_record(credentialStatus=listed))


def bad_inside() -> Named:
    stranger = another_badge()
    stranger["credentialSubject"]["identifier"][0]["salt"] = "of somebody else"
    tampered = signed(another_badge())
    tampered["name"] = "Diplôme"
    late = signed(another_badge(validUntil="2026-05-31T00:00:00Z"))
    many = [signed(a_badge(id=f"urn:uuid:{n:08d}-0000-4000-8000-000000000000")) for n in range(8)]
    unnamed = signed(another_badge())
    unnamed.pop("name")
    unnamed["credentialSubject"]["achievement"].pop("name")
    yield "a badge revoked", a_record_world(before=revoked)
    yield "a badge expired", a_record_world(a_record(signed(a_badge()), late))
    yield "a badge tampered with", a_record_world(a_record(signed(a_badge()), tampered))
    yield "a badge without a name", a_record_world(a_record(signed(a_badge()), unnamed))
    yield "a badge unsigned", a_record_world(a_record(signed(a_badge()), another_badge()))
    yield (
        "a badge of somebody else",
        a_record_world(a_record(signed(a_badge()), signed(stranger)), before=_asked(HOLDER)),
    )
    yield "all revoked", a_record_world(a_record(*many), before=revoked)
    yield "another credential", a_record_world(a_record(signed(a_badge()), signed(MEMBERSHIP)))
    yield "too many", a_record_world(a_record(*([{"id": "urn:uuid:1b8e"}] * (MAX_PARTS + 1))))
    yield "no list", a_record_world(after=_unreachable)


def bad_outside() -> Named:
    def rename(world: World) -> None:
        world.badge["issuer"]["id"] = OTHER_DID

    yield "renamed", a_record_world(after=lambda w: w.badge.update(name="Diplôme"))
    yield "of another issuer", a_record_world(after=rename)
    yield "expired", a_record_world(a_record(validUntil="2026-05-31T00:00:00Z"))
    yield "not yet valid", a_record_world(a_record(validFrom="2027-05-31T00:00:00Z"))
    yield "of somebody else", a_record_world(before=_asked("x@else.example"))
    yield "a badge taken out", a_record_world(after=lambda w: _held(w).pop())
    yield "a badge put in", a_record_world(after=lambda w: _held(w).append(signed(a_badge())))
    yield "endorsed", a_record_world(a_record(endorsementJwt=["a.b.c"]))


def contexts() -> Named:
    ways: dict[str, Any] = {
        "in another order": [CREDENTIALS_V2, OPEN_BADGES_3, CLR_2],
        "with extensions": [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3, OPEN_BADGES_3_EXTENSIONS],
        "older": [CREDENTIALS_V2, CLR_2, BADGES_3_2],
        "two": [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3, BADGES_3_2],
        "twice": [CREDENTIALS_V2, CLR_2, CLR_2, OPEN_BADGES_3],
        "without the record's": [CREDENTIALS_V2, OPEN_BADGES_3],
        "without the badges'": [CREDENTIALS_V2, CLR_2],
        "last first": [CLR_2, OPEN_BADGES_3, CREDENTIALS_V2],
        "foreign": [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3, "https://x.example/context"],
        "inline": [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3, {"x": "urn:x"}],
        "one": CREDENTIALS_V2,
    }
    for name, given in ways.items():
        world = a_record_world()
        world.badge["@context"] = given
        yield f"contexts {name}, not signed anew", world
        if name in ("in another order", "with extensions"):
            yield f"contexts {name}", a_record_world(a_record(**{"@context": given}))
    world = a_record_world()
    world.badge["credentialSubject"]["verifiableCredential"][0]["@context"].append(CLR_2)
    yield "a badge with a record's context", world


def forms() -> Named:
    def subject(**members: Any) -> Callable[[World], None]:
        return lambda world: world.badge["credentialSubject"].update(members)

    association = a_record()["credentialSubject"]["association"][0]
    changes: dict[str, Callable[[World], None]] = {
        "a text for credentials": subject(verifiableCredential="x"),
        "texts for credentials": subject(verifiableCredential=["x"]),
        "no credential": subject(verifiableCredential=[]),
        "one credential without a list": subject(verifiableCredential={"id": "urn:x"}),
        "a text for associations": subject(association="x"),
        "a number among associations": subject(association=[1]),
        "an association of no known kind": subject(
            association=[{**association, "associationType": "isSisterOf"}]
        ),
        "an association of one's own": subject(
            association=[{**association, "associationType": "ext:own"}]
        ),
        "an association to nothing": subject(association=[{**association, "targetId": "here"}]),
        "an association with more": subject(association=[{**association, "name": "x"}]),
        "an achievement without a list": subject(achievement={"type": ["Achievement"]}),
        "a field that is unknown": subject(extra="x"),
        "another type": subject(type=["AchievementSubject"]),
        "partial in words": lambda world: world.badge.update(partial="yes"),
        "no name": lambda world: world.badge.pop("name"),
        "a subject that is none": lambda world: world.badge.update(credentialSubject="x"),
    }
    for name, change in changes.items():
        yield name, a_record_world(after=change)


def alterations() -> Named:
    for change in (deleted, replaced, duplicated, moved):
        good_one = a_record_world()
        for name, record in itertools.islice(change(good_one.badge), 3, None, STRIDE):
            world = a_record_world()
            world.badge = record
            yield name, world


def _asked(person: str) -> Callable[[World], None]:
    return lambda world: setattr(world, "recipient", person)


def _typed(kind: str) -> Callable[[World], None]:
    return lambda world: world.badge["type"].append(kind)


def _without(*names: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        for name in names:
            del world.badge["credentialSubject"][name]

    return change


def _held(world: World) -> list[Any]:
    held: list[Any] = world.badge["credentialSubject"]["verifiableCredential"]
    return held


def _unreachable(world: World) -> None:
    real = world.fetch

    def fetch(url: str) -> bytes:
        if url == LIST_URL:
            raise FetchError("there is no network", fix="try again later")
        found: bytes = real(url)
        return found

    world.fetch = fetch  # type: ignore[method-assign]  # the world of this record only
