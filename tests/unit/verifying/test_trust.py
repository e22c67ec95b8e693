"""A list of recognised issuers: read with its mistakes, and said apart from the signature."""

import pytest
from signed_badges import DID, a_world

from obit_build.errors import SourceError
from obit_build.verifying.trust import judged, read_trust

LISTED = f"- id: {DID}\n  name: Technocité\n".encode()


def test_ids_and_names_are_read():
    assert read_trust(LISTED, "trust.yaml") == {DID: "Technocité"}
    assert read_trust(b"", "trust.yaml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: x", "trust.yaml:1:1: this is not a list of issuers"),
        ("- x", "trust.yaml:1:3: this is not an issuer with id and name"),
        ("- id: x", "trust.yaml:1:3: an issuer needs both id and name"),
        (
            "- id: x\n  name:",
            'trust.yaml:2:3: "name" is not the id or the name of an issuer',
        ),
        (
            "- id: x\n  name: y\n  key: z",
            'trust.yaml:3:3: "key" is not the id or the name of an issuer',
        ),
        (
            "- {id: x, name: y}\n- {id: x, name: z}",
            'trust.yaml:2:3: "x" is listed twice',
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(text, message):
    with pytest.raises(SourceError) as caught:
        read_trust(text.encode(), "trust.yaml")

    assert caught.value.message == message
    assert caught.value.fix == "write a list of issuers, each with id and name"


def test_broken_yaml_is_named_with_its_place():
    with pytest.raises(SourceError, match=r"^trust\.yaml:\d+:\d+: "):
        read_trust(b"- [", "trust.yaml")


def test_a_list_beyond_all_measure_is_refused():
    with pytest.raises(SourceError, match=r"^trust\.yaml is larger than 1 MB$"):
        read_trust(b" " * 1_000_001, "trust.yaml")


def test_a_known_issuer_is_named_and_the_verdict_stays():
    report = judged(a_world().report(), {DID: "Technocité"})

    assert report.passed
    assert report.trust.recognised
    assert report.trust.message == "Technocité is an issuer that you recognise."


def test_an_unknown_issuer_is_told_and_the_verdict_stays():
    report = judged(a_world().report(), {})

    assert report.passed
    assert report.trust.message == (
        "The signature is fine, but we can't tell you who owns this key: "
        "did:web:badges.example:issuers:centre is not among the issuers that you recognise."
    )
    assert report.to_dict("fr")["trust"] == {
        "recognised": False,
        "name": "",
        "message": "La signature est bonne, mais nous ne pouvons pas dire à qui est cette clé : "
        "did:web:badges.example:issuers:centre n’est pas parmi les émetteurs que vous reconnaissez.",
    }


def test_a_forged_badge_of_a_known_issuer_is_not_recognised():
    world = a_world(after=lambda w: w.badge.update(name="X"))

    report = judged(world.report(), {DID: "Technocité"})

    assert not report.passed
    assert not report.trust.recognised
    assert report.trust.message == (
        "Whether you recognise its issuer was not looked at, because the signature is not confirmed."
    )
