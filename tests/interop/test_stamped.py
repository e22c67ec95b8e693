"""Stamped N-Quads are those of the full way, and names and order are those of rdf-canonize.

Four parts, so that test workers share them. `make interoperability` takes 20 000 credentials, any
other run 2 000.
"""

import os

import pytest
from judging import node_judge
from varied_credentials import varied_credentials

from obit_build import canonical
from obit_build.errors import CanonicalizationError
from obit_build.stamp import Stamper

pytestmark = pytest.mark.node

PARTS = 4
EACH = int(os.environ.get("OBIT_STAMPED", "2000")) // PARTS
AT_LEAST_STAMPED = 0.6
"""Of all credentials: forms that are met once and look-alikes go the full way."""


def sorted_again(text: str) -> str:
    """rdf-canonize sorts its lines by UTF-16 code units."""
    return "".join(sorted(line + "\n" for line in text.split("\n") if line))


@pytest.mark.parametrize("part", range(PARTS))
def test_stamping_gives_the_bytes_of_the_full_way_and_of_rdf_canonize(part):
    stamper, stamped = Stamper(), {}

    for number, document in enumerate(varied_credentials(part, EACH)):
        said = stamper.canonicalize(document)
        assert said == canonical.canonicalize(document), document
        stamped[str(number)] = said

    assert stamper.stamped > EACH * AT_LEAST_STAMPED
    theirs = node_judge("judge_rdf.mjs").without_site(
        {name: {"nquads": text} for name, text in stamped.items()}
    )
    different = {
        name: report.get("error")
        for name, report in theirs.items()
        if sorted_again(report.get("canonical", "")) != stamped[name]
    }
    assert different == {}


def test_a_refusal_is_the_full_ways_refusal():
    for document in varied_credentials(99, 50):
        document["surprise"] = "no context knows this"

        with pytest.raises(CanonicalizationError, match="no context defines the field"):
            Stamper(after=1).canonicalize(document)
