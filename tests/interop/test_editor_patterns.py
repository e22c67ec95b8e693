"""The patterns of the schemas for editors mean in JavaScript, which editors are made of, what they mean here."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from obit_build.reading.editor_schemas import FILES, schema

pytestmark = pytest.mark.node

TRIED = (
    "", " ", "é", "a", "a-b", "A.b_c-1", "7f3k9m2q", "fr", "nl-BE", "zh-Hant-TW", "P3Y", "PT35H", "P", "2.5", "-1",
    "007", "true", "TRUE", "2026-03-14", "2026-3-14", "https://é.example/x", "HTTP://a", "https://a b", "https://a{b}",
    "a@b.example", 'a"@b.example', "#0b5563", "0B5563", "image.svg", "../image.svg", "ext:own", "z6Mkabcdefghijkmnopqrs",
    "two\nlines", "a\u00a0b",
)  # fmt: skip
SCRIPT = """
const [patterns, texts] = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(patterns.map((p) => texts.map((t) => new RegExp(p, "u").test(t)))));
"""


def patterns(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        if isinstance(said.get("pattern"), str):
            yield said["pattern"]
        for inner in said.values():
            yield from patterns(inner)
    elif isinstance(said, list):
        for inner in said:
            yield from patterns(inner)


def test_patterns_accept_the_same_texts_in_javascript():
    every = sorted({pattern for name in FILES for pattern in patterns(schema(name))})

    theirs = subprocess.run(
        ["node", "-e", SCRIPT],
        input=json.dumps([every, TRIED]),
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert json.loads(theirs) == [
        [bool(re.search(pattern, text)) for text in TRIED] for pattern in every
    ]
    assert len(every) > 10
