"""The catalogue as people use it: filters without scripts, search while typing, the keyboard alone."""

import pytest
from chromium import PROJECT, run
from sample import built_sample, told_once

pytestmark = pytest.mark.browser

NETWORKS = {"analyse-de-trafic-reseau", "gestion-de-pare-feu", "socle-reseaux"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, dict]:
    """Walk through the sample's catalogue once."""
    site = built_sample(tmp_path_factory) / "build"
    program = PROJECT / "tests/browser/catalogue.mjs"
    lines = told_once(tmp_path_factory, "catalogue", lambda: run(program, site))
    return {line["scene"]: line["seen"] for line in lines}


def test_filters_narrow_the_list_and_each_other_where_scripts_are_off(seen):
    scene = seen["withoutScripts"]

    assert not scene["box"]  # the search needs the script, so it is not offered
    assert (len(scene["all"]), scene["before"]) == (10, "")
    assert set(scene["all"]) - set(scene["ofIssuer"]) == {"entraide-cyber"}
    assert set(scene["both"]) < set(scene["ofIssuer"])
    assert scene["again"] == scene["all"]


def test_the_number_of_badges_shown_is_told_where_scripts_are_off(seen):
    scene = seen["withoutScripts"]

    assert scene["count"] == str(len(scene["ofIssuer"]))
    assert scene["bothCount"] == str(len(scene["both"]))


def test_search_takes_no_notice_of_accents_capitals_and_signs(seen):
    scene = seen["search"]

    assert set(scene["plain"]["shown"]) >= NETWORKS
    assert scene["loud"] == scene["plain"]
    assert scene["two"]["shown"] == ["gestion-de-pare-feu"]
    assert scene["said"] == []


def test_search_finds_what_only_the_list_of_words_knows(seen):
    assert len(seen["search"]["code"]["shown"]) == 4  # a code that stands on no card
    assert seen["withoutTheList"]["byCode"] == []
    assert seen["withoutTheList"]["byName"] == ["gestion-de-pare-feu"]


def test_the_number_found_is_said_to_those_who_can_not_see_it(seen):
    scene = seen["search"]

    assert scene["two"]["said"] == "1 badge trouvé"
    assert scene["code"]["said"] == "4 badges trouvés"
    assert scene["nothing"] == {
        "shown": [],
        "said": "Aucun badge ne correspond. Essayez avec moins de mots ou de filtres.",
    }


def test_the_address_keeps_the_question(seen):
    scene = seen["address"]

    assert seen["search"]["address"] == "?q=pare-feu+firewall"
    assert scene["level"] == "level=5"
    assert scene["again"] == scene["first"] != []
    assert scene["said"] == []


def test_an_odd_address_changes_nothing_and_runs_nothing(seen):
    odd = seen["address"]["odd"]

    assert odd["shown"] == []
    assert odd["said"] == []


def test_the_catalogue_can_be_used_with_the_keyboard_alone(seen):
    scene = seen["keyboard"]

    assert scene["walk"][:8] == [
        "search", "by-skill", "by-level", "by-type", "by-issuer", "by-pathway", "by-language", "button"
    ]  # fmt: skip
    assert "badges/analyse-de-trafic-reseau/" in scene["walk"][8]
    assert scene["chosen"]["value"].startswith("level=")
    assert 0 < len(scene["chosen"]["shown"]) < 10
    assert scene["reset"] == {"shown": seen["withoutScripts"]["all"], "at": "search", "address": ""}
    assert 0 < len(scene["typed"]) < 10
    assert scene["cleared"] == seen["withoutScripts"]["all"]


def test_the_table_of_skills_scrolls_by_keyboard_inside_the_page(seen):
    scene = seen["table"]

    assert scene["before"] == 0 < scene["after"]
    assert scene["wide"] <= 0
    assert scene["name"] == 1
