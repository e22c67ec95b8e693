"""Pictures are compared with one that was looked into; what differs is looked into itself."""

import dataclasses
import json

import pytest
from builders import a_ledger
from centre import NOON, a_centre, an_award
from pictures import chunk, png, svg

from obit_build.errors import BakingError, CredentialError
from obit_build.pictures.bake import bake
from obit_build.publishing import inspect_site
from obit_build.publishing.inspect_site import Inspector

LEDGER = a_ledger(a_centre([an_award()]))
AWARD = next(iter(LEDGER.awards.values()))
AWARDS = [dataclasses.replace(AWARD, id=f"award{number}") for number in range(4)]
TEXTS = {award.id: json.dumps({"id": award.id, "name": "é ]]"}) for award in AWARDS}


class Site(dict[str, bytes]):
    """The pictures of some awards, and how often one was looked into."""

    def __init__(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kind, self.looks = kind, 0
        self.image = png() if kind == "png" else svg()
        super().__init__(
            {self.path(one): bake(self.image, TEXTS[one.id]) for one in AWARDS},
        )
        look = inspect_site.unbake

        def counting(image: bytes) -> str:
            self.looks += 1
            return look(image)

        monkeypatch.setattr(inspect_site, "unbake", counting)

    def path(self, award) -> str:
        return f"awards/{award.id}/badge.{self.kind}"

    def inspect(self) -> None:
        inspector = Inspector(self.get, LEDGER, NOON)
        for award in AWARDS:
            inspector._picture_holds(award, f"badge.{self.kind}", TEXTS[award.id].encode())


@pytest.fixture(params=["png", "svg"])
def site(request, monkeypatch) -> Site:
    return Site(request.param, monkeypatch)


def test_of_pictures_that_differ_in_their_credential_alone_one_is_looked_into(site):
    site.inspect()

    assert site.looks == 1


def test_a_picture_with_the_credential_of_another_award_is_refused(site):
    site[site.path(AWARDS[2])] = site[site.path(AWARDS[1])]

    with pytest.raises(CredentialError) as caught:
        site.inspect()

    assert caught.value.message == f"badge.{site.kind} of award2 does not hold its credential"


def test_another_picture_that_holds_its_credential_is_looked_into_and_good(site):
    other = (
        png(before=chunk(b"tIME", bytes(7)))
        if site.kind == "png"
        else svg().replace(b"</svg>", b"<g/></svg>")
    )
    site[site.path(AWARDS[1])] = bake(other, TEXTS[AWARDS[1].id])

    site.inspect()

    assert site.looks == 2


def test_a_damaged_picture_is_refused(site):
    site[site.path(AWARDS[3])] = site[site.path(AWARDS[3])][:-9]

    with pytest.raises(BakingError):
        site.inspect()


def test_a_picture_beside_another_text_does_not_pass_for_its_credential(site):
    """The text of the award stands in the file, but not where readers look for it."""
    image, right = site.image, TEXTS[AWARDS[3].id].encode()
    hidden = (
        image.replace(b"</svg>", b"<!--" + right + b"--></svg>") if site.kind == "svg" else image
    )
    site[site.path(AWARDS[3])] = bake(hidden, TEXTS[AWARDS[0].id])

    with pytest.raises(CredentialError) as caught:
        site.inspect()

    assert caught.value.message == f"badge.{site.kind} of award3 does not hold its credential"
