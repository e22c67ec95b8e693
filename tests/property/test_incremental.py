"""Whatever is edited, a site that is brought up to date is the site that is made anew.

The site of a small centre is changed many times: fields of the settings, of issuers, badges and
pathways, drawn at random and altered by their kind; awards, decisions, consent, templates, time,
tool. After each edit the folder must hold, byte for byte, what :func:`plan_site` makes of the same
inputs, and nothing may have been written that is as it was. OBIT_EDITS says how many edits there are.
"""

import dataclasses
import datetime
import os
import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from builders import a_ledger, files_of, site_inputs
from centre import a_badge, a_centre, an_award, decided, text
from staged import content

from obit_build.errors import ObitError
from obit_build.ledger.keys import IssuerKey
from obit_build.model.achievement import Alignment
from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Language, Slug, Text, Url
from obit_build.pipeline.making import Making
from obit_build.publishing.publish import open_stage
from obit_build.website.shared import Shared, SiteInputs
from obit_build.website.units import Units

EDITS = int(os.environ.get("OBIT_EDITS", "10"))
SKILL = Alignment(
    target_name=text("définir des règles"),
    target_url=Url("https://example.org/x"),
    target_framework="e-CF",
    target_code="C.3",
)
AWARDS = [
    an_award("7f3k9m2q", visibility="public"),
    an_award("2m8qa4xd", language=Language("nl")),
    an_award("2m8qa4xd", "reseaux", issued=datetime.date(2026, 5, 1)),
    an_award("7f3k9m2q", "reseaux"),
]
NAMED_ONCE = {"slug", "site", "languages", "version", "file", "issuer", "image", "status_valid_for"}
"""Fields that name other things: an edit of one alone makes no repository."""


def beginning() -> SiteInputs:
    """A preview with a pathway, a skill, an award in another language, a holder's page."""
    badges = {
        "pare-feu": a_badge(alignment=(SKILL,), tag=(text("Réseau"),)),
        "reseaux": a_badge("reseaux", name=text("Réseaux"), prerequisites=(Slug("pare-feu"),)),
    }
    steps = (PathwayStep(title=text("Débuter"), badges=(Slug("pare-feu"), Slug("reseaux"))),)
    pathway = Pathway(
        name=text("Chemin"), description=text("Bout à bout."), steps=steps, slug=Slug("chemin")
    )
    centre = a_centre(AWARDS, achievements=badges, pathways={"chemin": pathway})
    person = dataclasses.replace(
        centre.recipients["7f3k9m2q"], holder_page=True, consent_date=datetime.date(2026, 5, 1)
    )
    people = {**centre.recipients, "7f3k9m2q": person}
    inputs = site_inputs(dataclasses.replace(centre, recipients=people), tool="1")
    ledger = dataclasses.replace(inputs.ledger, mode="preview")
    return dataclasses.replace(inputs, ledger=ledger)


# Edits ------------------------------------------------------------------------------------------


def of_repository(inputs: SiteInputs, **fields: Any) -> SiteInputs:
    return dataclasses.replace(inputs, repository=dataclasses.replace(inputs.repository, **fields))


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each part that can be altered by its kind."""
    if isinstance(value, Text | str | bool | int | Decimal | datetime.date):
        yield at
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.compare and field.name not in NAMED_ONCE:
                yield from leaves(getattr(value, field.name), (*at, field.name))
    elif isinstance(value, Mapping):
        for key in value:
            yield from leaves(value[key], (*at, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*at, index))


def altered(value: Any, way: tuple[Any, ...]) -> Any:
    """Alter one part of a value and leave the rest."""
    if not way:
        return other(value)
    first, rest = way[0], way[1:]
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(value, **{first: altered(getattr(value, first), rest)})
    if isinstance(value, Mapping):
        return {**value, first: altered(value[first], rest)}
    return tuple(altered(x, rest) if i == first else x for i, x in enumerate(value))


def other(value: Any) -> Any:
    match value:
        case Text():
            return Text({language: f"{said}!" for language, said in value.by_language.items()})
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case datetime.date():
            return value + datetime.timedelta(days=1)
        case _:
            return type(value)(f"{value}x")


def any_field(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    name = draw.choice(("settings", "profiles", "achievements", "pathways", "recipients"))
    value = getattr(inputs.repository, name)
    return of_repository(inputs, **{name: altered(value, draw.choice(list(leaves(value))))})


def a_template(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    name = draw.choice(("award.html", "partials/footer.html", "badge.html", "assets/search.js"))
    templates = dict(inputs.repository.templates)
    if templates.pop(name, None) is None:
        templates[name] = inputs.theme.files[name] + f"{{# {draw.random()} #}}\n<!-- ours -->"
    return of_repository(inputs, templates=templates)


def a_decision(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    """Suspend, revoke, withdraw or take back what was decided, with or without a reason."""
    number = draw.randrange(len(inputs.repository.awards))
    award = inputs.repository.awards[number]
    state = draw.choice(("active", "suspended", "revoked", "withdrawn"))
    why = draw.choice((None, "Erreur."))
    said = {
        "suspended": decided(why=why) if state == "suspended" else None,
        "revoked": decided(why=why) if state == "revoked" else None,
        "visibility": draw.choice(("public", "unlisted", None)),
    }
    awards = list(inputs.repository.awards)
    awards[number] = dataclasses.replace(award, **said)
    name = inputs.ledger.award_id(award.key)
    day = None if state == "active" else datetime.date(2026, 5, draw.randrange(1, 28))
    issued = dataclasses.replace(inputs.ledger.awards[name], state=state, state_date=day)
    ledger = dataclasses.replace(inputs.ledger, awards={**inputs.ledger.awards, name: issued})
    return of_repository(dataclasses.replace(inputs, ledger=ledger), awards=tuple(awards))


def an_entry_taken_out(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    """Forget an award's line, or write it again; the ledger keeps it either way."""
    kept = list(inputs.repository.awards)
    gone = [x for x in AWARDS if x.key not in {y.key for y in kept}]
    kept = [*kept, *gone] if gone else [x for x in kept if x != draw.choice(kept)]
    return of_repository(inputs, awards=tuple(kept))


def a_version(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    """Begin another version of a badge, or put the first one back."""
    slug = draw.choice(sorted(inputs.repository.achievements))
    badge = inputs.repository.achievements[slug]
    version = draw.choice(("1", "2", "3"))
    badges = {**inputs.repository.achievements, slug: dataclasses.replace(badge, version=version)}
    return of_repository(inputs, achievements=badges)


def a_retired_or_new_badge(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    badges = dict(inputs.repository.achievements)
    if badges.pop("plan", None) is None:
        badges["plan"] = a_badge("plan", status=draw.choice(("draft", "active", "retired")))
    pictures = {**inputs.pictures, "plan": inputs.pictures["pare-feu"]}
    return of_repository(dataclasses.replace(inputs, pictures=pictures), achievements=badges)


def a_language(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    languages = draw.choice((("fr",), ("fr", "nl"), ("fr", "nl", "en")))
    settings = dataclasses.replace(
        inputs.repository.settings, languages=tuple(map(Language, languages))
    )
    return of_repository(inputs, settings=settings)


def the_circumstances(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    later = inputs.at + datetime.timedelta(hours=draw.choice((1, 24, 24 * 400)))
    return dataclasses.replace(
        inputs,
        **draw.choice(
            (
                {"at": later},
                {"commit": f"{draw.getrandbits(64):x}"},
                {"tool": f"{draw.random()}"},
                {"status_lists": {"status/citc/1.json": f"{draw.random()}".encode()}},
                {"log": {"log/checkpoint": f"{draw.random()}".encode()}},
            )
        ),
    )


def a_key(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    state = draw.choice(("active", "retired", "revoked"))
    first: IssuerKey = dataclasses.replace(inputs.ledger.keys[0], state=state)
    keys = (first, *inputs.ledger.keys[1:])
    return dataclasses.replace(inputs, ledger=dataclasses.replace(inputs.ledger, keys=keys))


def ten_more_awards(draw: random.Random, inputs: SiteInputs) -> SiteInputs:
    """Issue awards of which only the ledger knows: numbers on badges' pages change by tens."""
    some = [an_award(f"r{draw.getrandbits(30):07d}") for _ in range(draw.choice((1, 9)))]
    more = a_ledger(dataclasses.replace(inputs.repository, awards=tuple(some))).awards
    withdrawn = {k: dataclasses.replace(x, state="suspended") for k, x in more.items()}
    credential = inputs.credential
    first = next(iter(inputs.ledger.awards))
    ledger = dataclasses.replace(inputs.ledger, awards={**inputs.ledger.awards, **withdrawn})
    return dataclasses.replace(
        inputs, ledger=ledger, credential=lambda x: credential(first if x in withdrawn else x)
    )


Edit = Callable[[random.Random, SiteInputs], SiteInputs]
KINDS: tuple[Edit, ...] = (
    any_field, any_field, any_field, a_template, a_decision, a_decision, an_entry_taken_out,
    a_version, a_retired_or_new_badge, a_language, the_circumstances, a_key,
)  # fmt: skip


# The promise ------------------------------------------------------------------------------------


def brought_up_to_date(target, inputs: SiteInputs) -> set[str]:
    """Make what changed, without verifying: these credentials are not signed. Return what was written."""
    with open_stage(target) as stage:
        with stage.manifest.change():
            making = Making(Units(Shared(inputs)), stage, lambda *_: None)
            making.make()
            journal = stage.decide()
        stage.carry_out(journal)
        assert stage.doubtful == frozenset() or len(journal) == 1
        return stage.written | stage.gone


@pytest.fixture
def _no_sync(monkeypatch):
    """Nothing is unplugged here, and other programs' writes need not be waited for."""
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.mark.usefixtures("_no_sync")
@pytest.mark.parametrize("seed", [20261122])
def test_a_site_that_is_brought_up_to_date_is_the_site_that_is_made_anew(tmp_path, seed):
    draw, target = random.Random(seed), tmp_path / "build"
    inputs, done = beginning(), 0
    brought_up_to_date(target, inputs)
    before = wanted = files_of(inputs)

    for number in range(EDITS):
        edit = ten_more_awards if number % 7 == 6 else draw.choice(KINDS)
        try:
            edited = edit(draw, inputs)
            wanted = files_of(edited)
        except (ObitError, ValueError, KeyError):
            continue  # nobody could publish that
        inputs, done = edited, done + 1

        changed = brought_up_to_date(target, inputs)

        assert content(target) == wanted, edit.__name__
        differing = {x for x in {*before, *wanted} if before.get(x) != wanted.get(x)}
        assert changed == differing, edit.__name__
        before = wanted

    assert done > EDITS * 0.7
    assert brought_up_to_date(target, inputs) == set()
