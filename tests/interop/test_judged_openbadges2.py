"""1EdTech's validator of Open Badges 2.0 judges the twins, and obit's own judgement of 2.0 badges.

It is of 2018 and passes over several rules of the standard; each row where it is more lenient than
obit says which. It must never be stricter.
"""

import json
import shutil

import pytest
from judging import AT, NOON, python_judge
from older_attacks import ATTACKS
from older_badges import hosted, signed

from obit_build.centre.load import load_repository
from obit_build.network.fetch import SiteFolder
from obit_build.pictures.bake import unbake_assertion
from obit_build.verifying.verify import verify

VALIDATOR, BAKERY = "openbadges", "openbadges-bakery"
IN_HAND = "looks at the assertion's address only, not at what the file in hand says"
NO_LISTS = "reads no revocation list for hosted badges, and does not look a signed one up in it"
NO_410 = "does not know a whole assertion with revoked: true, nor 410 Gone, for a revocation"
LENIENT = {
    "a revoked body as a file": IN_HAND,
    "a revoked body without a reason": IN_HAND,
    "a BadgeClass": "judges a BadgeClass by itself as valid; obit says that it is no badge",
    "an Issuer": "judges an Issuer by itself as valid; obit says that it is no badge",
    "an unknown way of verification": "passes badges that ask for a way of verification that it does not know",
    "a signed badge at a hosted badge's address": "passes an assertion that asks for a signature without one",
    "a BadgeClass of another id": "warns of a document whose id is another address",
    "an issuer who allows no site": "takes an empty list of allowed sites for none that is enforced",
    "a BadgeClass elsewhere under an issuer without a policy": "does not compare the BadgeClass's site with the issuer's",
    "a policy about another property": "does not look at verificationProperty",
    "issuer without email": "does not miss the issuer's e-mail address, which the standard asks for",
    "criteria without words or address": "does not miss the criteria's words",
    "a whole assertion that is marked revoked": NO_410,
    "its id on the issuer's list": NO_LISTS,
    "its id on the list, with a reason": NO_LISTS,
    "its former identifier on the list": NO_LISTS,
    "its id on the list": NO_LISTS,
    "a list that is not there": NO_LISTS,
    "a list that is gone": NO_LISTS,
    "a list of another issuer": NO_LISTS,
    "a list without entries": NO_LISTS,
    "a key that belongs to another issuer": "does not look at a key's owner",
    "an issuer without keys": "does not check a signature where the badge names no key",
    "a header with rules of its own": "does not look at crit",
}  # fmt: skip


@pytest.fixture(scope="module")
def validator():
    return python_judge("judge_openbadges2.py")


def twins(site) -> dict[str, str]:
    """Award id → the text of its assertion."""
    return {
        path.parent.name: path.read_text("utf-8")
        for path in sorted(site.build.glob("awards/*/assertion.json"))
    }


def url(site, award_id: str) -> str:
    return f"{site.ledger.site}/awards/{award_id}/assertion.json"


def in_force(site, award_id: str) -> bool:
    document = json.loads(site.credential_text(award_id))
    begins, ends = document["validFrom"], document.get("validUntil", "9999")
    return begins <= AT <= ends and site.ledger.awards[award_id].state == "active"


def test_every_award_that_2_0_can_express_has_a_twin(site):
    """It needs an e-mail address of the holder, hashed, and one of the issuer."""
    expected = set()
    for award_id, text in site.credentials().items():
        document = json.loads(text)
        identities = document["credentialSubject"].get("identifier", [])
        if document["issuer"].get("email") and [x["identityType"] for x in identities] == [
            "emailAddress"
        ]:
            expected.add(award_id)

    assert expected
    assert set(twins(site)) == expected


def test_the_validator_says_of_each_twin_what_the_ledger_says(validator, site, tally):
    cases = {award_id: {"input": url(site, award_id)} for award_id in twins(site)}

    found = validator(site, cases)

    assert {i: r["valid"] for i, r in found.items()} == {i: in_force(site, i) for i in cases}
    assert [r["warnings"] for r in found.values() if r["warnings"]] == []
    assert {i: r["errors"] for i, r in found.items() if r["valid"] and r["errors"]} == {}
    tally(VALIDATOR, "hosted twin of each award", len(cases))


def test_the_validator_takes_the_twin_out_of_each_picture(validator, site, tally):
    cases = {
        f"{award_id} {kind}": {"image": str(path)}
        for award_id in twins(site)
        for kind in ("png", "svg")
        if (path := site.build / "awards" / award_id / f"badge.{kind}").exists()
    }

    found = validator(site, cases)

    assert {n: r["valid"] for n, r in found.items()} == {n: in_force(site, n.split()[0]) for n in cases}  # fmt: skip
    tally(VALIDATOR, "baked twin of each award", len(cases))


def test_the_validator_knows_each_holder_by_the_same_hash(validator, site, tally):
    repository, _ = load_repository(site.root)
    given = {site.ledger.award_id(x.key): x.key.recipient for x in repository.awards}
    email = {i: repository.recipients[given[i]].email for i in twins(site)}
    valid = [award_id for award_id in twins(site) if in_force(site, award_id)]
    cases = {i: {"input": url(site, i), "recipient": email[i].strip().lower()} for i in valid}
    cases |= {f"not {i}": {"input": url(site, i), "recipient": "nobody@example.org"} for i in valid}

    found = validator(site, cases)

    assert {name: r["valid"] for name, r in found.items()} == {
        name: not name.startswith("not ") for name in cases
    }
    tally(VALIDATOR, "holder of each twin, and somebody else", len(cases))


def test_the_bakery_unbakes_what_was_published(validator, site, tally):
    pictures = {
        f"{award_id} {kind}": {"unbake": str(path)}
        for award_id in twins(site)
        for kind in ("png", "svg")
        if (path := site.build / "awards" / award_id / f"badge.{kind}").exists()
    }

    found = validator(site, pictures)

    # From an SVG it gives the address, as Badge Baking 1.0 puts it there.
    assert {name: r["text"] for name, r in found.items()} == {
        name: twins(site)[name.split()[0]] if name.endswith("png") else url(site, name.split()[0])
        for name in pictures
    }
    tally(BAKERY, "un-bakes our PNG and SVG", len(pictures))


def test_obit_unbakes_and_verifies_what_the_bakery_baked(validator, sample_site, tmp_path, tally):
    texts = {i: t for i, t in twins(sample_site).items() if in_force(sample_site, i)}
    cases = {}
    for award_id, text in texts.items():
        badge = sample_site.ledger.awards[award_id].badge
        for kind in ("png", "svg"):
            plain = next(sample_site.build.glob(f"badges/{badge}/v*/image.{kind}"))
            out = tmp_path / f"{award_id}.{kind}"
            cases[out.name] = {"bake": str(plain), "text": text, "out": str(out)}
    validator(sample_site, cases)
    fetch = SiteFolder(sample_site.build, sample_site.ledger.site)

    for name, case in cases.items():
        data = (tmp_path / name).read_bytes()
        assert unbake_assertion(data) == case["text"]
        report = verify(data, name=name, at=NOON, fetch=fetch)
        assert (report.state, report.notices[1:]) == ("valid", ())
    tally(BAKERY, "bakes PNG and SVG that obit un-bakes and verifies", len(cases))


def test_the_bakery_bakes_over_a_picture_of_both_and_leaves_the_newer(
    validator, sample_site, tmp_path
):
    award_id = next(i for i in twins(sample_site) if in_force(sample_site, i))
    both, out = tmp_path / "both.png", tmp_path / "out.png"
    shutil.copy2(sample_site.build / "awards" / award_id / "badge.png", both)

    validator(sample_site, {"again": {"bake": str(both), "text": '{"id": 1}', "out": str(out)}})

    assert unbake_assertion(out.read_bytes()) == '{"id": 1}'
    report = verify(out.read_bytes(), name="out", at=NOON, fetch=SiteFolder(sample_site.build))
    assert report.state == "valid"
    assert report.summary.credential_id.endswith("/credential.json")


def judged(validator, site, worlds):
    """What the validator says of badges on webs of their own: name → valid."""
    cases = {
        name: {
            "input": world.data().decode(),
            "files": world.web(),
            "recipient": world.recipient,
            "now": world.at.isoformat(),
        }
        for name, world in worlds.items()
    }
    return {name: report["valid"] for name, report in validator(site, cases).items()}


def test_the_validator_refuses_no_badge_that_obit_accepts(validator, sample_site, tally):
    worlds = {"hosted": hosted(), "signed": signed()}

    assert {name: world.report().passed for name, world in worlds.items()} == {
        "hosted": True,
        "signed": True,
    }
    assert judged(validator, sample_site, worlds) == {"hosted": True, "signed": True}
    tally(VALIDATOR, "hosted and signed badges of others", len(worlds))


def test_the_validator_accepts_no_badge_that_obit_refuses_but_for_a_known_reason(
    validator, sample_site, tally
):
    names = {f"{a.world.__name__}: {a.what}": a for a in ATTACKS}
    worlds = {name: attack.world(attack.change) for name, attack in names.items()}

    found = judged(validator, sample_site, worlds)

    accepted = {name for name, valid in found.items() if valid}
    assert accepted == {name for name, attack in names.items() if attack.what in LENIENT}
    reasons = [LENIENT[names[name].what] for name in accepted]
    explained = {reason: reasons.count(reason) for reason in sorted(set(reasons))}
    tally(VALIDATOR, "forged, revoked and malformed badges", len(worlds), explained)
