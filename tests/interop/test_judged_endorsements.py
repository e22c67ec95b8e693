"""Digital Bazaar's verifier judges the endorsements of the sample, as its site publishes them."""

import pytest

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def texts(sample_site):
    paths = sorted(sample_site.build.glob("*/*/endorsements/*.json"))
    return {path.name: path.read_text("utf-8") for path in paths}


def test_another_verifier_accepts_every_endorsement(judge, sample_site, texts, tally):
    reports = judge.these(sample_site, texts)

    assert len(reports) == 12
    assert {name: r["error"] for name, r in reports.items() if not r["signature"]} == {}
    assert {name for name, r in reports.items() if not r["verified"]} == set()
    tally("@digitalbazaar/vc", "endorsements of the sample site", len(reports))


def test_another_verifier_refuses_an_endorsement_that_was_changed(judge, sample_site, texts):
    changed = {
        name: text.replace('"endorsementComment": "', '"endorsementComment": "Non. ')
        for name, text in texts.items()
    }

    reports = judge.these(sample_site, changed)

    assert changed != texts
    assert [name for name, r in reports.items() if r["signature"]] == []
