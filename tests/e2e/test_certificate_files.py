"""Certificates by the installed command: made, read back, the same again, and gone when they must go."""

import json

import pytest
from running import tree
from sample import AT

LATER = "2026-11-22T12:00:00Z"


@pytest.fixture
def centre(small):
    with (small / "obit.yaml").open("a") as settings:
        settings.write("certificates: true\n")
    (small / "recipients.csv").write_text(
        "code,name,email,language,show_name,consent_date\n"
        "7f3k9m2q,Zebedee Quux 🎉,zq-7f3a@example.org,fr,yes,2026-01-12\n2m8qa4xd,山田,,,yes,2026-01-12\n"
    )
    return small


def certificates(centre):
    return sorted((centre / "build").glob("awards/*/*.pdf"))


def verdicts(report):
    return [(step["name"], step["outcome"], step["reason"]) for step in report["steps"]]


def test_a_certificate_verifies_like_its_credential_and_is_the_same_again(obit, centre):
    first = obit(centre, "build", "--at", AT)
    site, files = str(centre / "build"), tree(centre / "build")
    made = certificates(centre)

    again = obit(centre, "build", "--at", AT, TZ="Pacific/Kiritimati", LANG="nl_BE.UTF-8")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert "2 credentials and 4 images, 2 certificates verified" in first.err + first.out
    assert len(made) == 2
    assert tree(centre / "build") == files

    paper, signed = (
        json.loads(obit(centre, "verify", "--json", str(path), "--site", site, "--at", AT).out)[
            "reports"
        ][0]
        for path in (made[0], made[0].with_name("credential.json"))
    )
    assert paper["state"] == signed["state"] == "valid"
    assert paper["preview"]
    assert verdicts(paper) == verdicts(signed)

    awards = centre / "badges/tableur-1/awards/2026-03-14.yaml"
    awards.write_text(
        awards.read_text().replace("- 2m8qa4xd", "- id: 2m8qa4xd\n    revoked: 2026-04-01")
    )
    revoked = obit(centre, "build", "--at", LATER)
    assert revoked.code == 0, revoked.err
    assert len(certificates(centre)) == 1


def test_a_build_that_can_not_make_certificates_leaves_everything_as_it_was(obit, centre):
    template = centre / "templates" / "certificate.typ"
    template.parent.mkdir()
    template.write_text("#let certificate(given) = [#given.titel]\n")

    failed = obit(centre, "build", "--at", AT)

    assert failed.code == 1
    assert failed.err.endswith(
        'error: templates/certificate.typ:1: dictionary does not contain key "titel" '
        "(while making a certificate)\n"
        "  fix: correct templates/certificate.typ, or remove your copy of it to get the default theme's\n"
    )
    assert "Zebedee" not in failed.err + failed.out
    assert not (centre / "build").exists()
