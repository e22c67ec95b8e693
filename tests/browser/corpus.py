"""The badges that both verifiers judge: obit's own and the one in the browser (invariant 20).

Every case is bytes, a time, perhaps a person to compare with, and a small web. The attacks are
those of tests/attacks; beside them stand good badges of every kind, badges in files of every
kind, files that were broken, and a badge altered in one place after the other.
"""

import base64
import dataclasses
import datetime
import hashlib
import itertools
import json
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
# The tests of obit's own verifier bring their builders along.
for folder in ("", "attacks", "unit/pictures", "unit/verifying"):
    if str(TESTS / folder) not in sys.path:
        sys.path.append(str(TESTS / folder))

import test_attacks  # noqa: E402 - found through the path above
import test_pdf_attachments  # noqa: E402
import test_token_attacks  # noqa: E402
import test_verify  # noqa: E402
import test_verify_proofs  # noqa: E402
from altered import deleted, duplicated, moved, replaced  # noqa: E402
from older_corpus import older_worlds  # noqa: E402
from papers import certificates  # noqa: E402
from pictures import HEADER, PIXELS, chunk, png, svg, text_chunk  # noqa: E402
from record_corpus import record_worlds  # noqa: E402
from signed_badges import (  # noqa: E402
    AT,
    CREATED,
    DID,
    ENDORSER,
    ENDORSER_DID,
    HOLDER,
    INDEX,
    ISSUER,
    LIST_URL,
    SALT,
    a_badge,
    a_list,
    a_world,
    an_endorsement,
    as_bytes,
    signed,
)
from signed_tokens import a_token, an_older_payload  # noqa: E402

from obit_build.credentials.credential import PREVIEW_TERMS, SPECIMEN_TERMS  # noqa: E402
from obit_build.errors import GoneError  # noqa: E402
from obit_build.network.public_hosts import split_https  # noqa: E402
from obit_build.pictures.bake import bake, embeddable  # noqa: E402
from obit_build.securing import proof_jcs  # noqa: E402
from obit_build.verifying.report import VerificationReport  # noqa: E402
from obit_build.verifying.verify import verify  # noqa: E402

Fetch = Callable[[str], bytes]
STRIDE = 17
"""Of the alterations, which are thousands, one in so many is taken."""
SVG_3 = "https://purl.imsglobal.org/ob/v3p0"
DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One badge, what the web answers, and what obit says of it."""

    name: str
    data: bytes
    web: dict[str, bytes]
    gone: frozenset[str]
    """What the web answers was taken down for good."""
    asked: frozenset[str]
    """What obit asked the web for, whether it answered or not."""
    at: datetime.datetime
    recipient: str | None
    report: VerificationReport

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form for the browser."""
        return {
            "name": self.name,
            "data": base64.b64encode(self.data).decode(),
            "web": {url: base64.b64encode(data).decode() for url, data in self.web.items()},
            "gone": sorted(self.gone),
            "at": self.at.timestamp() * 1000,
            "recipient": self.recipient,
        }


def judged(
    name: str,
    data: bytes,
    fetch: Fetch,
    *,
    at: datetime.datetime = AT,
    recipient: str | None = None,
) -> Case:
    """Let obit judge, and note what it asked the web for and got."""
    web: dict[str, bytes] = {}
    asked: set[str] = set()
    gone: set[str] = set()

    def noted(url: str) -> bytes:
        asked.add(url)
        try:
            web[url] = fetch(url)
        except GoneError:
            gone.add(url)
            raise
        return web[url]

    report = verify(data, name=name, at=at, fetch=noted, recipient=recipient)
    return Case(
        name=name, data=data, web=web, gone=frozenset(gone), asked=frozenset(asked), at=at,
        recipient=recipient, report=report,
    )  # fmt: skip


def of_world(name: str, world: Any, data: bytes | None = None) -> Case:
    given = world.data if data is None else data
    return judged(
        name,
        as_bytes(world.badge) if given is None else given,
        world.fetch,
        at=world.at,
        recipient=world.recipient,
    )


def cases() -> list[Case]:
    """Return all cases; their names differ."""
    families = (
        good, in_files, broken_files, attacks, token_attacks, proofs, alterations, older, records,
    )  # fmt: skip
    found = [case for family in families for case in family()]
    assert len({case.name for case in found}) == len(found)
    return found


def attacks() -> Iterator[Case]:
    for attack in test_attacks.ATTACKS:
        yield of_world(f"attack: {attack.what}", a_world(attack.before, attack.after))


def token_attacks() -> Iterator[Case]:
    for attack in test_token_attacks.ATTACKS:
        world = a_token(attack.before, attack.after, algorithm=attack.algorithm)
        yield judged(f"token: {attack.what}", world.token.encode(), world.fetch)
    for algorithm in ("ES256", "RS256", "EdDSA"):
        for model, payload in (("2.0", None), ("1.1", an_older_payload())):
            world = a_token(algorithm=algorithm, **({"payload": payload} if payload else {}))
            yield judged(f"token: good, {algorithm}, {model}", world.token.encode(), world.fetch)


def good() -> Iterator[Case]:
    yield of_world("good", a_world())
    for offset in (0, 1, 400):
        at = AT + offset * DAY
        world = a_world(lambda w: w.badge.update(validUntil="2026-06-02T12:00:00Z"))
        yield judged(
            f"ends on the second day, {offset} days later",
            as_bytes(world.badge),
            world.fetch,
            at=at,
        )
    yield of_world("suspended", a_world(lambda w: w.suspend()))
    yield of_world("revoked beside a suspension list", a_world(lambda w: w.suspend(bits=(1,))))
    revoked = a_world(lambda w: setattr(w, "revocations", a_list(bits=(INDEX, 0))))
    yield of_world("revoked", revoked)
    for term in (PREVIEW_TERMS, SPECIMEN_TERMS):
        yield of_world(
            term, a_world(lambda w, term=term: w.badge.update(termsOfUse=[{"type": term}]))
        )
    for person in (HOLDER, f" {HOLDER.upper()} ", "somebody@else.example", ""):
        yield of_world(
            f"recipient {person!r}", a_world(after=lambda w, p=person: setattr(w, "recipient", p))
        )
    yield of_world("recipient of old", a_world(_md5, lambda w: setattr(w, "recipient", HOLDER)))
    yield of_world(
        "recipient by id only", a_world(_by_id, lambda w: setattr(w, "recipient", HOLDER))
    )
    yield of_world("without a list", a_world(lambda w: w.badge.pop("credentialStatus")))
    yield of_world(
        "with a newer version",
        a_world(lambda w: w.badge.update(refreshService={"id": "urn:x", "type": "X:y"})),
    )
    yield of_world("endorsed", a_world(_endorsed))
    yield of_world("endorsed by a forger", a_world(_endorsed, _forge_endorsement))
    yield of_world("issued by a bare key", a_world(_bare))
    yield of_world("numbers", a_world(_numbers))
    yield of_world("texts", a_world(_texts))
    yield of_world("unnamed parts that look alike", a_world(_alike))
    document = as_bytes(test_verify.FOREIGN_DOCUMENT)
    foreign = as_bytes(test_verify.FOREIGN_BADGE)
    yield judged(
        "signed elsewhere", foreign, lambda _url: document, recipient="amelie.dupont@example.org"
    )


def _md5(world: Any) -> None:
    identity = world.badge["credentialSubject"]["identifier"][0]
    identity["identityHash"] = "md5$" + hashlib.md5((HOLDER + SALT).encode()).hexdigest()  # noqa: S324 - old badges


def _by_id(world: Any) -> None:
    world.badge["credentialSubject"]["id"] = "urn:uuid:2f2f5e0e-64c5-4a53-8f0e-0a4d3c0e5a77"
    del world.badge["credentialSubject"]["identifier"]


def _endorsed(world: Any) -> None:
    world.badge["endorsement"] = [signed(an_endorsement(), ENDORSER)]


def _forge_endorsement(world: Any) -> None:
    world.badge["endorsement"][0]["credentialSubject"]["endorsementComment"] = "X"


def _bare(world: Any) -> None:
    world.badge["issuer"]["id"] = ENDORSER_DID
    del world.badge["credentialStatus"]
    world.key = ENDORSER


def _numbers(world: Any) -> None:
    world.badge["credentialSubject"]["creditsEarned"] = 0.1
    world.badge["credentialSubject"]["achievement"]["creditsAvailable"] = 12345678901


def _texts(world: Any) -> None:
    world.badge["credentialSubject"]["achievement"]["tag"] = [
        "é",
        'a"b\\',
        "😀",
        "\u2028",
        "tab\there",
    ]


def _alike(world: Any) -> None:
    parts = [{"type": ["Evidence"], "narrative": text} for text in "aab"]
    world.badge["evidence"] = [*parts, {"type": ["Evidence"], "genre": "x"}, {"type": ["Evidence"]}]


def in_files() -> Iterator[Case]:
    world = a_world()
    text = embeddable(as_bytes(world.badge).decode())
    content, tampered = text.encode(), text.replace("pare-feu", "pare-balles").encode()
    token = a_token().token.encode()
    papers = certificates(content, tampered)
    for (name, inner), paper in zip(
        (("good", content), ("tampered", tampered)), papers, strict=True
    ):
        files = {
            "certificate": paper,
            "PNG": bake(png(), inner.decode()),
            "SVG": bake(svg("<title>x</title>"), inner.decode()),
            "packed PNG": png(before=text_chunk(b"openbadgecredential", inner, compressed=True)),
            "PNG with the older keyword": png(before=text_chunk(b"openbadges", inner)),
            "PNG with an older text chunk": png(
                before=chunk(b"tEXt", b"openbadges\0" + json.dumps(json.loads(inner)).encode())
            ),
            "SVG with plain text": svg(
                f'<c:credential xmlns:c="{SVG_3}">{_xml(inner)}</c:credential>'
            ),
            "packed PDF": pdf_with(inner),
            "plain PDF": pdf_with(inner, packed=False),
            "JSON with spaces": b"\n \t" + inner + b"\n\n",
        }
        for kind, data in files.items():
            yield of_world(f"{name}, in a {kind}", world, data)
    signed_web = a_token().fetch
    yield judged("token in a PNG", bake(png(), token.decode()), signed_web)
    verified = f'<o:credential xmlns:o="{SVG_3}" verify="{token.decode()}"/>'
    yield judged("token in an SVG's attribute", svg(verified), signed_web)
    yield judged("token with spaces", b" " + token + b"\n", signed_web)


def pdf_with(content: bytes, *, packed: bool = True) -> bytes:
    """Return a PDF to which a file is attached."""
    return test_pdf_attachments.pdf(test_pdf_attachments.stream(content, packed=packed))


def _xml(content: bytes) -> str:
    return content.decode().replace("&", "&amp;").replace("<", "&lt;")


def broken_files() -> Iterator[Case]:
    world = a_world()
    text = embeddable(as_bytes(world.badge).decode())
    baked, drawn = bake(png(), text), bake(svg("<title>x</title>"), text).decode()
    chunk_ = text_chunk(b"openbadgecredential", text.encode())
    huge = text_chunk(b"openbadgecredential", b" " * 3_000_000, compressed=True)
    inside = f'<openbadges:credential xmlns:openbadges="{SVG_3}"><![CDATA[{text}]]></openbadges:credential>'
    entity = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    deep = "<g>" * 100 + "</g>" * 100
    files = {
        **{f"PNG cut at {n}": baked[:n] for n in (4, 8, 20, 33, 60, 400, len(baked) - 12, len(baked) - 1)},
        "PNG with a changed byte": baked.replace(b"Technocit", b"Technocat"),
        "PNG with two credentials": png(before=chunk_ + chunk_),
        "PNG with something after it": baked + b"PK\x03\x04",
        "PNG without a credential": png(),
        "PNG with a packed bomb": png(before=huge),
        "PNG with a damaged pack": png(before=_damaged(text)),
        "PNG with no pixels": png(data=b""),
        "PNG with an unknown critical chunk": png(before=chunk(b"EvIL", b"x")),
        "PNG with two headers": png(before=HEADER),
        "PNG with pixels apart": png(data=PIXELS + chunk(b"tIME", bytes(7)) + chunk(b"IDAT", b"x")),
        "PNG with a length beyond the file": png()[:8] + struct.pack(">I", 2**31) + png()[12:],
        "PNG with Latin-1 in it": png(before=text_chunk(b"openbadgecredential", b'{"a": "\xe9"}')),
        "SVG cut in half": drawn[: len(drawn) // 2].encode(),
        "SVG without a credential": svg("<title>x</title>"),
        "SVG with two credentials": svg(inside + inside),
        "SVG with a script": bake(svg("<script>alert(1)</script>"), text),
        "SVG with a document type": entity.encode() + drawn.encode(),
        "SVG with entities": entity.encode() + svg("<title>&b;</title>" + inside),
        "SVG with an instruction": drawn.replace("<title>", '<?php x="1"?><title>').encode(),
        "SVG with a style sheet": b'<?xml-stylesheet href="https://evil.example/x.css"?>' + drawn.encode(),
        "SVG with a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n' + drawn.encode(),
        "SVG of another encoding": b'<?xml version="1.0" encoding="ISO-8859-1"?>' + drawn.encode(),
        "SVG in UTF-16": drawn.encode("utf-16"),
        "SVG nested too deep": svg(deep + inside),
        "SVG with a mark": b"\xef\xbb\xbf" + drawn.encode(),
        "SVG with an empty credential": svg(f'<c:credential xmlns:c="{SVG_3}"/>'),
        "SVG in pieces": svg(inside.replace("<![CDATA[", "x<![CDATA[")),
        "SVG in comments": svg(f"<!-- {inside.replace('--', '')} -->"),
        "no SVG": drawn.replace("http://www.w3.org/2000/svg", "http://x.example/").encode(),
        "PDF with two badges": test_pdf_attachments.pdf(
            test_pdf_attachments.stream(text.encode()),
            test_pdf_attachments.stream(text.replace("pare", "PARE").encode()),
        ),
        "JSON in Latin-1": text.encode("latin-1", "replace"),
        "JSON nested too deep": b'{"a":' * 70 + b"1" + b"}" * 70,
        "JSON with a number too long": text.replace('"validFrom"', '"x": 12345678901234567890, "validFrom"').encode(),
        "JSON with a control character": text.replace("Gestion", "Ges\\u0001tion").encode(),
        "JSON with half a character": text.replace("Gestion", "Ges\\ud800tion").encode(),
        "JSON with __proto__": text.replace('{"@context"', '{"__proto__": {"id": "urn:x"}, "@context"', 1).encode(),
        "JSON with a trailing comma": text[:-1].encode() + b",}",
        "JSON with a comment": text.encode() + b"// x",
        "JSON of a raw line break": text.replace("Gestion", "Ges\ntion").encode(),
        "zeros": bytes(100),
    }  # fmt: skip
    for name, data in files.items():
        yield of_world(name, world, data)


def _damaged(text: str) -> bytes:
    packed = bytearray(zlib.compress(text.encode()))
    packed[len(packed) // 2] ^= 0xFF
    return chunk(b"iTXt", b"openbadgecredential\0\x01\0\0\0" + bytes(packed))


def proofs() -> Iterator[Case]:
    of, world = test_verify_proofs, a_world()
    method = of.METHOD
    yield judged("of before the standard", as_bytes(of.DRAFT_BADGE), of.draft_issuer)
    yield judged("of data model 1.1", as_bytes(of.TEAM_BADGE), world.fetch)
    old = {"type": "Ed25519Signature2020", "cryptosuite": None}
    json_text = proof_jcs.add_proof(
        a_badge(), sign=ISSUER.sign, verification_method=method, created=CREATED
    )
    two = proof_jcs.add_proof(
        signed(a_badge()), sign=ISSUER.sign, verification_method=method, created=CREATED
    )
    badges = {
        "Ed25519Signature2020, 1.1": of.add(of.older_badge(), **old),
        "Ed25519Signature2020, 2.0": of.add(
            {**a_badge(), "@context": [*a_badge()["@context"], of.SUITE_2020]}, **old
        ),
        "expired, 1.1": of.add(of.older_badge(expirationDate="2026-05-31T00:00:00Z"), **old),
        "eddsa-jcs-2022": json_text,
        "eddsa-jcs-2022 with numbers": proof_jcs.add_proof(
            _with_numbers(), sign=ISSUER.sign, verification_method=method, created=CREATED
        ),
        "two proofs": two,
        "two proofs, one of another kind": {
            **two,
            "proof": [*two["proof"], {"type": "X", "cryptosuite": "bbs-2023"}],
        },
        "a chain": of.chain(),
    }
    for name, badge in badges.items():
        yield judged(f"proof: {name}", as_bytes(badge), world.fetch)
        yield judged(f"proof: {name}, changed", as_bytes({**badge, "name": "X"}), world.fetch)


def _with_numbers() -> Any:
    badge = a_badge()
    badge["credentialSubject"]["creditsEarned"] = 1e-7
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = 30.0
    return badge


def alterations() -> Iterator[Case]:
    """Alter the badge, its key document and its list, each in one place at a time."""
    world = a_world(_endorsed)
    for change in (deleted, replaced, duplicated, moved):
        for name, badge in itertools.islice(change(world.badge), 3, None, STRIDE):
            yield of_world(f"badge {name}", world, as_bytes(badge))
    for url, document in ((f"{DID}", world.did), (LIST_URL, world.revocations)):
        for change in (deleted, replaced):
            for name, altered in itertools.islice(change(document), 1, None, STRIDE):
                yield judged(f"{url} {name}", as_bytes(world.badge), _web(world, url, altered))


def _web(world: Any, url: str, document: Any) -> Fetch:
    def fetch(asked: str) -> bytes:
        mine = asked == url or (url == DID and asked.endswith("did.json"))
        return as_bytes(document) if mine else world.fetch(asked)

    return fetch


def older() -> Iterator[Case]:
    """Open Badges 2.0, asked for at addresses that obit asks the web for (tests/older_badges.py asks any)."""
    for name, world in older_worlds():

        def fetch(url: str, world: Any = world) -> bytes:
            split_https(url)
            found: bytes = world.fetch(url)
            return found

        yield judged(name, world.data(), fetch, at=world.at, recipient=world.recipient)


def records() -> Iterator[Case]:
    """Learner records, each with the credentials inside."""
    for name, world in record_worlds():
        yield of_world(name, world)
