"""A holder's own page: on request only, at an address of its own, gone without the row."""

import dataclasses
import datetime
import io
import zipfile

from builders import a_ledger, a_site, award_id_of
from centre import CANARY_NAME, a_centre, an_award, decided
from html_pages import Page

from obit_build.website.holder_pages import holder_folder

DAY = datetime.date(2026, 5, 1)
AWARD, SECOND, OTHER = an_award(), an_award(badge="reseaux"), an_award("2m8qa4xd")


def a_holder(**fields):
    """A centre in which the first person wishes a page, or what ``fields`` say."""
    awards = fields.pop("awards", [AWARD, SECOND, OTHER])
    centre = a_centre(awards)
    wish = {"holder_page": True, "consent_date": DAY, **fields}
    person = dataclasses.replace(centre.recipients["7f3k9m2q"], **wish)
    return dataclasses.replace(centre, recipients={**centre.recipients, "7f3k9m2q": person})


def holders(files) -> set[str]:
    return {path.split("/")[1] for path in files if path.startswith("holders/")}


def page_of(files, prefix="") -> Page:
    (token,) = holders(files)
    return Page(files[f"{prefix}holders/{token}/index.html"])


def test_there_is_none_without_the_wish_and_a_dated_consent():
    assert holders(a_site(a_holder(holder_page=False))) == set()
    assert holders(a_site(a_holder(consent_date=None))) == set()
    assert len(holders(a_site(a_holder()))) == 1


def test_it_lists_all_badges_of_the_person_and_nobody_elses():
    page = page_of(a_site(a_holder()))

    links = {link["href"] for link in page.all("a") if "awards/" in link.get("href", "")}
    assert links == {f"../../awards/{award_id_of(award)}/" for award in (AWARD, SECOND)}
    assert "2 badges" in page.text


def test_it_is_in_no_list_and_asks_not_to_be_found():
    files = a_site(a_holder())
    (token,) = holders(files)

    naming = [path for path, data in files.items() if token.encode() in data and token not in path]
    assert naming == []
    assert page_of(files).meta("robots") == "noindex"
    assert page_of(files).meta("referrer") == "no-referrer"
    assert page_of(files, "nl/").text


def test_its_address_can_not_be_guessed_from_the_code():
    ledger = a_ledger(a_holder())

    folder = holder_folder(ledger, "7f3k9m2q")

    assert len(folder) == len("holders/") + 32 + 1
    assert folder != holder_folder(dataclasses.replace(ledger, salt=bytes(32)), "7f3k9m2q")
    assert folder != holder_folder(ledger, "7f3k9m2r")


def test_the_name_needs_its_own_wish():
    assert CANARY_NAME not in page_of(a_site(a_holder())).text
    assert CANARY_NAME in page_of(a_site(a_holder(show_name=True))).text


def test_states_are_told_as_on_the_badges_own_pages():
    files = a_site(
        a_holder(awards=[dataclasses.replace(AWARD, revoked=decided(DAY)), SECOND]),
        {AWARD.key: {"state": "revoked", "state_date": DAY}},
    )

    assert "Révoqué le 1er mai 2026" in page_of(files).text


def test_it_goes_with_the_last_badge():
    gone = {key: {"state": "withdrawn", "state_date": DAY} for key in (AWARD.key, SECOND.key)}

    assert holders(a_site(a_holder(), gone)) == set()
    assert len(holders(a_site(a_holder(), {AWARD.key: gone[AWARD.key]}))) == 1


def test_all_files_come_in_one_with_the_same_bytes_each_time():
    files, again = a_site(a_holder()), a_site(a_holder())
    (token,) = holders(files)

    bundle = files[f"holders/{token}/badges.zip"]
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        names = opened.namelist()
        first = opened.read(names[0])

    pair = {"pare-feu", "reseaux"}
    stems = {name.partition(".")[0] for name in names}
    assert {stem.partition("2026-03-14-")[2] for stem in stems} == pair
    assert [name.rpartition(".")[2] for name in names] == ["json", "png", "svg"] * 2
    assert first in [files[f"awards/{award_id_of(a)}/credential.json"] for a in (AWARD, SECOND)]
    assert again[f"holders/{token}/badges.zip"] == bundle


def test_a_badge_that_no_longer_counts_comes_without_pictures():
    files = a_site(a_holder(awards=[AWARD]), {AWARD.key: {"state": "revoked", "state_date": DAY}})
    (token,) = holders(files)

    with zipfile.ZipFile(io.BytesIO(files[f"holders/{token}/badges.zip"])) as opened:
        assert opened.namelist() == ["01-2026-03-14-pare-feu.json"]
