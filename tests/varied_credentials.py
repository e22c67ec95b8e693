"""Unsigned credentials of many shapes, drawn from a seed: every optional part, every kind of text.

Shapes come in series, as awards of one badge do; the texts of a series all differ.
"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from builders import a_credential, a_ledger
from centre import a_centre, an_award

SCRIPTS = (
    "abc xyz 09", "éèçœÉß", "\"'\\ \t\n\r", "<>&{}%$ %s %(0)s %%", "שלום عربى", "日本語한국", "ﬀ～",
    "😀🏴‍☠️𐀀", "\u2028\u00a0\u200b\u0085", "@id _:b0 urn:x null",
)  # fmt: skip
SERIES = 25


def words(draw: random.Random) -> str:
    """A text that is never empty; emoji and rare letter forms seldom meet."""
    return "x" + "".join(draw.choices(draw.choice(SCRIPTS), k=draw.randint(1, 12)))


def address(draw: random.Random) -> str:
    """A complete address of one of the kinds that credentials hold."""
    tail = "".join(draw.choices("abcxyz0189/-._~?#", k=draw.randint(1, 12))).replace("#", "", 9)
    return (
        draw.choice(("https://évidence.example/", "http://x.example/", "urn:x:", "mailto:a")) + tail
    )


def evidence(draw: random.Random, shape: random.Random) -> dict[str, Any]:
    """One piece of evidence with some of its parts."""
    parts = {"name": words, "description": words, "narrative": words, "genre": words}
    said: dict[str, Any] = {} if shape.random() < 0.3 else {"id": address(draw)}
    said["type"] = ["Evidence"]
    return said | {name: make(draw) for name, make in parts.items() if shape.random() < 0.4}


def result(draw: random.Random, shape: random.Random) -> dict[str, Any]:
    """One result, of a description or not."""
    said: dict[str, Any] = {"type": ["Result"], "value": str(draw.randrange(100))}
    return said | ({"resultDescription": address(draw)} if shape.random() < 0.5 else {})


def varied_credentials(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield ``count`` credentials, no two alike."""
    draw = random.Random(seed)
    award = an_award()
    centre = a_centre([award])
    base = json.loads(a_credential(centre, award, a_ledger(centre).award_id(award.key)))
    for number in range(count):
        shape = random.Random(f"{seed} {number // SERIES}")
        document = copy.deepcopy(base)
        subject = document["credentialSubject"]
        document["id"] = f"https://badges.example.org/awards/{number}/credential.json"
        document["name"] = words(draw)
        if shape.random() < 0.5:
            document["validUntil"] = f"20{draw.randint(27, 60)}-01-31T23:59:59Z"
        if shape.random() < 0.5:
            subject.pop("id", None)
            hashed = {"type": "IdentityObject", "hashed": True, "identityType": "emailAddress"}
            salted = {"identityHash": f"sha256${number:064x}", "salt": f"{number:032x}"}
            subject["identifier"] = [{**hashed, **salted}]
        for name in ("narrative", "role", "term", "licenseNumber"):
            if shape.random() < 0.3:
                subject[name] = words(draw)
        if shape.random() < 0.2:
            subject["creditsEarned"] = shape.choice((1, 2.5, 30))
        if shape.random() < 0.4:
            subject["result"] = [result(draw, shape) for _ in range(shape.randint(1, 3))]
        if shape.random() < 0.4:
            document["evidence"] = [evidence(draw, shape) for _ in range(shape.randint(1, 2))]
        if shape.random() < 0.05:  # nodes that fall together: the same address in two places
            document["evidence"] = [
                {"id": document["id"], "type": ["Evidence"], "name": words(draw)}
            ]
        document["credentialStatus"]["statusListIndex"] = str(number)
        yield document
