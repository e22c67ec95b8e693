"""How a plan stands with its approvers, in words: one line for each session and state."""

from collections.abc import Callable, Iterator

from obit_build.phrases import Phrases
from obit_build.planning.approvals import NEEDS_APPROVAL, Standing
from obit_build.planning.review import Review

Name = Callable[[str], str]
"""Writes a session's or an approver's short name."""


def lines(review: Review, words: Phrases, name: Name) -> list[tuple[bool, str]]:
    """Return (whether nothing is missing, sentence) for each session, in the plan's order."""
    said: dict[str, bool] = {}
    for action in review.actions:
        one = review.standings.get(action.award.key)
        if one and action.kind in NEEDS_APPROVAL:
            text = "; ".join(_parts(one, name(action.award.session), words, name))
            said[text] = not one.missing
    return [(is_done, text) for text, is_done in said.items()]


def _parts(one: Standing, session: str, words: Phrases, name: Name) -> Iterator[str]:
    t = words.phrase

    def names(who: tuple[str, ...]) -> str:
        return ", ".join(map(name, who))

    given = tuple(given.by for given in one.given)
    if not one.missing:
        yield t("plan.approved", session=session, who=names(given))
    else:
        needs = words.count("plan.needs", one.missing, session=session)
        if len(one.open_to) >= one.missing:
            yield f"{needs} {t('plan.needs_from', who=names(one.open_to))}"
        else:
            yield from (needs, t("plan.nobody_left"))
        if given:
            yield t("plan.so_far", who=names(given))
        if not one.author_known:
            yield t("plan.author_unknown")
    if one.authors:
        yield t("plan.is_author", who=names(one.authors))
    if one.strangers:
        yield t("plan.is_stranger", who=names(one.strangers))
    if one.outdated and one.missing:
        yield t("plan.is_outdated", who=names(one.outdated))
