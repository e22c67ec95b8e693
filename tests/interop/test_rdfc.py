"""RDFC-1.0: the same bytes as rdf-canonize and pyoxigraph, on a generated corpus of graphs.

rdf-canonize sorts its lines by UTF-16 code units. They are sorted again here, and graphs in which
the order could reach the names of blank nodes are kept out of the corpus (see `graphs.py`).
"""

import random

import explained
import pyoxigraph
import pytest
from graphs import corpus, rearranged, written
from judging import node_judge

from obit_build.securing.canonical import canonical_nquads

pytestmark = pytest.mark.node

SEED, COUNT = 20261121, 3000
BLANK = "<http://example.org/s> <http://example.org/p> "


def sorted_again(text: str) -> str:
    return "".join(sorted(line + "\n" for line in text.split("\n") if line))


@pytest.fixture(scope="module")
def rdf_canonize():
    judge = node_judge("judge_rdf.mjs")

    def canonicalize(graphs: dict[str, str]) -> dict[str, str]:
        reports = judge.without_site({name: {"nquads": text} for name, text in graphs.items()})
        return {
            name: r.get("canonical", f"refused: {r.get('error')}") for name, r in reports.items()
        }

    return canonicalize


@pytest.fixture(scope="module")
def graphs():
    return corpus(SEED, COUNT)


@pytest.fixture(scope="module")
def canonical(graphs):
    return {name: canonical_nquads(written(quads)) for name, quads in graphs.items()}


def test_obit_writes_what_rdf_canonize_writes(graphs, canonical, rdf_canonize, tally):
    theirs = rdf_canonize({name: written(quads) for name, quads in graphs.items()})

    assert len(canonical) == COUNT
    assert {n: t for n, t in theirs.items() if sorted_again(t) != canonical[n]} == {}
    tally("rdf-canonize", "RDFC-1.0 of generated graphs", COUNT)


def test_obit_writes_what_pyoxigraph_writes(graphs, canonical, tally):
    for name, quads in graphs.items():
        dataset = pyoxigraph.Dataset(
            pyoxigraph.parse(written(quads), format=pyoxigraph.RdfFormat.N_QUADS)
        )
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        theirs = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        assert sorted_again(theirs.decode()) == canonical[name]
    tally("pyoxigraph", "RDFC-1.0 of generated graphs", COUNT)


def test_names_and_order_of_the_input_do_not_matter(graphs, canonical):
    draw = random.Random(SEED)

    for name, quads in graphs.items():
        assert canonical_nquads(rearranged(quads, draw)) == canonical[name]


def test_the_corpus_has_what_it_promises(graphs, canonical):
    text = "".join(canonical.values())
    shapes = {shape for name in graphs for shape in name.split(" ")[1].split("+")}

    assert shapes == {"texts", "rings", "pairs", "stars", "lists", "proofs"}
    assert len(set(canonical.values())) > 2000
    for part in ("\\u0000", "\\b", "\\u001F", "\\u007F", "\\\\", '\\"', "_:c14n5", "@zh-hant-tw"):
        assert part in text, part
    assert any(character > "\uffff" for character in text)
    assert any("\ue000" <= character <= "\uf8ff" for character in text)


def test_what_is_written_down_of_rdf_canonize_is_what_it_does(rdf_canonize, tally):
    cases = {
        "order": f'{BLANK}"😀" .\n{BLANK}"～" .\n',
        "noncharacters": f'{BLANK}"\ufffe\uffff" .\n',
        "language": f'{BLANK}"a"@fr-BE .\n',
    }

    theirs = rdf_canonize(cases)
    ours = {name: canonical_nquads(text) for name, text in cases.items()}

    assert (ours["order"], theirs["order"]) == (
        f'{BLANK}"～" .\n{BLANK}"😀" .\n',
        f'{BLANK}"😀" .\n{BLANK}"～" .\n',
    )
    assert (ours["noncharacters"], theirs["noncharacters"]) == (
        f'{BLANK}"\\uFFFE\\uFFFF" .\n',
        f'{BLANK}"\ufffe\uffff" .\n',
    )
    assert (ours["language"], theirs["language"]) == (
        f'{BLANK}"a"@fr-be .\n',
        f'{BLANK}"a"@fr-BE .\n',
    )
    told = (explained.SORTS_BY_CODE_UNITS, explained.NONCHARACTERS, explained.LANGUAGE_CASE)
    tally("rdf-canonize", "RDFC-1.0 of disputed texts", 3, dict.fromkeys(told, 1))
