"""A plan for a terminal and for a review comment."""

import dataclasses
import datetime
import re

import pytest
from builders import ledger_of
from centre import (
    CANARY_EMAIL,
    CANARY_NAME,
    ISSUED,
    NOON,
    a_badge,
    a_centre,
    an_award,
    decided,
    replacing,
    text,
    with_settings,
)

from obit_build.model.words import Duration, Language
from obit_build.planning.pages import MARKER, MAX_COMMENT_BYTES, to_markdown, to_text
from obit_build.planning.plan import make_plan
from obit_build.planning.review import Base, review
from obit_build.problems import Location

LATER = ISSUED + datetime.timedelta(days=30)
TODAY = NOON.date()
COMMIT = "a41b2c7" + "0" * 33


def reviewed(repository, ledger=None, *, base=None, today=TODAY):
    plan = make_plan(repository, ledger)
    assert plan.problems == ()
    return review(plan, repository, ledger, commit=COMMIT, today=today, base=base)


def some_review(**fields):
    issued, suspended = an_award("2m8qa4xd"), an_award("p0q9r8s7")
    awards = [
        an_award(expires=datetime.date(2029, 3, 14)),
        an_award("2m8qa4xd", revoked=decided(why=CANARY_NAME)),
        suspended,
        an_award("2m8qa4xd", issued=LATER, replaces=replacing()),
    ]
    ledger = ledger_of((issued,), (suspended, "suspended"))
    return reviewed(a_centre(awards, **fields), ledger)


def test_the_plan_as_text():
    assert to_text(some_review()) == (
        "2 to issue, 1 to revoke, 1 to reinstate, 1 to replace, 0 unchanged\n"
        "  + issue     pare-feu v1  2026-04-13  2m8qa4xd\n"
        "  + issue     pare-feu v1  2026-03-14  7f3k9m2q\n"
        "  - revoke    pare-feu v1  2026-03-14  2m8qa4xd\n"
        "  > replace   pare-feu v1  2026-04-13  2m8qa4xd\n"
        "  ~ reinstate pare-feu v1  2026-03-14  p0q9r8s7\n"
        "  revoke and replace can't be undone\n"
    )


def test_the_comment_speaks_the_site_s_language_and_begins_with_the_counts():
    said = some_review()
    digest = said.document.digest[:16]

    assert to_markdown(said) == (
        "<!-- obit plan -->\n"
        "### obit plan: 2 à délivrer, 1 à révoquer, 1 à rétablir, 1 à remplacer, 0 sans changement\n\n"
        f"Plan `{digest}` pour le commit `a41b2c700000`\n\n"
        "| | Badge | Session | Titulaires | Délivré le | Valide jusqu’au |\n|-|-|-|-|-|-|\n"
        "| 🏅 délivrer | Pare-feu (v1) | 2026-04-13 | 1 (`2m8qa4xd`) | 13 avril 2026 | Sans limite de durée |\n"
        "| 🏅 délivrer | Pare-feu (v1) | 2026-03-14 | 1 (`7f3k9m2q`) | 14 mars 2026 | 14 mars 2029 |\n"
        "| **⛔ révoquer** | Pare-feu (v1) | 2026-03-14 | 1 (`2m8qa4xd`) | 14 mars 2026 | Sans limite de durée |\n"
        "| **⛔ remplacer** | Pare-feu (v1) | 2026-04-13 | 1 (`2m8qa4xd`) | 13 avril 2026 | Sans limite de durée |\n"
        "| ▶️ rétablir | Pare-feu (v1) | 2026-03-14 | 1 (`p0q9r8s7`) | 14 mars 2026 | Sans limite de durée |\n\n"
        "⛔ C’est définitif.\n"
    )


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nl-BE", "### obit plan: 1 uit te reiken, 0 ongewijzigd"),
        ("en", "### obit plan: 1 to issue, 0 unchanged"),
        ("de", "### obit plan: 1 auszustellen, 0 unverändert"),
        ("it", "### obit plan: 1 to issue, 0 unchanged"),
    ],
)
def test_a_language_that_obit_does_not_ship_is_told_in_english(language, title):
    centre = with_settings(a_centre([an_award()]), languages=(Language(language),))

    assert to_markdown(reviewed(centre)).splitlines()[:2] == [MARKER, title]


def test_the_words_of_the_repository_s_own_templates_do_not_count():
    """They are part of what is reviewed: a change could make the comment say anything."""
    own = {"locale/fr.yaml": "plan.final: Approuvé par la direction.\nplan.nothing: Approuvé.\n"}

    assert to_markdown(some_review(templates=own)) == to_markdown(some_review())


def test_a_long_list_of_recipients_is_cut():
    review = reviewed(a_centre([an_award(f"code{i:03d}") for i in range(45)]))

    line = to_markdown(review).splitlines()[-1]

    assert "| 45 (`code000` " in line
    assert "`code039` et 5 autres) |" in line
    assert to_text(review).splitlines()[1].endswith(", code038, code039 and 5 more")


def test_the_comment_stays_small_and_says_how_much_is_left_out():
    awards = [
        an_award(f"c{i}", issued=ISSUED - datetime.timedelta(days=i), role=text("x"))
        for i in range(1500)
    ]

    said = to_markdown(reviewed(a_centre(awards)))

    assert len(said.encode()) < MAX_COMMENT_BYTES
    assert said.splitlines()[1] == "### obit plan: 1500 à délivrer, 0 sans changement"
    shown = said.count("🏅")
    assert shown > 300
    more = re.fullmatch(
        r"\| \| … et (\d+) autres lignes dans le fichier du plan \|.*", said.splitlines()[-1]
    )
    assert more
    assert int(more[1]) == 1500 - shown


def test_nothing_to_do_is_said_in_the_first_line():
    nothing = reviewed(a_centre(), ledger_of())

    assert to_text(nothing) == "nothing to do, 0 unchanged\n"
    assert to_markdown(nothing).splitlines()[1] == "### obit plan: rien à faire, 0 sans changement"


def test_no_form_of_a_plan_tells_names_addresses_or_reasons():
    for write in (to_text, to_markdown):
        said = write(some_review())
        assert CANARY_NAME not in said
        assert CANARY_EMAIL not in said


def test_names_of_badges_and_sessions_can_not_speak_for_obit():
    badge = a_badge(name=text("x | @boss ![a](b) <!-- obit plan -->\n✅ Approved `by` @boss"))
    award = an_award(location=Location("badges/pare-feu/awards/`@boss` ## ok.yaml", 3, 5))
    centre = a_centre([award], achievements={"pare-feu": badge})

    said = to_markdown(reviewed(centre))

    rows = [line for line in said.splitlines() if line.startswith("| 🏅")]
    assert len(rows) == 1
    assert rows[0].count("|") == 7
    assert "`` x ｜ @boss ![a](b) <!-- obit plan -->\ufffd✅ Approved `by` @boss `` (v1)" in rows[0]
    assert "`` `@boss` ## ok ``" in rows[0]
    assert [line for line in said.splitlines() if line.startswith(MARKER)] == [MARKER]


def test_a_badge_that_somebody_holds_already_is_remarked():
    centre = a_centre([an_award(), an_award(issued=LATER)])
    said = reviewed(centre, ledger_of((an_award(),)))

    assert to_text(said).splitlines()[-1] == (
        "  note: 7f3k9m2q has held pare-feu since 14 March 2026: a renewal?"
    )
    assert to_markdown(said).splitlines()[-1] == (
        "- ⚠️ `7f3k9m2q` détient Pare-feu depuis le 14 mars 2026\u202f: est-ce un renouvellement\u202f?"
    )


@pytest.mark.parametrize(
    "before",
    [an_award(revoked=decided()), an_award("2m8qa4xd"), an_award(badge="reseaux")],
    ids=["revoked", "somebody else", "another badge"],
)
def test_nothing_is_remarked_where_nothing_is_held(before):
    assert reviewed(a_centre([before, an_award(issued=LATER)])).remarks == ()


def test_a_replaced_award_is_not_held_besides():
    centre = a_centre([an_award(), an_award(issued=LATER, replaces=replacing())])

    assert reviewed(centre).remarks == ()


def test_an_award_that_counts_only_later_is_remarked():
    centre = a_centre([an_award(valid_from=datetime.date(2026, 12, 3))])

    assert to_text(reviewed(centre)).splitlines()[-1] == (
        "  note: 7f3k9m2q: pare-feu counts only from 3 December 2026"
    )
    assert reviewed(centre, today=datetime.date(2026, 12, 3)).remarks == ()


def test_the_badge_s_own_duration_tells_until_when_it_is_valid():
    badge = a_badge(expires=Duration("P3Y"))
    centre = a_centre([an_award()], achievements={"pare-feu": badge})

    assert "| 14 mars 2026 | 14 mars 2029 |" in to_markdown(reviewed(centre))


def test_only_what_the_change_brings_is_listed_and_the_rest_is_counted():
    base = a_centre([an_award("2m8qa4xd")])
    head = a_centre([an_award("2m8qa4xd"), an_award()])

    said = reviewed(head, base=Base(commit="b" * 40, repository=base))

    assert to_text(said) == (
        "1 to issue, 0 unchanged\n"
        "  + issue     pare-feu v1  2026-03-14  7f3k9m2q\n"
        "  1 more on the base already, not issued yet\n"
    )
    assert "Une autre opération attend déjà sur la base et sera faite aussi." in to_markdown(said)
    assert len(said.document.entries) == 2, "what is approved is all that issuing would do"


def test_a_line_that_the_change_edits_is_of_the_change():
    base = a_centre([an_award()])
    head = dataclasses.replace(base, awards=(an_award(role=text("Stagiaire")),))

    assert len(reviewed(head, base=Base(commit="b" * 40, repository=base)).actions) == 1
    assert reviewed(base, base=Base(commit="b" * 40, repository=base)).actions == ()
