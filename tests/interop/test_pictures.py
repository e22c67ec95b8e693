"""Other programs read the baked pictures: the credential is in there, and the picture is unharmed."""

import json

import pytest
from judging import node_judge, python_judge

pytestmark = pytest.mark.node

PNG_PLACE, SVG_PLACE = "after IHDR, before IDAT", "first child of svg"


def pictures(site, ending: str) -> dict[str, dict[str, object]]:
    """Return award id → the baked picture and the one that it was made of."""
    cases = {}
    for award_id, text in site.credentials().items():
        baked = site.build / "awards" / award_id / f"badge.{ending}"
        achievement = json.loads(text)["credentialSubject"]["achievement"]
        at = achievement["image"]["id"].removeprefix(site.ledger.site + "/")
        plain = (site.build / at).with_suffix(f".{ending}")
        if baked.exists():
            cases[award_id] = {"baked": str(baked), "plain": str(plain), "pixels": False}
    return cases


def older(site, award_id: str) -> str | None:
    """The Open Badges 2.0 assertion of an award, if it has one."""
    path = site.build / "awards" / award_id / "assertion.json"
    return path.read_text("utf-8") if path.exists() else None


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_another_reader_takes_the_published_credential_out_of_every_picture(ending, site, tally):
    cases = pictures(site, ending)
    for case in list(cases.values())[:3]:
        case["pixels"] = True

    reports = python_judge("judge_pictures.py")(site, cases)

    in_force = {a.id for a in site.ledger.awards.values() if a.state not in ("revoked", "replaced")}
    assert set(cases) == in_force
    assert {i: r["error"] for i, r in reports.items() if r["error"]} == {}
    assert {i: r["text"] for i, r in reports.items()} == {
        award_id: site.credential_text(award_id) for award_id in cases
    }
    assert {i: r["older"] for i, r in reports.items()} == {i: older(site, i) for i in cases}
    assert {r["place"] for r in reports.values()} == {PNG_PLACE if ending == "png" else SVG_PLACE}
    assert [i for i, r in reports.items() if not r["same"]] == []
    package = "pypng" if ending == "png" else "lxml"
    tally(package, f"baked {ending.upper()}: credential and picture", len(reports))


def test_another_reader_sees_the_same_pixels_in_every_baked_png(site, tally):
    cases = pictures(site, "png")

    reports = node_judge("judge_png.mjs").without_site(cases)

    assert [i for i, r in reports.items() if not r["same"]] == []
    assert {(r["width"], r["height"]) for r in reports.values()} == {(600, 600)}
    tally("pngjs", "baked PNG: every pixel", len(reports))


def test_another_reader_verifies_every_baked_picture_of_a_badge_in_force(judges, site, tally):
    cases = {
        f"{award_id}.{ending}": {"image": case["baked"]}
        for ending in ("png", "svg")
        for award_id, case in pictures(site, ending).items()
    }

    reports = judges["openbadgeslib"](site, cases)

    for name, report in reports.items():
        award_id, _, _ = name.partition(".")
        document = json.loads(site.credential_text(award_id))
        expected = in_force(document, site.ledger.awards[award_id])
        assert (report["valid"], report["trusted"]) == (expected, expected), report["error"]
        assert report["id"] == (document["id"] if expected else None)
    tally("openbadgeslib", "baked PNG and SVG: verified whole", len(reports))


def in_force(document, award) -> bool:
    start, end = document["validFrom"], document.get("validUntil", "9999")
    return start <= "2026-11-21T12" < end and award.state == "active"
