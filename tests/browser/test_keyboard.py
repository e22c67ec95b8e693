"""The verify page and the catalogue for people without a mouse, with large type, or in their own colours."""

from typing import Any

import pytest
from chromium import PROJECT, b64, run
from sample import awards_by_state, built_sample, told_once

pytestmark = pytest.mark.browser

PAGES = ("en/verify/", "fr/badges/")
VIEWS: tuple[dict[str, Any], ...] = (
    {"width": 1280}, {"width": 320, "height": 640}, {"width": 320, "height": 640, "forced": True},
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return built_sample(tmp_path_factory)


@pytest.fixture(scope="module")
def seen(sample, tmp_path_factory) -> list[dict[str, Any]]:
    """Walk through each page in each view; then check a badge on one, and open one on the other."""
    wishes = [{"page": page, **view} for page in PAGES for view in VIEWS]
    award = awards_by_state(sample)["active"]
    badge = (sample / "build/awards" / award / "assertion.json").read_bytes()
    wishes.append({"page": PAGES[0], "badge": b64(badge)})
    wishes.append({"page": PAGES[1], "open": "[data-badge] a"})
    program = PROJECT / "tests/browser/walk.mjs"
    return told_once(
        tmp_path_factory, "walks", lambda: run(program, sample / "build", "/", lines=wishes)
    )


@pytest.fixture
def walks(seen) -> list[dict[str, Any]]:
    return [one for one in seen if "stops" in one]


def test_the_keyboard_reaches_everything_in_the_order_of_the_page_and_gets_out_again(walks):
    assert len(walks) == len(PAGES) * len(VIEWS)
    for walk in walks:
        where = [stop["at"] for stop in walk["stops"]]
        assert len(where) > 15, walk["page"]
        assert where == sorted(set(where)), walk["page"]
        assert walk["missed"] == [], walk["page"]
        assert walk["stops"][0]["name"].startswith("a "), "the skip link comes first"


def test_the_focus_is_always_seen(walks):
    """With an outline, inside the window, and with nothing in front of it."""
    for walk in walks:
        unseen = [
            stop["name"]
            for stop in walk["stops"]
            if not (stop["ringed"] and stop["inView"]) or stop["covered"]
        ]
        assert (walk["page"], walk["width"], unseen) == (walk["page"], walk["width"], [])


def test_nothing_moves_for_those_who_asked_for_less_motion(walks):
    assert [(walk["page"], walk["moving"]) for walk in walks if walk["moving"]] == []


def test_a_walk_notices_what_is_out_of_order_can_not_be_seen_or_moves(tmp_path):
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>x</title><style>:focus { outline: 3px solid }</style><a href='#a'>one</a><a href='#b' tabindex='2'>two</a>"
        "<button style='outline: 0; transition: color 1s'>three</button>"
        "<button tabindex='-1'>four</button>"
    )

    (walk,) = run(PROJECT / "tests/browser/walk.mjs", tmp_path, "/", lines=[{"page": ""}])

    assert [stop["name"] for stop in walk["stops"]] == ["a two", "a one", "button three"]
    assert [stop["ringed"] for stop in walk["stops"]] == [True, True, False]
    assert walk["missed"] == ["button four"]
    assert walk["moving"] == ["button."]


def test_a_badge_is_chosen_checked_and_compared_without_a_mouse(seen):
    (checked,) = (one for one in seen if "badge" in one)

    assert checked["first"] == {"reason": "", "at": "file"}
    assert checked["second"] == {"reason": "recipient.other", "at": "button"}


def test_a_badge_of_the_catalogue_is_opened_without_a_mouse(seen):
    (opened,) = (one for one in seen if "open" in one)

    assert opened["opened"] == "/fr/badges/analyse-de-trafic-reseau/"


def test_both_pages_fit_a_narrow_window_and_have_targets_that_can_be_hit(sample):
    wishes = [{"page": page, **view} for page in PAGES for view in VIEWS]

    found = run(PROJECT / "tests/browser/measure.mjs", sample / "build", "/", lines=wishes)

    assert [
        (x["page"], x["width"], x["wide"], x["sticksOut"], x["small"])
        for x in found
        if x["wide"] > 0 or x["sticksOut"] or x["small"]
    ] == []
