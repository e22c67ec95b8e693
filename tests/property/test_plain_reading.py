"""The quick way of reading a file means what the thorough way means, down to the last place.

Texts are put together from what people write, from what they write wrongly and from what only YAML
experts know, and then damaged. Where the quick way has no doubt, the thorough one finds no problem
and the same record, every location included.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
from centre import a_badge

from obit_build.centre.awards import awards_of, lines_of
from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings
from obit_build.problems import Location
from obit_build.reading.nodes import Mapping as MapNode
from obit_build.reading.nodes import Node, Scalar, compose
from obit_build.reading.places import Source
from obit_build.reading.plain_reader import read_record
from obit_build.reading.plain_yaml import Doubt, read_plain
from obit_build.reading.reader import Reader
from obit_build.spool import Shelf

ROOT = Path(__file__).parents[2]
SHELF = Shelf()
KINDS = (Achievement, AwardFile, Profile, Settings)

WORDS = st.sampled_from(
    [
        "x", "été", "a b", "12", "012", "no", "1:30", "a:b", "a: b", "a #b", "a#b", "#b", "- b", "-b", "~", "null",
        "Null", "'a'", "'it''s'", "' a '", "''", '"a"', '""', '"a\\u00e9"', '"\\u0007"', "'a", '"a', "'a' b", "'a'#b", "'a' #b",
        "a 'b'", "[a, b]", "[a,b]", "[]", "[ ]", "[a, ]", "[a b, c]", "{a: b}", "{a: 'b', c: [d]}", "{a: b, a: c}", "{a:b}",
        "{a}", "{a: }", "{}", "[[a], {b: c}]", "[a: b]", "[a:b]", "[?a]", "[a?b]", "[a, 'b'] #c", "[a]b", "[a]#b", "[a", "{a: b",
        "[a}", "{a: null}", "[~]", "{null: a}", "[a #b]", "[a#b]", "[-a]", "[- a]", "['a','b']", "['a': b]", '["a":b]',
        "&a b", "*a", "!t a", "! a", "!!str a", "|", "|\n  a", "|-\n    a\n\n    b:\n     - c\n", "|\n   a\n\n\n", "|-\n\n  a\n    \n  # b\n", "|+\n  a\n", "| # a\n  b", ">", "%a", "@a", "`a", ",a", "a,b", "a]", "}", "? a", "?a", ": a", ":a",
        "a:", "a ", "a\t", "\ta", "a\tb", "a\u00a0", "\u00a0a", "\u3000", "a\u2028b", "a\u0085b", "a\ufeff", "😀", "https://a.b/c?d#e",
        "[https://a.b/c]", "{url: https://a.b/c}", "{url: https://a.b/c?d}", "<<", "2026-03-14", "P3Y", "...", "---", "a\\", "=", ".", "a\rb",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "to", "id", "issued", "narrative", "evidence", "results", "name", "url", "fr", "nl-BE", "expires", "revoked", "value", "source", "null",
        "<<", "'a'", '"a"', "a b", "~", "? a", "*a", "é", "-a", "a" * 70, "", "x: y", "[a]", "version", "n", "result_description",
    ]
)  # fmt: skip
INDENTS = st.sampled_from(["", "", " ", "  ", "  ", "    ", "   ", "      ", "\t", "  \t"])
SIGNS = st.sampled_from(["", "", "", "- ", "-  ", "-   ", "-", "- - ", "-\t"])
COLONS = st.sampled_from([": ", ": ", ":", ":  ", " : ", ":\t"])
ENDS = st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n", " # é\n", "#\n", "\u2028"])  # fmt: skip
LINES = st.one_of(
    st.builds(lambda *parts: "".join(parts), INDENTS, SIGNS, NAMES, COLONS, WORDS, ENDS),
    st.builds(lambda *parts: "".join(parts), INDENTS, SIGNS, NAMES, st.just(":"), ENDS),
    st.builds(lambda *parts: "".join(parts), INDENTS, SIGNS, WORDS, ENDS),
    st.sampled_from(["---\n", "...\n", "# a\n", "  # a\n", "\n", "%YAML 1.2\n", "\ufeff", "- \n", "-\n"]),
)  # fmt: skip
FREE_TEXTS = st.lists(LINES, max_size=8).map("".join)

SESSIONS = (
    """\
issued: 2026-03-14  # the jury's day
to:
  - r0001
  - id: r0002
    narrative: {fr: Réussi, nl: "Geslaagd: ja"}
    role: |-

      # Chef

        - de projet
    results: [{result_description: note, value: '13'}, {result_description: b, status: Completed}]
  - id: r0003
    evidence:
    - https://example.org/a
    - url: https://example.org/b#c
      name: Rapport
    expires: never
    source:
      name: Forem
    revoked: {date: 2026-05-01, reason: 'l''erreur'}
  - {id: r0004, n: 2, role: null, replaces: 2025-01-02}
language: fr
visibility:
""",
    """\
name: {fr: Pare-feu, en: Firewall}
description: Sait filtrer.
criteria:
  fr: |
    Réussir:

    - tout
  en: Pass
image: image.svg
tag: [réseau, filtre]
alignment:
- target_name: a
  target_url: https://example.org/a
""",
    """\
site: https://badges.example.org/
languages: [fr, nl]
theme:
  dark: {accent: '#0b5563'}
""",
)
DAMAGE = st.tuples(st.integers(0, 700), st.integers(0, 3), st.one_of(WORDS, LINES, SIGNS, INDENTS))


@st.composite
def damaged_sessions(draw):
    text = draw(st.sampled_from(SESSIONS))
    for start, length, other in draw(st.lists(DAMAGE, max_size=3)):
        at = start % (len(text) + 1)
        text = text[:at] + other + text[at + length :]
    return text


TEXTS = st.one_of(FREE_TEXTS, damaged_sessions())
SETTINGS = hypothesis.settings(
    deadline=None, max_examples=250, suppress_health_check=list(hypothesis.HealthCheck)
)


def plain(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return None if node.is_null else node.value
    if isinstance(node, MapNode):
        return {key.value: plain(value) for key, value in node.items}
    return node and [plain(item) for item in node.items]


def with_places(value: object) -> object:
    """A record as nested tuples, so that comparing it compares all its locations."""
    if isinstance(value, Location):
        return value.path, value.line, value.column, value.length
    if dataclasses.is_dataclass(value):
        parts = [(f.name, with_places(getattr(value, f.name))) for f in dataclasses.fields(value)]
        return type(value).__name__, *parts
    if isinstance(value, Mapping):
        return [(key, with_places(item)) for key, item in value.items()]
    if isinstance(value, tuple):
        return [with_places(item) for item in value]
    return type(value).__name__, value


def thorough(data: bytes, kind: type) -> tuple[object, list]:
    node, problems = compose(data, "f.yaml")
    reader = Reader("f.yaml", "fr")
    return (None if problems else reader.read(node, kind)), problems + reader.problems


@SETTINGS
@hypothesis.given(TEXTS)
def test_values_are_the_same_or_in_doubt(text):
    data = text.encode("utf-8", "surrogatepass")
    try:
        quick = read_plain(data)
    except Doubt:
        return

    node, problems = compose(data, "f.yaml")

    assert problems == []
    assert plain(node) == quick


@SETTINGS
@hypothesis.given(TEXTS, st.sampled_from(KINDS))
def test_records_and_all_their_places_are_the_same_or_in_doubt(text, kind):
    data = text.encode("utf-8", "surrogatepass")
    try:
        quick = read_record(Source("f.yaml", data), kind, "fr")
    except Doubt:
        return

    value, problems = thorough(data, kind)

    assert problems == []
    assert with_places(quick) == with_places(value)


@SETTINGS
@hypothesis.given(damaged_sessions())
def test_awards_whose_lines_are_read_again_say_the_same_at_the_same_places(text):
    data, badge = text.encode("utf-8", "surrogatepass"), a_badge("pare-feu")
    try:
        file = read_record(Source("f.yaml", data), AwardFile, "fr")
    except Doubt:
        return

    in_memory = list(awards_of(badge, file))
    kept = list(awards_of(badge, file, lines_of(file, "fr")))
    shelved = read_record(Source("f.yaml", SHELF.put(data)), AwardFile, "fr")
    read_again = list(awards_of(badge, shelved, lines_of(shelved, "fr")))

    assert with_places(tuple(read_again)) == with_places(tuple(in_memory))
    assert with_places(tuple(kept)) == with_places(tuple(in_memory))


@SETTINGS
@hypothesis.given(st.one_of(st.binary(max_size=40), TEXTS.map(lambda t: t.encode("utf-16"))))
def test_what_is_no_utf_8_is_in_doubt_or_the_same(data):
    try:
        quick = read_plain(data)
    except Doubt:
        return

    assert plain(compose(data, "f.yaml")[0]) == quick


def test_what_people_write_is_read_the_quick_way():
    sessions = sorted(ROOT.glob("badges/*/awards/*.yaml"))
    assert sessions

    for path in sessions:
        read_record(Source("f.yaml", path.read_bytes()), AwardFile, "fr")


@pytest.mark.parametrize(("kind", "text"), list(zip((AwardFile, Achievement, Settings), SESSIONS, strict=True)), ids=["awards", "badge", "settings"])  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_every_place_is_the_one_that_the_thorough_way_tells(kind, text, end):
    data = text.replace("\n", end).encode()

    quick, (value, problems) = read_record(Source("f.yaml", data), kind, "fr"), thorough(data, kind)

    assert problems == []
    assert with_places(quick) == with_places(value)


@pytest.mark.parametrize(
    ("last", "is_read"), [("x: a", True), ("x: [a]", False)], ids=["at the cap", "over the cap"]
)
def test_the_cap_of_values_is_the_same(last, is_read):
    """The file's map, a field and its list, three values an item, and the last line's two or three."""
    data = ("to:\n" + "- {a: b}\n" * 16_665 + last).encode()
    _, problems = compose(data, "f.yaml")
    assert (problems == []) is is_read

    if is_read:
        assert len(read_plain(data)["to"]) == 16_665
    else:
        with pytest.raises(Doubt):
            read_plain(data)


@pytest.mark.parametrize(("depth", "is_read"), [(31, True), (32, False)])
@pytest.mark.parametrize("style", ["brackets", "lines"])
def test_the_cap_of_depth_is_the_same(style, depth, is_read):
    text = "a: " + "[" * depth + "]" * depth
    if style == "lines":
        text = "".join(f"{' ' * level}a:\n" for level in range(depth)) + f"{' ' * depth}a: b\n"
    _, problems = compose(text.encode(), "f.yaml")
    assert (problems == []) is is_read

    if is_read:
        assert plain(compose(text.encode(), "f.yaml")[0]) == read_plain(text.encode())
    else:
        with pytest.raises(Doubt):
            read_plain(text.encode())
