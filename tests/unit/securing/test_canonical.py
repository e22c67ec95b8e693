import copy
import hashlib
import itertools
import json

import hypothesis
import hypothesis.strategies as st
import known_answers as known
import pytest
from pyld import jsonld

from obit_build.errors import CanonicalizationError
from obit_build.securing import canonical
from obit_build.securing.canonical import (
    CREDENTIALS_V2,
    OPEN_BADGES_3,
    OPEN_BADGES_3_EXTENSIONS,
    canonical_nquads,
    canonicalize,
    packaged_contexts,
)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def document(**changes):
    changed = copy.deepcopy(known.DOCUMENT)
    changed.update(changes)
    return changed


def refusal(changed):
    with pytest.raises(CanonicalizationError) as caught:
        canonicalize(changed)
    return caught.value.message


def test_the_minimal_credential_has_the_known_text_and_hash():
    assert canonicalize(known.DOCUMENT) == known.CANONICAL_DOCUMENT
    assert sha256(known.CANONICAL_DOCUMENT) == known.DOCUMENT_HASH


def test_the_w3c_example_has_the_published_hash_whatever_the_order_of_its_lines():
    lines = known.W3C_CANONICAL_DOCUMENT.splitlines(keepends=True)

    text = canonical_nquads("".join(reversed(lines)))

    assert sha256(text) == known.W3C_DOCUMENT_HASH


def test_the_order_of_members_and_of_set_items_does_not_matter():
    shuffled = json.loads(
        json.dumps(dict(reversed(known.DOCUMENT.items()))),
        object_pairs_hook=lambda p: dict(p[::-1]),
    )
    shuffled["type"] = shuffled["type"][::-1]

    assert canonicalize(shuffled) == known.CANONICAL_DOCUMENT


TEXTS = [
    'He said "yes" and \\left',
    "two\nlines\r\nand a\ttab",
    "Évaluation réussie : l’été à Liège",
    "e\u0301 is not é",
    "😀 👩🏽‍💻 𝄞",
    "שלום עולם مرحبا بالعالم",
    "\u202eright to left\u202c",
    "]]> <b> & {{ braces }} 'quotes' `ticks`",
    "\u2028 \u2029 \u0085 \u00a0",
    "_:c14n0 <https://example.org/> .",
    " leading and trailing ",
    "\\u00e9 \\n not an escape",
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_gives_the_bytes_that_another_engine_gives(text):
    changed = document(name=text)
    changed["credentialSubject"]["achievement"]["criteria"]["narrative"] = text + "\n" + text

    assert canonicalize(changed) == other_engine(changed)


def other_engine(changed):
    """PyLD's own canonicalisation, which agrees with RDFC-1.0 where control characters are absent."""

    def load(url, _options):
        return {"contextUrl": None, "documentUrl": url, "document": canonical.context(url)}

    return jsonld.normalize(
        changed,
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load},
    )


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\r\t"\\'))


@hypothesis.settings(deadline=None, max_examples=60)
@hypothesis.given(WORDS.filter(bool), WORDS.filter(bool), NUMBERS, NUMBERS)
def test_any_text_and_number_gives_the_bytes_that_another_engine_gives(name, story, earned, whole):
    changed = document(name=name.replace("\ufffe", "").replace("\uffff", "") or "x")
    subject = changed["credentialSubject"]
    subject["creditsEarned"] = earned
    subject["achievement"]["creditsAvailable"] = whole
    subject["achievement"]["criteria"]["narrative"] = story
    subject["result"] = [{"type": ["Result"], "value": name}, {"type": ["Result"], "value": story}]

    assert canonicalize(changed) == other_engine(changed)


@hypothesis.settings(deadline=None, max_examples=60)
@hypothesis.given(WORDS.filter(bool), WORDS.filter(bool))
def test_two_texts_never_become_the_same_bytes(one, other):
    same = canonicalize(document(name=one)) == canonicalize(document(name=other))

    assert same == (one == other)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("nmae", "x", 'no context defines the field "nmae"'),
        ("type", ["VerifiableCredential", "OpenBadge"], 'no context defines the type "OpenBadge"'),
        ("id", "attestations/1.json", 'the id "attestations/1.json" is not a complete address'),
        ("id", "", 'the id "" is not a complete address'),
        ("id", "#1", 'the id "#1" is not a complete address'),
        ("id", "?1", 'the id "?1" is not a complete address'),
        ("id", "/1.json", 'the id "1.json" is not a complete address'),
        ("id", "//example.org/1", 'the id "x-relative://example.org/1" is not a complete address'),
        ("issuer", "technocite", 'the id "technocite" is not a complete address'),
        ("id", "https://example.org/a b", 'the id "https://example.org/a b" holds a character that addresses may not hold'),
        ("id", "https://example.org/<b>", 'the id "https://example.org/<b>" holds a character that addresses may not hold'),
        ("name", "bell\x07", '"name" holds a control character'),
        ("name", "del\x7f", '"name" holds a control character'),
        ("name", "half \ud83d", '"name" holds a control character'),
        ("name", None, '"name" has no value'),
        ("name", ["x", None], '"name" has no value'),
        ("@id", "https://example.org/", 'the JSON-LD keyword "@id" is not allowed'),
        ("name", {"@value": "x"}, 'the JSON-LD keyword "@value" is not allowed'),
        ("bad\x00key", "x", "a field's name holds a control character"),
        ("@context", [CREDENTIALS_V2, {"name": "https://evil.example/name"}], "a context is written out inside the document, so words could be redefined"),
        ("@context", [CREDENTIALS_V2, "https://evil.example/context.json"], 'the context "https://evil.example/context.json" is not one that obit carries'),
        ("@context", {"@vocab": "https://evil.example/"}, "a context is written out inside the document, so words could be redefined"),
        ("@context", [CREDENTIALS_V2], 'no context defines the type "OpenBadgeCredential"'),
        ("credentialSchema", [{"id": "https://example.org/s.json", "type": "1EdTechJsonSchemaValidator2019"}], 'no context defines the type "1EdTechJsonSchemaValidator2019"'),
    ],
)  # fmt: skip
def test_nothing_in_a_document_stays_outside_its_signature(path, value, message):
    assert refusal(document(**{path: value})) == message


def test_the_extensions_context_defines_what_it_is_for():
    changed = document(
        credentialSchema=[
            {"id": "https://example.org/s.json", "type": "1EdTechJsonSchemaValidator2019"}
        ]
    )
    changed["@context"] = [CREDENTIALS_V2, OPEN_BADGES_3, OPEN_BADGES_3_EXTENSIONS]

    assert "1EdTechJsonSchemaValidator2019" in canonicalize(changed)


def test_a_misspelt_type_does_not_let_its_fields_slip_out():
    changed = document()
    changed["credentialSubject"]["achievement"]["type"] = ["Achievment"]
    changed["credentialSubject"]["achievement"]["humanCode"] = "R101"

    assert refusal(changed).startswith("no context defines the ")


def test_a_context_inside_a_part_can_not_bring_new_words_either():
    changed = document()
    changed["credentialSubject"]["@context"] = {"achievement": "https://evil.example/other"}

    assert refusal(changed) == (
        "a context is written out inside the document, so words could be redefined"
    )


def test_many_parts_that_look_alike_are_refused_before_they_cost_hours():
    changed = document()
    changed["credentialSubject"]["result"] = [
        {"type": ["Result"], "value": str(i), "alignment": [{"type": ["Alignment"]}]}
        for i in range(40)
    ]

    assert refusal(changed) == ("the document holds too many unnamed parts that look alike")


def test_parts_that_look_alike_in_two_ways_are_refused_before_they_cost_minutes():
    tangle = "".join(f"_:x{i} <urn:p> _:y{j} .\n" for i in range(6) for j in range(6))

    with pytest.raises(CanonicalizationError) as caught:
        canonical_nquads(tangle)

    assert caught.value.message == "the document holds too many unnamed parts that look alike"


def test_many_small_tangles_are_refused_before_they_add_up():
    def triangle(name):
        return "".join(
            f"_:{name}x{i} <urn:p> _:{name}x{j} .\n" for i in range(3) for j in range(3) if i != j
        )

    few = canonical_nquads("".join(triangle(n) for n in range(20)))

    assert len(few.splitlines()) == 120
    with pytest.raises(CanonicalizationError):
        canonical_nquads("".join(triangle(n) for n in range(30)))


def test_the_same_unnamed_part_in_many_places_costs_nothing():
    address = "".join(
        f'<urn:issuer> <urn:address> _:a{i} .\n_:a{i} <urn:country> "BE" .\n' for i in range(60)
    )

    assert len(canonical_nquads(address).splitlines()) == 120


def test_many_unnamed_parts_that_differ_are_fine():
    changed = document()
    changed["credentialSubject"]["result"] = [
        {"type": ["Result"], "value": str(i)} for i in range(60)
    ]

    assert canonicalize(changed).count("#Result> .") == 60


def test_no_document_is_refused_with_anything_but_our_error():
    odd = [0, True, "x", "", [], {}, {"id": 3}, [[["x"]]], {"type": {}}, 1.5, {"a": {"b": []}}]
    names = ["id", "type", "issuer", "credentialSubject", "validFrom", "evidence", "proof"]

    for name, value in itertools.product(names, odd):
        try:
            canonicalize(document(**{name: value}))
        except CanonicalizationError as error:
            assert error.fix


@pytest.mark.parametrize("url", packaged_contexts())
def test_packaged_contexts_are_those_of_the_lock(url):
    assert "@context" in canonical.context(url)


def test_a_packaged_context_that_was_changed_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text('{"@context": {}}')
    lock = {"https://example.org/a": {"file": "a.json", "sha256": "0" * 64}}
    monkeypatch.setattr(canonical, "_lock", lambda: lock)
    monkeypatch.setattr(canonical, "_CONTEXTS", tmp_path)

    with pytest.raises(CanonicalizationError) as caught:
        canonical.context("https://example.org/a")

    assert caught.value.message == "the packaged copy of https://example.org/a was changed"
    assert caught.value.fix == "install obit again"


def test_canonicalising_touches_neither_network_nor_files(no_io):
    canonicalize(known.DOCUMENT)  # reads the packaged contexts once

    with no_io():
        assert canonicalize(known.DOCUMENT) == known.CANONICAL_DOCUMENT


def test_lines_that_are_not_rdf_are_refused():
    with pytest.raises(CanonicalizationError, match="the text is not N-Quads"):
        canonical_nquads("<no scheme> <b> <c> .\n")


ODD_ADDRESSES = [
    "https://x/%zz", "https://x:99a/", "urn:x:[a]", "x:a#b#c", "https://u@h:1:2/", "x:%",
    "https://x/a[b]", "https://x/\ue000", "https://x/\ufdd0",
]  # fmt: skip


@pytest.mark.parametrize("value", [False, 1, [{"id": "urn:x", "type": "X"}, True]])
def test_what_stands_in_a_graph_without_being_a_node_is_an_error_and_never_left_out(value):
    with pytest.raises(CanonicalizationError) as caught:
        canonicalize(document(proof=value))

    assert str(caught.value) == (
        "a text or a number stands where only an object can, and would be left out"
    )


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_an_address_that_rdf_refuses_is_an_error_and_never_left_out_in_silence(address):
    document = {
        **known.DOCUMENT,
        "evidence": [{"id": address, "type": ["Evidence"], "narrative": "x"}],
    }

    with pytest.raises(CanonicalizationError) as caught:
        canonicalize(document)

    assert caught.value.message == f'the id "{address}" is not an address that RDF allows'


@hypothesis.given(st.text(min_size=1, max_size=30))
def test_whatever_is_added_is_signed_or_refused(rest):
    document = {**known.DOCUMENT, "evidence": [{"id": f"urn:x:{rest}", "type": ["Evidence"]}]}
    try:
        changed = canonicalize(document)
    except CanonicalizationError:
        return

    assert changed != canonicalize(known.DOCUMENT)
