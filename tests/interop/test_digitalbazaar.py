"""Digital Bazaar's verifier, which shares no code with obit, judges what obit makes."""

import contextlib
import copy
import dataclasses
import datetime
import json
import random
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from obit_build.credential import open_badge_credential
from obit_build.errors import CanonicalizationError
from obit_build.issuing import allocation, written
from obit_build.keys import did_for, encode_multikey, method_id
from obit_build.load import load_repository
from obit_build.model.achievement import Criteria
from obit_build.model.words import Text
from obit_build.proof import add_proof
from obit_build.signers.opening import preview_signer
from obit_build.states import instant_of

pytestmark = pytest.mark.node

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
LETTERS = string.ascii_letters + string.digits
RAW_EDITS = 150


@pytest.fixture(scope="module")
def reports(judge, sample_site):
    """What the judge says of the whole site: credentials by award id, status lists by address."""
    credentials, lists = {}, {}
    for report in judge.site(sample_site):
        if "list" in report:
            lists[report["list"]] = report
        else:
            credentials[report["id"].split("/")[-2]] = report
    return credentials, lists


def test_another_verifier_accepts_every_signature_of_the_sample_site(reports, sample_site):
    credentials, _ = reports

    refused = {i: r["error"] for i, r in credentials.items() if not r["signature"]}

    assert sample_site.ledger.awards
    assert set(credentials) == set(sample_site.ledger.awards)
    assert refused == {}


def test_another_verifier_reads_the_status_that_the_ledger_tells(reports, sample_site):
    credentials, _ = reports
    awards = sample_site.ledger.awards
    expected = {i: "set" if a.state != "active" else "clear" for i, a in awards.items()}

    found = {i: report["status"] for i, report in credentials.items()}

    assert {"active", "suspended", "revoked", "replaced"} <= {a.state for a in awards.values()}
    assert found == expected


def test_another_verifier_relies_on_an_award_only_while_it_is_active_and_in_force(
    reports, sample_site
):
    credentials, _ = reports
    expected = {}
    for award_id, award in sample_site.ledger.awards.items():
        document = json.loads(sample_site.credential_text(award_id))
        start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
        in_force = start <= NOON and (end is None or end >= NOON)
        expected[award_id] = in_force and award.state == "active"

    found = {i: report["verified"] for i, report in credentials.items()}

    assert found == expected
    assert {report["dates"] for report in credentials.values()} == {
        "good",
        "expired",
        "not yet valid",
    }


def test_another_verifier_finds_exactly_the_bits_of_the_ledger_in_the_signed_lists(
    reports, sample_site
):
    _, lists = reports
    ledger = sample_site.ledger
    expected = {}
    for issuer, newest in ledger.lists.items():
        for number in range(1, newest + 1):
            at = f"{ledger.site}/status/{issuer}/{number}"
            awards = ledger.on_list(issuer, number)
            inactive = sorted(a.index for a in awards if a.state != "active")
            suspended = sorted(a.index for a in awards if a.state == "suspended")
            expected[f"{at}.json"] = ("revocation", True, 131_072, inactive)
            expected[f"{at}-suspension.json"] = ("suspension", True, 131_072, suspended)

    found = {url: (r["purpose"], r["verified"], r["length"], r["set"]) for url, r in lists.items()}

    assert found == expected


def other_character(character: str, draw: random.Random) -> str:
    return draw.choice([c for c in LETTERS if c != character])


def misspelt(text: str, draw: random.Random) -> str:
    """Change one character; an empty text gets one."""
    at = draw.randrange(len(text)) if text else 0
    return text[:at] + other_character(text[at : at + 1], draw) + text[at + 1 :]


def altered(value: Any, draw: random.Random) -> Any:
    """Change a leaf by one character: of a text, or one digit of a number."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return misspelt(value, draw)
    text = json.dumps(value)
    at = draw.choice([i for i, c in enumerate(text) if c.isdigit()])
    digit = draw.choice([c for c in "123456789" if c != text[at]])
    return json.loads(text[:at] + digit + text[at + 1 :])


def places(node: Any, path: tuple = ()) -> Iterator[tuple[tuple, bool]]:
    """List all places of a document: (path, whether its key is meant and not its value)."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(node, dict):
            yield (*path, key), True
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key), False


def with_change(document: Any, path: tuple, draw: random.Random, *, of_key: bool) -> Any:
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    if of_key:
        parent[misspelt(path[-1], draw)] = parent.pop(path[-1])
    else:
        parent[path[-1]] = altered(parent[path[-1]], draw)
    return changed


def raw_edits(text: str, draw: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Replace, delete or insert one character anywhere in the file's text."""
    # Without "@": to JSON-LD, and so to this verifier, "@id" and "id" are the same word.
    alphabet = LETTERS + ' \n"\\{}[],:.-+#/é\u2028'
    for _ in range(count):
        at, new = draw.randrange(len(text)), draw.choice(alphabet)
        kind = draw.choice(("replaced", "deleted", "inserted"))
        rest = text[at:] if kind == "inserted" else text[at + 1 :]
        yield f"{kind} at {at}", text[:at] + ("" if kind == "deleted" else new) + rest


def means_the_same(text: str, document: Any) -> bool:
    """Whether the text is still JSON for the same document, such as after a change of space."""
    try:
        return json.loads(text) == document
    except ValueError:
        return False


def chosen(sample_site) -> list[str]:
    """Pick the shortest, the middle and the longest credential."""
    texts = [sample_site.credential_text(award_id) for award_id in sample_site.ledger.awards]
    texts.sort(key=lambda text: (len(text), text))
    return [texts[0], texts[len(texts) // 2], texts[-1]]


def test_another_verifier_refuses_a_credential_after_any_change_of_one_character(
    judge, sample_site
):
    draw = random.Random(20261121)
    cases, unchanged = {}, []
    for number, text in enumerate(chosen(sample_site)):
        document = json.loads(text)
        unchanged.append(f"{number} as it is")
        cases[unchanged[-1]] = text
        for path, of_key in places(document):
            changed = with_change(document, path, draw, of_key=of_key)
            what = "key" if of_key else "value"
            cases[f"{number} {what} {path}"] = json.dumps(changed)
        for what, changed in raw_edits(text, draw, RAW_EDITS):
            if not means_the_same(changed, document):
                cases[f"{number} {what}"] = changed

    found = judge.these(sample_site, cases)

    assert len(cases) > 500
    accepted = [name for name, report in found.items() if report["signature"]]
    assert accepted == unchanged
    assert not any(r["verified"] for name, r in found.items() if name not in unchanged)


TEXTS = {
    "quotes": "\"straight\" 'single' “curly” «guillemets» `back` \\ back\\slash \\n \\u0041",
    "lines": "one\ntwo\r\nthree\rfour\tfive\n\n  six  ",
    "accents": "Élève à Nîmes, cœur, Straße, ŁÓDŹ, ñ",
    "decomposed accents": "E\u0301le\u0300ve: not the same as Élève",
    "emoji": "🎓 🏴‍☠️ 👩🏽‍💻 🇫🇷🇧🇪 1️⃣",
    "right to left": "\u202bشهادة \u2067תעודה\u2069 RTL \u202c\u200f",
    "line separators": "before\u2028between\u2029after\u0085next",
    "invisible": "zero\u200bwidth\u00a0space\ufeff soft\u00adhyphen",
    "markup": "<b>&amp;</b> ]]> --> <script>{{ 7*7 }} ${x} %s",
    "json-ld words": "@id @context _:b0 https://example.org/ urn:x null true 1.0E0",
    "N-Quads": '"text"^^<http://www.w3.org/2001/XMLSchema#string> <a> _:c14n0 .\n',
    "private use": "\ue000 \uf8ff \ufffd 𐀀 \U0010ffff",
    "scripts": "日本語 한국어 हिन्दी ไทย Ελληνικά Кириллица አማርኛ ꦗꦮ",
    "C1 controls": "\u0080\u009f",
}
RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F),
          (0x4E00, 0x4EFF), (0xE000, 0xE0FF), (0xFB00, 0xFFFD), (0x1F300, 0x1F6FF),
          (0xE0000, 0xE007F))  # fmt: skip


def random_texts(draw: random.Random, count: int) -> dict[str, str]:
    def one() -> str:
        return "".join(chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 60)))

    return {f"random {number}": "x" + one() for number in range(count)}


# What Digital Bazaar's engine writes otherwise than RDFC-1.0 says: it sorts by UTF-16 code units,
# not by code points, and does not escape U+FFFE and U+FFFF.
DISPUTED = {
    "emoji beside a fullwidth form": ("😀", "～"),
    "emoji beside a ligature": ("😀", "ﬁn"),
    "emoji beside an emoji with a variation selector": ("⚠😀", "⚠️"),
    "U+FFFE": ("\ufffe",),
    "U+FFFF": ("\uffff",),
}
UNDISPUTED = {"emoji beside words": ("😀", "réseau", "漢字", "Ελληνικά", "~")}


def everywhere(repository, award, text: str, tags: tuple[str, ...]):
    """Return (badge, award) that say ``text`` in every field that takes free text."""
    said = Text(dict.fromkeys(repository.settings.languages, text))
    badge = dataclasses.replace(
        repository.achievements[award.key.badge],
        name=said,
        description=said,
        criteria=Criteria(narrative=said),
        tag=tags,
        human_code=text,
        field_of_study=said,
    )
    return badge, dataclasses.replace(award, narrative=said, role=said, license_number=text)


@pytest.fixture(scope="module")
def signed(sample_site):
    """A function from a text to the JSON text of a credential that says it everywhere."""
    repository, problems = load_repository(sample_site.root)
    assert repository is not None, problems
    award = repository.awards[0]
    known = sample_site.ledger.awards[sample_site.ledger.award_id(award.key)]
    given = allocation(sample_site.ledger, known.id, known.list_number, known.index)
    signer = preview_signer(sample_site.root / ".obit", bytes)
    did = did_for(sample_site.ledger.site, known.issuer)
    method = method_id(did, encode_multikey(signer.public_key))

    def sign(text: str, tags: tuple[str, ...] = ()) -> str:
        badge, said = everywhere(repository, award, text, tags or (text, text + "x"))
        issuer = repository.profiles[known.issuer]
        document = open_badge_credential(
            repository, badge, said, given, issuer=issuer, preview=True
        )
        whole = add_proof(document, sign=signer.sign, verification_method=method, created=NOON)
        return written(whole).decode()

    return sign


def test_another_verifier_accepts_texts_of_any_script_as_they_were_written(
    judge, sample_site, signed
):
    texts = {**TEXTS, **random_texts(random.Random(7), 40)}
    cases = {name: signed(text) for name, text in texts.items()}

    found = judge.these(sample_site, cases)

    for name, case in cases.items():
        assert json.loads(case)["credentialSubject"]["narrative"] == texts[name]
    refused = {name: r["error"] for name, r in found.items() if not r["signature"]}
    assert refused == {}


def test_obit_signs_only_what_every_engine_writes_alike(judge, sample_site, signed):
    cases = {}
    for name, tags in {**UNDISPUTED, **DISPUTED}.items():
        # Refusing to sign is right: the credential would be good here and bad elsewhere.
        with contextlib.suppress(CanonicalizationError):
            cases[name] = signed("plain", tags)

    found = judge.these(sample_site, cases)

    assert set(UNDISPUTED) <= set(cases)
    assert {name: r["error"] for name, r in found.items() if not r["signature"]} == {}


def test_the_judge_refuses_a_genuine_credential_under_another_key(judge, sample_site, signed):
    document = json.loads(signed("genuine"))
    method = document["proof"][0]["verificationMethod"]
    stranger = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    unlisted = copy.deepcopy(document)
    unlisted["proof"][0]["verificationMethod"] = method.split("#")[0] + "#" + stranger
    elsewhere = copy.deepcopy(document)
    elsewhere["proof"][0]["verificationMethod"] = f"did:web:elsewhere.example#{stranger}"

    found = judge.these(
        sample_site,
        {
            "genuine": json.dumps(document),
            "unlisted key": json.dumps(unlisted),
            "another site": json.dumps(elsewhere),
        },
    )

    did = method.split("#")[0]
    assert found["genuine"]["signature"]
    assert found["unlisted key"]["error"] == f"{did} does not publish the key {stranger}"
    assert found["another site"]["error"] == (
        "https://elsewhere.example/.well-known/did.json is neither a file of the site nor a known context"
    )


def test_the_lock_of_the_node_packages_works_with_any_registry():
    lock = json.loads((Path(__file__).parent / "package-lock.json").read_text("utf-8"))
    packages = {name: held for name, held in lock["packages"].items() if name}

    assert packages
    assert [name for name, held in packages.items() if "resolved" in held] == []
    assert [name for name, held in packages.items() if "integrity" not in held] == []
