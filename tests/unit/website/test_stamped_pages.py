"""Pages that are filled in are the very pages that the templates would have made."""

import random
from dataclasses import dataclass

import pytest
from builders import files_of, site_inputs
from centre import a_centre, an_award
from markupsafe import Markup

from obit_build.model.award import Evidence
from obit_build.model.words import Text, Url
from obit_build.website import stamped_pages
from obit_build.website.editions import Link, Words
from obit_build.website.render import Renderer, Theme
from obit_build.website.stamped_pages import PageStamper, is_plain

TEXTS = (
    "Ada", "<b>&amp;'\"", "été — œuvre", "𝔘nicode 😀", "{{ 7 * 7 }}", "%s %(a)s", "\\", "0",
    "a\nb", "\u2028", "x" * 90, "\0", "\0001t\0", " ", "None",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: Words | str | Markup
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class View:
    name: str
    url: str
    facts: tuple[Fact, ...]
    shown: bool
    rank: int
    note: Words | None = None


def a_view(draw: random.Random) -> View:
    said = [*TEXTS, ""]
    value = draw.choice(
        (Words(draw.choice(said)), Words(draw.choice(said), "nl"), "x", Markup("<i>"))
    )
    link = Link("https://example.org/?a&b", draw.choice(("here", Words("there", "en"))))
    return View(
        name=draw.choice(said),
        url=draw.choice(said),
        facts=(Fact(draw.choice(said), value, draw.choice((None, link))),) * draw.randrange(3),
        shown=draw.random() < 0.5,
        rank=draw.randrange(2),
        note=draw.choice((None, Words(draw.choice(said)))),
    )  # fmt: skip


def stamper_of(template: str, **others: str) -> PageStamper:
    files = {"page.html": template, **{f"{name}.html": text for name, text in others.items()}}
    return PageStamper(Renderer(Theme(files)))


def compare(stamper: PageStamper, views: list[View]) -> None:
    frame = {"t": lambda key, **values: f"{key} {values.get('x', '')}!"}
    for view in views:
        expected = stamper.renderer.render("page.html", {**frame, "view": view}, page="a page")
        assert stamper.render("page.html", frame, {"view": view}, (), page="a page") == expected


ARRANGING = (
    '<h1 id="{{ view.name }}">{{ view.name }}</h1>{% if view.shown %}{{ view.url }}{% endif %}'
    "{% for fact in view.facts %}<b{{ fact.value.attr if fact.value.attr is defined }}>"
    "{{ fact.label or 'none' }}: {{ fact.value }}{% if fact.link %}{{ fact.link.text }}{% endif %}"
    "</b>{% endfor %}{% set note = view.note %}{% if note %}{{ note.html }}{{ note }}{% endif %}"
    "{{ 'first' if view.rank == 0 else view.rank }}"
)
LOOKING = (
    "{{ view.name|upper }}",
    "{{ view.name|truncate(9) }}{{ view.url }}",
    "{% if view.name|length > 3 %}{{ view.url }}{% else %}short{% endif %}",
    "{% if view.name == 'Ada' %}A{% endif %}{{ view.url }}",
    "{% if 'e' in view.name %}e{% endif %}{{ view.url }}",
    "{% for letter in view.name %}{{ letter }},{% endfor %}{{ view.url }}",
    "{{ view.name[0] if view.name }}{{ view.url }}",
    "{{ t('hello', x=view.name) }}{{ view.url }}",
    "{{ view.facts }}",
    "{{ view.note }}{{ view.note.text|length if view.note }}",
)
JOINING = (
    "{% if (view.name ~ view.url)|length > 5 %}long{% endif %}",
    "{% set both %}{{ view.name }}{% endset %}{{ both|length }}",
    "{% macro a(x) %}{{ x }}{% endmacro %}{{ a(view.name)|upper }}",
    "{% filter upper %}{{ view.name }}{% endfilter %}",
    "{{ [view.name, view.url]|join('-')|length }}",
    "{{ (view.name|e)|length }}",
    "{{ view.name|urlencode }}",
    "{{ view.name.upper() }}",
    "{{ (t('x')|e + view.name)|length }}",
    "{{ '%s'|format(view.name) }}",
    "{% if view.name is string %}text{% endif %}",
    "{% block b %}{{ view.name }}{% endblock %}{{ self.b()|length }}",
    "{% set t = '%s'.format %}{{ t(view.name) }}",
)


def test_pages_of_all_kinds_are_those_of_the_renderer_and_most_are_filled_in():
    draw = random.Random(7)
    stamper = stamper_of(ARRANGING)

    compare(stamper, [a_view(draw) for _ in range(3000)])

    assert stamper.stamped > 1000


@pytest.mark.parametrize("template", LOOKING)
def test_a_text_that_a_template_looks_at_is_not_taken_for_another(template: str):
    draw = random.Random(3)
    stamper = stamper_of(template)

    compare(stamper, [a_view(draw) for _ in range(400)])

    assert is_plain(stamper.renderer, "page.html")


@pytest.mark.parametrize("template", JOINING)
def test_a_template_that_puts_texts_together_is_rendered_each_time(template: str):
    draw = random.Random(4)
    stamper = stamper_of(template)

    compare(stamper, [a_view(draw) for _ in range(50)])

    assert not is_plain(stamper.renderer, "page.html")
    assert stamper.stamped == 0


def test_what_a_template_includes_and_extends_counts_too():
    joins = "{{ (view.name ~ view.url)|length }}"
    block = "{% extends 'base.html' %}{% block b %}{{ super() }}{{ view.url }}{% endblock %}"

    assert is_plain(
        stamper_of(block, base="{% block b %}{{ view.name }}{% endblock %}").renderer, "page.html"
    )
    assert not is_plain(stamper_of(block, base=joins).renderer, "page.html")
    assert not is_plain(stamper_of("{% include 'part.html' %}", part=joins).renderer, "page.html")
    assert not is_plain(stamper_of("{% include view.name %}").renderer, "page.html")
    assert not is_plain(stamper_of("{% include 'nowhere.html' %}").renderer, "page.html")
    assert not is_plain(stamper_of("{% if %}").renderer, "page.html")


def test_many_kinds_are_forgotten_and_learnt_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stamped_pages, "MAX_KINDS", 5)
    draw = random.Random(5)
    stamper = stamper_of(ARRANGING)

    compare(stamper, [a_view(draw) for _ in range(300)])

    assert len(stamper._plates) <= 5


def awards_of_all_kinds():
    draw = random.Random(6)
    for number in range(60):
        more = {}
        if number % 3:
            more["narrative"] = Text({"fr": draw.choice(TEXTS[:6])})
        if number % 4 == 1:
            more["evidence"] = (
                Evidence(
                    url=Url(f"https://example.org/{number}?a&b"), name=Text({"fr": "Preuve <1>"})
                ),
            )
        yield an_award(f"r{number:07d}", **more)


def test_a_site_is_the_same_whether_its_award_pages_are_filled_in_or_not(
    monkeypatch: pytest.MonkeyPatch,
):
    awards = list(awards_of_all_kinds())
    repository = a_centre(awards)
    day = awards[0].key.issued
    states = {
        award.key: {"state": draw, "state_date": day}
        for award, draw in zip(
            awards, ["active", "suspended", "revoked", "active"] * 15, strict=True
        )
        if draw != "active"
    }
    inputs = site_inputs(repository, states)

    filled = files_of(inputs)
    monkeypatch.setattr(stamped_pages, "AFTER", 10**9)

    assert filled == files_of(inputs)
