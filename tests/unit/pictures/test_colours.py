import re
from pathlib import Path

import pytest
from builders import a_site
from centre import a_centre, text, with_settings
from html_pages import Page

from obit_build.model.profile import ImageFile
from obit_build.model.settings import Palette, Theme
from obit_build.model.words import Colour, FileName
from obit_build.pictures.colours import (
    DARK,
    GROUNDS,
    LIGHT,
    contrast,
    lightened,
    on,
    style,
    too_faint,
)

SHEET = Path(__file__).parents[3] / "templates/assets/style.css"


def declared(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", css))


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#0b5563", "#0b5563") == 1


def test_the_default_colours_are_those_of_the_style_sheet():
    light, dark, *_ = re.findall(r":root \{(.*?)\n *\}", SHEET.read_text(), re.DOTALL)
    assert {name: declared(light)[name] for name in LIGHT} == LIGHT
    assert {name: declared(dark)[name] for name in DARK} == DARK


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_default_colours_all_have_seven_to_one(colours):
    found = {
        (name, ground): contrast(colours[name], colours[ground])
        for name in colours.keys() - set(GROUNDS)
        for ground in GROUNDS
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < 7} == {}
    assert contrast(colours["ink"], colours["paper"]) > 13


def test_something_can_be_read_on_every_colour():
    for grey in range(0, 256, 3):
        colour = f"#{grey:02x}{grey:02x}{grey:02x}"
        assert contrast(on(colour), colour) >= 4.5
    assert on("#0b5563") == "#ffffff"
    assert on("#86ced6") == "#000000"


def test_an_accent_for_light_pages_is_lightened_for_dark_ones():
    assert lightened("#7a1f3d", DARK["sheet"]) == "#caa5b1"
    assert contrast("#caa5b1", DARK["sheet"]) >= 7
    assert lightened("#86ced6", DARK["sheet"]) == "#86ced6"


def test_without_colours_of_its_own_a_theme_adds_nothing():
    assert style(Theme()) == ""


def test_colours_follow_the_style_sheet_for_screens_and_the_accent_for_paper():
    theme = Theme(
        accent=Colour("#7a1f3d"), paper=Colour("#ffffff"), dark=Palette(paper=Colour("#000000"))
    )
    assert style(theme) == (
        "@media screen { :root { --paper: #ffffff; --accent: #7a1f3d; --on-accent: #ffffff } }\n"
        "@media screen and (prefers-color-scheme: dark) "
        "{ :root { --paper: #000000; --accent: #caa5b1; --on-accent: #000000 } }\n"
        "@media print { :root { --accent: #7a1f3d; --on-accent: #ffffff } }\n"
    )


def test_what_can_not_be_read_is_named_with_its_ground():
    found = list(too_faint({**LIGHT, "accent": "#e0a800", "sheet": "#dddddd"}))
    assert {(name, ground) for name, ground, _, _ in found} >= {
        ("accent", "paper"),
        ("accent", "sheet"),
    }
    assert list(too_faint(LIGHT)) == []


def test_the_site_wears_the_centre_s_colours_mark_and_emblem():
    theme = Theme(accent=Colour("#7a1f3d"), logo=ImageFile(file=FileName("centre.png")))
    emblem = ImageFile(file=FileName("eu.svg"), caption=text("Union européenne"))
    repository = with_settings(
        a_centre(
            files={"templates/assets/centre.png": b"\x89PNG"},
            templates={"assets/eu.svg": "<svg/>"},
        ),
        theme=theme,
        funding_logo=emblem,
    )
    files = a_site(repository)
    page = Page(files["nl/badges/pare-feu/index.html"])
    assert files["assets/style.css"].decode().endswith(style(theme))
    assert b"#7a1f3d" in files["assets/icon.svg"]
    assert files["assets/centre.png"] == b"\x89PNG"
    pictures = {x["src"]: x["alt"] for x in page.all("img")}
    assert pictures["../../../assets/centre.png"] == ""
    assert pictures["../../../assets/eu.svg"] == "Union européenne"


def test_a_centre_s_own_icon_keeps_its_colours():
    repository = with_settings(
        a_centre(templates={"assets/icon.svg": '<svg fill="#0b5563"/>'}),
        theme=Theme(accent=Colour("#7a1f3d")),
    )
    assert a_site(repository)["assets/icon.svg"] == b'<svg fill="#0b5563"/>'
