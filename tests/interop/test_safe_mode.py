"""What JSON-LD would drop, obit refuses, as jsonld.js does in its safe mode."""

import copy
import json
from collections.abc import Iterator

import explained
import pytest
from changes import places
from judging import node_judge

from obit_build.errors import CanonicalizationError
from obit_build.securing.canonical import canonicalize

pytestmark = pytest.mark.node

ADDRESSES = ("id", "statusListCredential")
TEXTS = ("url", "targetUrl", "resultDescription", "achievedLevel")
"""Addresses too, but to JSON-LD they are texts (xsd:anyURI), in which nothing is lost."""


@pytest.fixture(scope="module")
def document(everything_site) -> dict:
    texts = everything_site.credentials().values()
    largest = json.loads(max((t for t in texts if '"evidence"' in t), key=len))
    del largest["proof"]
    return largest


def at(document: dict, path: tuple):
    node = document
    for step in path:
        node = node[step]
    return node


def with_value(document: dict, path: tuple, value) -> dict:
    changed = copy.deepcopy(document)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def objects(document: dict) -> Iterator[tuple]:
    yield ()
    for path, of_key in places(document):
        if (not of_key and isinstance(at(document, path), dict)) or (
            of_key and isinstance(at(document, path), dict)
        ):
            yield path


def violations(document: dict) -> Iterator[tuple[str, dict]]:
    """One violation each: at every object, every address, every type."""
    for path in objects(document):
        where = "/".join(map(str, path))
        yield f"undefined term at /{where}", with_value(document, (*path, "nickname"), "x")
        yield f"keyword-like term at /{where}", with_value(document, (*path, "@nickname"), "x")
    for path, of_key in places(document):
        name, where = path[-1], "/".join(map(str, path))
        if of_key and name in ADDRESSES and isinstance(at(document, path), str):
            yield f"relative address at {where}", with_value(document, path, "not/complete")
            yield (
                f"address with a space at {where}",
                with_value(document, path, "https://a.example/a b"),
            )
        if of_key and name == "type" and path != ("type",):
            kind = at(document, path)
            wrong = "Undefined" if isinstance(kind, str) else [*kind, "Undefined"]
            yield f"undefined type at {where}", with_value(document, path, wrong)


def harmless(document: dict) -> Iterator[tuple[str, dict]]:
    """What looks alike and is fine: the texts that hold addresses."""
    for path, of_key in places(document):
        if of_key and path[-1] in TEXTS and isinstance(at(document, path), str):
            where = "/".join(map(str, path))
            yield f"incomplete address as text at {where}", with_value(document, path, "a b")


def redefinitions(document: dict) -> Iterator[tuple[str, dict]]:
    """Contexts written out inside the document, and addresses that no context has."""
    contexts = document["@context"]
    for name, more in {
        "name": {"name": "https://other.example/name"},
        "issuer": {"issuer": "https://other.example/issuer"},
        "id": {"id": "https://other.example/id"},
        "type": {"type": "https://other.example/type"},
        "achievement": {"achievement": None},
        "validUntil": {"validUntil": None},
    }.items():
        yield f"{name} redefined", {**document, "@context": [*contexts, more]}
    yield "protection wiped out", {**document, "@context": [*contexts, None]}
    yield "unknown context", {**document, "@context": [*contexts, "https://other.example/ld"]}
    yield "context missing", {**document, "@context": contexts[:1]}
    yield "no context", {**document, "@context": []}
    inside = copy.deepcopy(document)
    inside["credentialSubject"]["@context"] = {"achievement": "https://other.example/achievement"}
    yield "redefined further in", inside


def refused(document: dict) -> bool:
    try:
        canonicalize(document)
    except CanonicalizationError:
        return True
    return False


@pytest.fixture(scope="module")
def jsonld():
    """A function from documents to what jsonld.js says of each in safe mode."""

    def judge(cases: dict[str, dict]) -> dict[str, dict]:
        return node_judge("judge_rdf.mjs").without_site(
            {name: {"document": document} for name, document in cases.items()}
        )

    return judge


def test_obit_refuses_what_jsonld_js_refuses_in_safe_mode(document, jsonld, tally):
    cases = dict(violations(document))

    theirs = jsonld(cases)

    assert len(cases) > 100
    assert [name for name, case in cases.items() if not refused(case)] == []
    assert [name for name, report in theirs.items() if "error" not in report] == []
    tally("jsonld", "violations of JSON-LD safe mode, refused", len(cases))


def test_obit_writes_what_jsonld_js_writes_where_nothing_is_lost(document, jsonld, tally):
    cases = {"as it is": document, **dict(harmless(document))}

    theirs = jsonld(cases)

    assert len(cases) > 10
    assert {n: r.get("canonical") for n, r in theirs.items()} == {
        name: canonicalize(case) for name, case in cases.items()
    }
    tally("jsonld", "documents in safe mode, canonical form", len(cases))


def test_obit_refuses_every_context_of_a_document_s_own_making(document, jsonld, tally):
    cases = dict(redefinitions(document))

    theirs = jsonld(cases)

    taken = sorted(name for name, report in theirs.items() if "error" not in report)
    assert [name for name, case in cases.items() if not refused(case)] == []
    assert taken == [
        "achievement redefined",
        "issuer redefined",
        "redefined further in",
        "validUntil redefined",
    ]
    tally(
        "jsonld",
        "contexts that redefine, refused",
        len(cases),
        {explained.INLINE_CONTEXT: len(taken)},
    )
