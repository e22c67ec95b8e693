"""Stamped N-Quads are those of the full way, and names and order are those of rdf-canonize.

Four parts, so that test workers share them. `make interoperability` takes 20 000 credentials, and as many
awards, any other run 2 000 and 200.
"""

import hashlib
import os

import pytest
from builders import a_ledger
from centre import NOON, a_centre, a_key
from judging import node_judge
from varied_awards import varied_awards
from varied_credentials import varied_credentials

from obit_build.errors import CanonicalizationError
from obit_build.issuing.issue import allocation
from obit_build.issuing.press import Press
from obit_build.issuing.signing import written
from obit_build.securing import canonical
from obit_build.securing.keys import did_for, encode_base58, encode_multikey
from obit_build.securing.stamp import Stamper

pytestmark = pytest.mark.node

PARTS = 4
EACH = int(os.environ.get("OBIT_STAMPED", "2000")) // PARTS
AWARDS = int(os.environ.get("OBIT_STAMPED", "200")) // PARTS
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


def plainly(document, did, signer):
    """Sign a credential as the standard describes it, with nothing remembered."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": f"{did}#{encode_multikey(signer.public_key)}",
        "proofPurpose": "assertionMethod",
    }
    spelled = ({"@context": document["@context"], **proof}, document)
    data = [hashlib.sha256(canonical.canonicalize(x).encode()).digest() for x in spelled]
    value = "z" + encode_base58(signer.sign(b"".join(data)))
    return written({**document, "proof": [{**proof, "proofValue": value}]})


@pytest.mark.parametrize("part", range(PARTS))
def test_an_award_signed_from_its_own_texts_has_the_bytes_of_the_plain_way(part):
    centre, signer = a_centre(varied_awards(part, AWARDS)), a_key("first")
    press, ledger = Press(centre), a_ledger(a_centre())

    for index, award in enumerate(centre.awards):
        badge = centre.achievements[award.key.badge]
        issuer = centre.issuer_of(badge)
        did = did_for(centre.settings.base, issuer.slug)
        given = allocation(ledger, ledger.award_id(award.key), 1, index)
        draft = press.drafts.draft(badge, award, given, issuer=issuer, preview=bool(part % 2))

        assert press.sign(draft, did, signer, NOON) == plainly(draft.document(), did, signer), award

    assert press.stamped > AWARDS * AT_LEAST_STAMPED
