"""The feed of badges, held against the rules of RFC 4287."""

import datetime
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest
from builders import a_site, site_inputs
from centre import NOON, SITE, a_badge, a_centre, an_award, text
from html_pages import Page

from obit_build.model.profile import Profile
from obit_build.model.words import Slug, Text
from obit_build.website import feed
from obit_build.website.feed import feeds
from obit_build.website.shared import Shared

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DAY = datetime.timedelta(days=1)
PEOPLE = {"name", "uri", "email"}
ONCE_IN_A_FEED = {"generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated"}
ONCE_IN_AN_ENTRY = {"content", "id", "published", "rights", "source", "summary", "title", "updated"}
MANY = {"author", "category", "contributor", "link"}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def names_in(element):
    return [child.tag.removeprefix(ATOM) for child in element]


def faults_of(element, once):
    """What sections 4.1.1 and 4.1.2 forbid, of a feed or an entry."""
    names = names_in(element)
    for name in {"id", "title", "updated"} - set(names):
        yield f"no {name}"
    for name in once:
        if names.count(name) > 1:
            yield f"several {name}"
    for name in set(names) - once - MANY - {"entry"}:
        yield f"<{name}> is unknown"
    for text_ in element.findall(f"{ATOM}title") + element.findall(f"{ATOM}summary"):
        if text_.get("type", "text") != "text" or len(text_):
            yield "a text that is none"
    for updated in element.findall(f"{ATOM}updated"):
        if not RFC_3339.fullmatch(updated.text or ""):
            yield f"{updated.text} is no date"
    for identifier in element.findall(f"{ATOM}id"):
        if not urlsplit(identifier.text or "").scheme:
            yield f"{identifier.text} is no IRI"
    yield from faults_of_people_and_links(element)


def faults_of_people_and_links(element):
    for person in element.findall(f"{ATOM}author"):
        if not set(names_in(person)) <= PEOPLE or names_in(person).count("name") != 1:
            yield "a person without a name"
    links = element.findall(f"{ATOM}link")
    kinds = [(x.get("rel", "alternate"), x.get("type"), x.get("hreflang")) for x in links]
    if len(set(kinds)) != len(kinds) or not all(urlsplit(x.get("href", "")).scheme for x in links):
        yield "links that are alike, or lead nowhere"


def read(xml):
    """Read a feed and refuse one that breaks a rule; return its root."""
    root = Xml.fromstring(xml)  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    faults = [*faults_of(root, ONCE_IN_A_FEED)]
    for entry in entries:
        faults += faults_of(entry, ONCE_IN_AN_ENTRY)
        if "author" not in names_in(entry) + names_in(root):
            faults.append("an entry that nobody wrote")
        if not {"content", "summary"} & set(names_in(entry)):
            assert any(x.get("rel") == "alternate" for x in entry.findall(f"{ATOM}link"))
    assert faults == []
    ids = [x.findtext(f"{ATOM}id") for x in (root, *entries)]
    assert len(set(ids)) == len(ids)
    return root


def entry_of(root, slug):
    return next(
        x
        for x in root.findall(f"{ATOM}entry")
        if f"/badges/{slug}/" in (x.findtext(f"{ATOM}id") or "")
    )


def in_order(root):
    return [(x.findtext(f"{ATOM}id") or "").split("/")[-2] for x in root.findall(f"{ATOM}entry")]


@pytest.fixture(scope="module")
def site():
    return a_site(a_centre([an_award(visibility="public")]))


@pytest.mark.parametrize(
    ("path", "language", "own"),
    [("feed.xml", "fr", ""), ("fr/feed.xml", "fr", ""), ("nl/feed.xml", "nl", "nl/")],
)
def test_each_language_has_a_feed_that_keeps_the_rules(site, path, language, own):
    root = read(site[path])

    links = {x.get("rel"): x.get("href") for x in root.findall(f"{ATOM}link")}
    assert root.get(LANG) == language
    assert links == {"self": f"{SITE}{own}feed.xml", "alternate": f"{SITE}{own}badges/"}
    assert root.findtext(f"{ATOM}id") == f"{SITE}{language}/badges/"
    entry = entry_of(root, "pare-feu")
    at = {x.get("rel"): x.get("href") for x in entry.findall(f"{ATOM}link")}
    assert at == {
        "alternate": f"{SITE}{own}badges/pare-feu/",
        "related": f"{SITE}badges/pare-feu/v1/achievement.json",
    }
    assert entry.findtext(f"{ATOM}id") == f"{SITE}{language}/badges/pare-feu/"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "CITC"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == "https://citc.example/"


def test_no_award_and_nobody_is_in_a_feed_not_even_a_public_one(site):
    for path in ("feed.xml", "nl/feed.xml"):
        assert b"awards" not in site[path]
        assert b"7f3k9m2q" not in site[path]


def test_every_page_but_those_of_awards_leads_to_the_feed_in_its_language(site):
    for path, data in site.items():
        if path.endswith("/index.html"):
            links = Page(data).all("link", type="application/atom+xml")
            assert len(links) == (0 if "awards/" in path else 1), path
    assert Page(site["nl/badges/index.html"]).all("a", type="application/atom+xml") == [
        {"href": "../../nl/feed.xml", "type": "application/atom+xml"}
    ]


def test_an_entry_is_as_old_as_the_last_commit_of_its_badge():
    times = {"reseaux": NOON - 3 * DAY, "pare-feu": NOON - DAY, "gone": NOON + DAY}

    early = read(a_site(changed=times)["feed.xml"])
    late = read(a_site(changed=times, at=NOON + DAY)["feed.xml"])

    assert in_order(early) == ["pare-feu", "reseaux"]
    assert entry_of(early, "reseaux").findtext(f"{ATOM}updated") == "2026-11-18T12:00:00Z"
    assert early.findtext(f"{ATOM}updated") == "2026-11-20T12:00:00Z"
    assert Xml.tostring(late) == Xml.tostring(early)


def test_what_no_commit_tells_is_as_old_as_the_publication_and_nothing_is_newer():
    root = read(a_site(changed={"pare-feu": NOON + DAY})["feed.xml"])

    assert {x.findtext(f"{ATOM}updated") for x in root.findall(f"{ATOM}entry")} == {
        "2026-11-21T12:00:00Z"
    }
    assert in_order(root) == ["pare-feu", "reseaux"]


def test_only_badges_that_can_be_earned_are_announced():
    badges = (a_badge(), a_badge("ancien", status="retired"), a_badge("plan", status="draft"))
    centre = a_centre(achievements={x.slug: x for x in badges})

    assert in_order(read(a_site(centre)["feed.xml"])) == ["pare-feu"]
    nothing = read(a_site(a_centre(achievements={}))["feed.xml"])
    assert nothing.findtext(f"{ATOM}updated") == "2026-11-21T12:00:00Z"


def test_a_feed_ends_at_the_newest_hundred(monkeypatch):
    monkeypatch.setattr(feed, "MOST", 2)
    badges = {Slug(f"b-{n}"): a_badge(f"b-{n}") for n in range(4)}
    times = {slug: NOON - n * DAY for n, slug in enumerate(sorted(badges, reverse=True))}
    inputs = site_inputs(a_centre(achievements=badges), changed=times)

    [first, *_] = feeds(Shared(inputs))

    assert in_order(read(first[1])) == ["b-3", "b-2"]


def test_texts_of_any_kind_leave_the_feed_whole():
    odd = "<b>&amp; ]]> \x0b\x00\ufffe😀"
    badge = a_badge(
        name=Text({"nl": odd}), description=Text({"nl": f"*{odd}*"}), tag=(text('"<tag>"\x01'),)
    )
    profile = Profile(name=text(odd), slug=Slug("citc"))
    centre = a_centre(achievements={badge.slug: badge}, profiles={"citc": profile})
    inputs = site_inputs(centre)

    xml = dict(feeds(Shared(inputs)))["fr/feed.xml"]

    [entry] = read(xml.encode()).findall(f"{ATOM}entry")
    title = entry.find(f"{ATOM}title")
    assert title is not None
    assert title.text == "<b>&amp; ]]> 😀"
    assert title.get(LANG) == "nl"
    assert entry.find(f"{ATOM}category").get("term") == '"<tag>"'


def test_the_reader_finds_what_breaks_the_rules(site):
    good = site["feed.xml"].decode()
    for broken in (
        good.replace("<updated>", "<when>").replace("</updated>", "</when>"),
        good.replace("T12:00:00Z", ""),
        good.replace("<id>https:", "<id>").replace("</id>", "</id>"),
        good.replace("<name>", "<called>").replace("</name>", "</called>"),
        good.replace("</feed>", "<title>again</title></feed>"),
    ):
        with pytest.raises(AssertionError):
            read(broken.encode())


def test_a_site_without_settings_of_its_own_has_a_feed_with_a_name():
    root = read(a_site()["nl/feed.xml"])

    assert root.findtext(f"{ATOM}title") == "Digitale badges: badges"
