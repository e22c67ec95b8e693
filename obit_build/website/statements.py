"""The accessibility statement: what was found, when, by whom, and where to turn (RGAA 4.1, WCAG 2.2).

It claims what an audit found and nothing else: there are no rates, and a site that nobody has
audited is called just that.
"""

from dataclasses import dataclass

from obit_build.website.editions import Edition, Fact, Words, outside, web_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The accessibility statement in one language."""

    state: str
    facts: tuple[Fact, ...]
    problems: Words | None
    contact: str | None


def state_in_words(edition: Edition) -> str:
    """Say how accessible the site was found to be, in the words that the law asks for."""
    t = edition.phrases.phrase
    return {
        "not-audited": t("access.not_audited"),
        "none": t("access.none"),
        "partial": t("access.partial"),
        "full": t("access.full"),
    }[edition.settings.accessibility.status]


def statement(edition: Edition) -> Statement:
    """Write the statement in one edition."""
    t, settings = edition.phrases.phrase, edition.settings
    said = settings.accessibility
    facts = []
    if said.audited:
        facts.append(Fact(t("access.date"), edition.date(said.audited)))
    if said.auditor:
        facts.append(Fact(t("access.auditor"), edition.say(said.auditor)))
    if report := web_address(said.report):
        facts.append(Fact(t("access.report"), report, outside(report)))
    return Statement(
        state=state_in_words(edition),
        facts=tuple(facts),
        problems=edition.maybe(said.known_problems),
        contact=said.contact or settings.privacy.contact,
    )
