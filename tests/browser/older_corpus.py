"""The Open Badges 2.0 of the corpus: name and web of each, with the file in hand.

The attacks are those of tests/attacks; beside them stand other ways of writing a good badge, badges
in files of every kind, good and tampered, and documents altered in one place after the other.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterator

from altered import deleted, replaced
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from older_attacks import ATTACKS, listed, resigned
from older_badges import (
    ASSERTION,
    BADGE,
    HOLDER,
    OlderWorld,
    a_badge_class,
    an_assertion,
    both,
    hosted,
    put,
    rsa_key,
    signed,
)
from older_ways import HOSTED_WAYS, SIGNED_WAYS
from pictures import chunk, png, svg, text_chunk

STRIDE = 17
"""Of the alterations, one in so many is taken."""
Named = Iterator[tuple[str, OlderWorld]]
Made = Callable[..., OlderWorld]


def older_worlds() -> Named:
    """Yield all of them; their names differ."""
    for attack in ATTACKS:
        yield f"2.0 {attack.world.__name__}, attack: {attack.what}", attack.world(attack.change)
    for make, ways in ((hosted, HOSTED_WAYS), (signed, SIGNED_WAYS)):
        yield f"2.0 {make.__name__}", make()
        for number, change in enumerate(ways):
            yield f"2.0 {make.__name__}, another way {number}", make(change)
    yield from _files()
    yield from _states()
    yield from _alterations()


def _in_picture(kind: str, content: bytes) -> bytes:
    if kind == "png":
        return png(before=text_chunk(b"openbadges", content))
    text = content.decode().replace("&", "&amp;").replace("<", "&lt;")
    return svg(f'<o:assertion xmlns:o="http://openbadges.org">{text}</o:assertion>')


def _files() -> Named:
    """A good and a tampered copy of each kind of badge in each kind of file."""
    good, bad = an_assertion(), an_assertion(expires="2039-03-27T15:00:00Z")
    token = signed().data()
    head, payload, signature = token.split(b".")
    forged = b".".join((head, payload, signature[:-8] + b"AAAAAAAA"))
    contents = {
        "hosted": (hosted, json.dumps(good).encode(), json.dumps(bad).encode()),
        "signed": (signed, token, forged),
    }
    for name, (make, sound, tampered) in contents.items():
        for what, content in (("good", sound), ("tampered", tampered)):
            for kind in ("png", "svg"):
                picture = _in_picture(kind, content)
                yield f"2.0 {name}, {what} in {kind}", make(put("hand", picture))
            yield f"2.0 {name}, {what}", make(put("hand", content))
    there = ASSERTION.encode()
    addresses = {
        "png": png(before=chunk(b"tEXt", b"openbadges\0" + there)),
        "svg": svg(f'<o:assertion xmlns:o="http://openbadges.org" verify="{ASSERTION}"/>'),
    }
    for kind, picture in addresses.items():
        yield f"2.0 address in {kind}", hosted(put("hand", picture))
    gone = put("gone", {ASSERTION})
    yield "2.0 address of nothing", hosted(both(put("hand", addresses["png"]), gone))


def _states() -> Named:
    """Previews, other holders, what the file says of itself, keys as they were written of old."""
    for name in ("PREVIEW · Pare-feu", "SPECIMEN · Pare-feu", "Pare-feu · PREVIEW · "):
        yield f"2.0 named {name}", hosted(put("badge.name", name))
    for person in (HOLDER, "somebody@else.example", ""):
        for make in (hosted, signed):
            yield f"2.0 {make.__name__} of {person!r}", make(put("recipient", person))
    stolen = {"type": "email", "hashed": False, "identity": "thief@example.org"}
    theft = both(put("hand", an_assertion(recipient=stolen)), put("recipient", "thief@example.org"))
    yield "2.0 stolen", hosted(theft)
    yield "2.0 endorsed", hosted(put("badge.endorsement", ["https://other.example/e.json"]))
    yield "2.0 with an empty list", hosted(listed())
    yield "2.0 of another badge", hosted(put("hand", an_assertion(badge=f"{BADGE}?other")))
    yield "2.0 with its badge written out", hosted(put("hand", an_assertion(badge=a_badge_class())))
    pem = rsa_key("issuer").public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
    yield "2.0 with a key of PKCS #1", signed(put("key.publicKeyPem", pem))
    yield "2.0 with words around the key", signed(put("key.publicKeyPem", f"Key:\n{pem}\nEnd."))
    thief = rsa_key("thief").public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
    yield "2.0 with another key of PKCS #1", signed(put("key.publicKeyPem", thief))


def _alterations() -> Named:
    """Alter each of the documents on the web, one place at a time."""
    places: tuple[tuple[Made, str], ...] = (
        (hosted, "assertion"), (hosted, "badge"), (hosted, "issuer"), (signed, "key"),
        (signed, "revocations"),
    )  # fmt: skip
    for make, part in places:
        whole = copy.deepcopy(getattr(make(), part))
        for change in (deleted, replaced):
            for name, document in itertools.islice(change(whole), 1, None, STRIDE):
                yield f"2.0 {part} {name}", make(put(part, document))
    for name, document in itertools.islice(replaced(signed().assertion), 1, None, STRIDE):
        yield f"2.0 payload {name}", signed(_payload(document))


def _payload(document: dict[str, object]) -> Callable[[OlderWorld], None]:
    return lambda world: (put("assertion", document)(world), resigned()(world))[1]
