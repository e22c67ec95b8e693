import pytest
from builders import an_edition
from centre import a_badge, a_centre, text

from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Slug
from obit_build.website.next_badges import next_badges


def step(*badges: str, any_order: bool = True) -> PathwayStep:
    return PathwayStep(title=text("Étape"), badges=tuple(map(Slug, badges)), any_order=any_order)


def following(slug: str, *steps: PathwayStep, milestone: str | None = "fin", **badges) -> list[str]:
    """The slugs that come after ``slug`` on one pathway of these steps."""
    names = {name for one in steps for name in one.badges} | {"fin"}
    made = {name: badges.get(name) or a_badge(name) for name in sorted(names | badges.keys())}
    pathway = Pathway(
        name=text("Parcours"),
        description=text("Où il mène."),
        steps=steps,
        milestone=Slug(milestone) if milestone else None,
        slug=Slug("parcours"),
    )
    repository = a_centre(achievements=made, pathways={"parcours": pathway})
    return [found.slug for found in next_badges(repository, slug, an_edition(repository))]


@pytest.mark.parametrize(
    ("slug", "after"),
    [
        ("a", ["b", "c", "d"]),  # the rest of its step, then the next step
        ("c", ["d"]),  # the next in the order of its step
        ("d", ["e"]),  # the last of its step: the next step
        ("e", ["fin"]),  # the last step: the milestone
        ("fin", []),
    ],
)
def test_what_comes_next_on_a_pathway(slug, after):
    steps = (step("a", "b"), step("c", "d", any_order=False), step("e"))
    assert following(slug, *steps) == after


def test_badges_that_ask_for_it_come_after_those_of_the_pathway():
    later = a_badge("z", prerequisites=(Slug("a"),))
    assert following("a", step("a"), step("b"), z=later) == ["b", "z"]


def test_at_most_three_each_once_and_none_that_is_retired():
    retired = a_badge("b", status="retired")
    steps = (step("a"), step("b", "c", "d", "e", "f"))
    again = a_badge("c", prerequisites=(Slug("a"),))
    assert following("a", *steps, b=retired, c=again) == ["c", "d", "e"]


def test_a_pathway_that_ends_without_a_milestone_leads_nowhere():
    assert following("b", step("a"), step("b"), milestone=None) == []
