"""What a device keeps of the site: manifests, icons, and what they are made of."""

import dataclasses
import io
import json
import posixpath

import pytest
from builders import THEME, a_site
from centre import a_centre, text, with_settings
from html_pages import Page
from pictures import png, svg
from PIL import Image

from obit_build.errors import RenderError
from obit_build.model.profile import ImageFile
from obit_build.model.settings import Theme as Colours
from obit_build.model.words import Colour, FileName, Text
from obit_build.website.web_app import marks

COLOURS = Colours(accent=Colour("#7a1f5c"), sheet=Colour("#fff0f8"))


def drawn(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA")


@pytest.fixture(scope="module")
def site():
    return a_site(with_settings(a_centre(), theme=COLOURS, title=text("Nos badges")), mark=png())


def test_a_manifest_s_name_is_translated_with_the_site_s():
    title = Text({"fr": "Nos badges", "nl": "Onze badges"})
    files = a_site(with_settings(a_centre(), title=title), mark=png())

    manifest = json.loads(files["nl/site.webmanifest"])

    assert (manifest["name"], manifest["lang"]) == ("Onze badges", "nl")


@pytest.mark.parametrize(
    ("path", "language"),
    [("site.webmanifest", "fr"), ("fr/site.webmanifest", "fr"), ("nl/site.webmanifest", "fr")],
)
def test_each_edition_has_a_manifest_in_the_language_of_the_name_that_it_has(site, path, language):
    manifest = json.loads(site[path])

    folder = posixpath.dirname(path)
    assert (manifest["name"], manifest["lang"]) == ("Nos badges", language)
    assert (manifest["theme_color"], manifest["background_color"]) == ("#7a1f5c", "#f5f3ed")
    assert manifest["display"] == "browser"
    start = posixpath.normpath(posixpath.join(folder, manifest["start_url"]))
    assert posixpath.normpath(posixpath.join(start, "index.html")) in site
    assert posixpath.normpath(posixpath.join(folder, manifest["scope"])) == "."
    purposes = {(x["sizes"], x["purpose"]) for x in manifest["icons"]}
    assert purposes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        data = site[posixpath.normpath(posixpath.join(folder, icon["src"]))]
        image = drawn(data)
        assert f"{image.width}x{image.height}" == icon["sizes"]
        assert icon["type"] == "image/png"
        assert data.startswith(b"\x89PNG")


def test_pages_lead_to_their_manifest_and_say_the_theme_s_colour(site):
    page = Page(site["nl/badges/index.html"])

    assert page.all("link", rel="manifest") == [
        {"rel": "manifest", "href": "../../nl/site.webmanifest"}
    ]
    assert page.all("link", rel="apple-touch-icon") == [
        {"rel": "apple-touch-icon", "href": "../../icons/touch.png"}
    ]
    assert page.meta("theme-color") == "#7a1f5c"


def test_a_wide_mark_is_not_cut_and_what_a_mask_cuts_off_is_ground():
    wide = io.BytesIO()
    Image.new("RGB", (200, 100), "blue").save(wide, "PNG")
    site = a_site(with_settings(a_centre(), theme=COLOURS), mark=wide.getvalue())

    plain, masked = drawn(site["icons/192.png"]), drawn(site["icons/maskable.png"])
    assert plain.getpixel((96, 5)) == (0, 0, 0, 0)
    assert plain.getpixel((2, 96)) == (0, 0, 255, 255)
    box = Image.eval(masked.getchannel("R"), lambda v: 255 * (v < 128)).getbbox()
    assert box is not None
    left, top, right, bottom = (v - 256 for v in box)
    assert max(left**2 + top**2, right**2 + bottom**2) < (0.4 * 512) ** 2
    assert right - left == pytest.approx(2 * (bottom - top), abs=2)
    assert masked.getpixel((5, 5)) == (0xFF, 0xF0, 0xF8, 255)
    assert drawn(site["icons/touch.png"]).size == (180, 180)


def test_without_a_mark_there_is_no_manifest_and_no_page_asks_for_one():
    site = a_site()

    assert [p for p in site if p.startswith("icons/") or p.endswith(".webmanifest")] == []
    assert b"webmanifest" not in site["index.html"]
    assert b"touch.png" not in site["index.html"]


def test_the_mark_is_the_site_s_logo_else_the_icon_of_its_pages():
    logo = with_settings(a_centre(), theme=Colours(logo=ImageFile(file=FileName("nous.svg"))))
    logo = dataclasses.replace(logo, files={"templates/assets/nous.svg": svg()})

    assert list(marks(logo, THEME)) == [svg(), THEME.files["assets/icon.svg"].encode()]
    [icon] = marks(with_settings(a_centre(), theme=COLOURS), THEME)
    assert b"#7a1f5c" in icon
    assert b"#0b5563" not in icon


def test_a_centre_s_own_icon_keeps_its_colours_on_pages_and_in_icons():
    own = svg('<rect width="9" height="9" fill="#0b5563"/>').decode()
    centre = with_settings(a_centre(templates={"assets/icon.svg": own}), theme=COLOURS)

    assert list(marks(centre, THEME)) == [own.encode()]
    assert a_site(centre)["assets/icon.svg"] == own.encode()


def test_a_mark_that_can_not_be_read_is_named():
    with pytest.raises(RenderError) as caught:
        a_site(mark=b"GIF89a")
    assert caught.value.message == "the site's logo is no PNG that can be drawn"
