"""Learner records for the verifier's tests: signed badges of one holder inside a signed whole."""

import copy
from collections.abc import Callable
from typing import Any

from signed_badges import (
    ACHIEVEMENT_ID,
    DID,
    HOLDER,
    INDEX,
    LIST_URL,
    Json,
    World,
    a_badge,
    a_list,
    a_world,
    signed,
)

from obit_build.credentials.credential import identity_hash
from obit_build.securing.canonical import CLR_2, CREDENTIALS_V2, OPEN_BADGES_3

PROGRAMME_ID = "https://badges.example/badges/analyst/v1/achievement.fr.json"
OTHER_ID = "https://badges.example/badges/network/v1/achievement.fr.json"
SALT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
OTHER_INDEX = 7


def another_badge(**changes: Any) -> Json:
    """A second badge of the same holder, unsigned."""
    badge = a_badge()
    badge["id"] = "https://badges.example/awards/2f2f5e0e/credential.json"
    badge["name"] = "Réseaux"
    achievement = badge["credentialSubject"]["achievement"]
    achievement |= {"id": OTHER_ID, "name": "Réseaux"}
    badge["credentialStatus"] |= {
        "id": f"{LIST_URL}#{OTHER_INDEX}",
        "statusListIndex": str(OTHER_INDEX),
    }
    return {**badge, **changes}


def a_record(*badges: Json, **changes: Any) -> Json:
    """An unsigned record of these signed badges; by default of two."""
    held = badges or (signed(a_badge()), signed(another_badge()))
    record: Json = {
        "@context": [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3],
        "id": "urn:uuid:0a9f3b52-1a4d-4f4c-8d39-f4f9a8a0c001",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Relevé de badges",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Technocité"},
        "validFrom": "2026-05-01T12:00:00Z",
        "partial": True,
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": identity_hash(HOLDER, SALT),
                    "identityType": "emailAddress",
                    "salt": SALT,
                }
            ],
            "verifiableCredential": [copy.deepcopy(badge) for badge in held],
            "achievement": [
                {
                    "id": PROGRAMME_ID,
                    "type": ["Achievement"],
                    "achievementType": "LearningProgram",
                    "name": "Analyste",
                    "description": "Formation de douze semaines.",
                    "criteria": {"narrative": "Obtenir tous les badges."},
                }
            ],
            "association": [
                {
                    "type": "Association",
                    "associationType": "isParentOf",
                    "sourceId": PROGRAMME_ID,
                    "targetId": ACHIEVEMENT_ID,
                }
            ],
        },
    }
    return {**record, **changes}


def a_record_world(
    record: Json | None = None,
    before: Callable[[World], None] | None = None,
    after: Callable[[World], None] | None = None,
) -> World:
    """A world whose badge is a record."""

    def begin(world: World) -> None:
        world.badge = record or a_record()
        if before:
            before(world)

    return a_world(begin, after)


def revoked(world: World) -> None:
    """Let the issuer revoke the first badge."""
    world.revocations = a_list(bits=(INDEX,))
