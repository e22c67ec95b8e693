"""What the checks say beyond their examples: where they are silent, and the edges of each rule."""

import dataclasses
import datetime
from pathlib import Path

import pytest

from obit_build.centre.sources import read_sources
from obit_build.checks import CHECKS, DATED_CHECKS, catalogue, check_id, run_checks
from obit_build.checks.people import public_files_name_no_person
from obit_build.problems import Location, Problem

BASE = Path(__file__).parents[2] / "examples" / "base"
FILES = {
    p.relative_to(BASE).as_posix(): p.read_bytes() for p in sorted(BASE.rglob("*")) if p.is_file()
}
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
BADGE, AWARD = "badges/tableur-1/badge.yaml", "badges/tableur-1/awards/2026-03-14-lille.yaml"
ISSUER, PEOPLE, SETTINGS = "issuers/cefo/issuer.yaml", "recipients.csv", "obit.yaml"
HEAD = "code,name,email,language,show_name,consent_date\n"


def check(changes: dict[str, str | None], *, at: datetime.datetime = AT) -> list[Problem]:
    files = {**FILES, **{p: (t or "").encode() for p, t in changes.items()}}
    repository, problems = read_sources(
        {p: d for p, d in files.items() if changes.get(p, "") is not None}
    )
    assert problems == []
    return run_checks(repository, at=at)


def said(problems: list[Problem]) -> list[str]:
    return [f"{p.check}: {p.message}; {p.fix}" for p in problems]


def badge(extra: str) -> dict[str, str | None]:
    return {BADGE: FILES[BADGE].decode() + extra}


def award(lines: str, head: str = "issued: 2026-03-14\n") -> dict[str, str | None]:
    return {AWARD: f"{head}to:\n{lines}"}


def site(address: str) -> dict[str, str | None]:
    return {SETTINGS: f"site: {address}\nlanguages: [fr]\n"}


def ids(problems: list[Problem]) -> list[str]:
    return [p.check for p in problems]


def test_every_function_is_one_rule():
    names = [check_id(check) for check in (*CHECKS, *DATED_CHECKS)]

    assert len(set(names)) == len(names)
    assert set(names) < set(catalogue())
    assert len(catalogue()) >= 45


@pytest.mark.parametrize(
    "address",
    ["https://badges.example.org", "https://example.org/a/b/", "https://example.org:8443/",
     "http://localhost:8000/", "http://127.0.0.1:8000", "https://xn--caf-dma.example/", "https://badges.obit.example/"],
)  # fmt: skip
def test_a_site_may_live_at(address: str):
    assert check(site(address)) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://Badges.example.org/", "the site's address has capitals in its host name; write https://badges.example.org/"),
        ("https://192.0.2.7/", "the site's address is a number, not a name; write the host's name; credentials outlive the number"),
        ("https://[2001:db8::7]/", "the site's address is a number, not a name; write the host's name; credentials outlive the number"),
        ("https://127.1/", "the site's address is a number, not a name; write the host's name; credentials outlive the number"),
        ("https://intranet/", '"intranet" is not the full name of a host; write it like badges.example.org; a name with accents in its xn-- form'),
        ("https://café.example/", '"café.example" is not the full name of a host; write it like badges.example.org; a name with accents in its xn-- form'),
        ("https://example.org/a//b", "the path of the site's address is not plain; use letters, digits, hyphens and single slashes"),
        ("https://example.org/../b", "the path of the site's address is not plain; use letters, digits, hyphens and single slashes"),
        ("https://example.org/a%20b", "the path of the site's address is not plain; use letters, digits, hyphens and single slashes"),
        ("https://example.org/#", "the site's address has a part that begins with ? or #; end it before that part"),
    ],
)  # fmt: skip
def test_a_site_may_not_live_at(address: str, expected: str):
    assert said(check(site(address))) == [f"site-is-a-plain-address: {expected}"]


def test_a_language_may_bring_its_own_phrases():
    languages = {SETTINGS: "site: https://badges.example.org/\nlanguages: [pt, fr-CA]\n"}
    texts = "name: {pt: A, fr-CA: A}\ndescription: {pt: A, fr-CA: A}\ncriteria: {pt: A, fr-CA: A}\nimage: image.svg\n"

    begun = check({**languages, BADGE: texts, "templates/locale/pt.yaml": "site.about: Sobre\n"})
    assert ids(begun) == ["catalogue-is-whole", "catalogue-is-whole"]  # of pages, and of reports
    assert ids(check({**languages, BADGE: texts})) == ["site-language-has-phrases"]


def test_a_broken_issuer_file_does_not_make_its_badges_wrong():
    files = {**FILES, ISSUER: b"nom: Centre\n"}

    repository, problems = read_sources(files)

    assert ids(problems) == ["field-is-known", "field-is-there"]
    assert run_checks(repository, at=AT) == []


def test_without_any_issuer_a_badge_says_so():
    assert said(check({ISSUER: None})) == [
        "badge-has-an-issuer: there is no issuer; add issuers/<name>/issuer.yaml"
    ]


def test_an_award_may_name_its_issuers_and_assessors_as_they_are():
    assert check(badge("issuer: cefo\ncreator: {name: Un réseau}\n")) == []
    assert check(award("  - 7f3k9m2q\n", "issued: 2026-03-14\nsource: cefo\n")) == []


def test_without_a_people_list_every_code_is_unknown_and_the_remedy_is_to_make_one():
    assert said(check({**award("  - 7f3k9m2q\n"), PEOPLE: None})) == [
        'award-names-a-known-recipient: the code "7f3k9m2q" is not in recipients.csv; make a file recipients.csv with the first line code,name,email and a line for it'
    ]


def test_a_people_list_that_stops_half_way_is_one_problem():
    rows = FILES[PEOPLE] + b'9x0zd7wh,"Cy,,,,\nlast0ne1,Di,,,,\n'
    files = {**FILES, PEOPLE: rows, AWARD: b"issued: 2026-03-14\nto: [7f3k9m2q, last0ne1]\n"}

    repository, problems = read_sources(files)

    assert ids(problems + run_checks(repository, at=AT)) == ["people-quotes-are-closed"]


def test_similar_codes_are_sought_for_the_first_few_mistakes_only():
    lines = "".join(f"  - 7f3k9m2q{number:02}\n" for number in range(30))

    problems = check(award(lines))

    assert len(problems) == 30
    assert len([p for p in problems if p.fix == 'did you mean "7f3k9m2q"?']) == 20


@pytest.mark.parametrize(
    ("issued", "hour", "is_future"),
    [
        ("2026-11-21", 0, False),
        ("2026-11-22", 10, False),
        ("2026-11-22", 9, True),
        ("2026-11-23", 10, True),
    ],
)
def test_a_day_counts_once_it_has_begun_somewhere(issued: str, hour: int, is_future: bool):
    at = datetime.datetime(2026, 11, 21, hour, tzinfo=datetime.UTC)

    problems = check(award("  - 7f3k9m2q\n", f"issued: {issued}\n"), at=at)

    assert ids(problems) == (["award-is-not-of-the-future"] if is_future else [])


def test_dates_may_touch():
    head = "issued: 2026-03-14\nvalid_from: 2026-03-14\nexpires: 2026-03-14\nactivity_start_date: 2026-03-14\nactivity_end_date: 2026-03-14\n"

    assert check(award("  - id: 7f3k9m2q\n    suspended: 2026-03-14\n", head)) == []


def test_an_award_may_never_expire_or_begin_later():
    assert (
        check(
            award("  - 7f3k9m2q\n", "issued: 2026-03-14\nvalid_from: 2027-01-01\nexpires: never\n")
        )
        == []
    )


def test_a_second_award_on_one_day_has_a_number():
    assert check(award("  - 7f3k9m2q\n  - {id: 7f3k9m2q, n: 2}\n")) == []


def test_the_same_line_twice_in_one_file_is_found():
    problems = check(award("  - 7f3k9m2q\n  - 7f3k9m2q\n"))

    assert said(problems) == [f'award-is-given-once: "7f3k9m2q" already has this award, at {AWARD}:3; delete one of the two; for a second award on the same day add "n: 2"']  # fmt: skip
    assert str(problems[0].location) == f"{AWARD}:4:5"


def test_an_award_may_replace_a_revoked_one():
    lines = "  - id: 7f3k9m2q\n    revoked: 2026-04-01\n"
    later = "issued: 2026-05-01\nto:\n  - id: 7f3k9m2q\n    replaces: 2026-03-14\n"

    assert check({**award(lines), "badges/tableur-1/awards/b.yaml": later}) == []


def test_an_award_that_replaces_itself_is_told_so_once():
    problems = check(award("  - id: 7f3k9m2q\n    replaces: 2026-03-14\n"))

    assert said(problems) == ["replaced-award-exists: the award replaces itself; write the day on which the earlier award was issued"]  # fmt: skip


def test_the_days_of_other_awards_are_offered():
    later = "issued: 2026-05-01\nto:\n  - id: 7f3k9m2q\n    replaces: 2026-03-13\n"

    problems = check({"badges/tableur-1/awards/b.yaml": later})

    assert said(problems) == ['replaced-award-exists: "7f3k9m2q" has no award of "tableur-1" (version 1) issued on 2026-03-13; the awards of this badge to this person are of 2026-03-14']  # fmt: skip


MEASURES = """result_description:
  - {id: mention, name: Mention, result_type: LetterGrade, allowed_value: [C, B, A], required_value: B}
  - {id: note, name: Note, result_type: Percent, value_min: 10, required_value: 50}
  - {id: stage, name: Stage, result_type: Status, required_value: Completed}
  - id: savoir
    name: Savoir
    result_type: RubricCriterionLevel
    required_level: bon
    rubric_criterion_level: [{id: faible, name: Faible}, {id: bon, name: Bon}, {id: fort, name: Fort}]
"""


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("result_description: mention, value: A", []),
        ("result_description: mention, value: B", []),
        ("result_description: mention, value: C", ["result-reaches-what-is-required"]),
        ("result_description: mention, value: D", ["result-value-is-possible"]),
        ("result_description: note, value: 50.0", []),
        ("result_description: note, value: 49.9", ["result-reaches-what-is-required"]),
        ("result_description: note, value: 9", ["result-value-is-possible"]),
        ("result_description: note, value: '60 %'", ["result-value-is-possible"]),
        ("result_description: stage, status: Completed", []),
        ("result_description: stage, status: Failed", ["result-reaches-what-is-required"]),
        ("result_description: savoir, achieved_level: fort", []),
        ("result_description: savoir, achieved_level: faible", ["result-reaches-what-is-required"]),
        (
            "result_description: savoir, achieved_level: excellent",
            ["achieved-level-is-on-the-scale"],
        ),
        ("result_description: note, achieved_level: bon", ["achieved-level-is-on-the-scale"]),
    ],
)
def test_a_result_is_held_against_its_description(result: str, expected: list[str]):
    assert (
        ids(check({**badge(MEASURES), **award(f"  - id: 7f3k9m2q\n    results: [{{{result}}}]\n")}))
        == expected
    )


def test_results_of_an_older_version_are_not_held_against_the_current_one():
    changes = {**badge("version: 2\n"), **award("  - id: 7f3k9m2q\n    results: [{result_description: gone, value: 1}]\n", "issued: 2026-03-14\nversion: 1\n")}  # fmt: skip

    assert ids(check(changes)) == ["award-is-of-the-current-version"]


@pytest.mark.parametrize(
    ("duration", "is_fine"),
    [("P1D", True), ("P2W", True), ("P18M", True), ("P100Y", True), ("PT24H", True),
     ("PT23H", False), ("P0Y", False), ("P101Y", False), ("P9999M", False), ("P99999D", False)],
)  # fmt: skip
def test_a_validity_is_between_a_day_and_a_century(duration: str, is_fine: bool):
    assert ids(check(badge(f"expires: {duration}\n"))) == (
        [] if is_fine else ["duration-is-sensible"]
    )


@pytest.mark.parametrize(
    ("text", "has_html"),
    [("a < b and c > d", False), ("<https://example.org>", False), ("`<b>`", False), ("x <b>y</b>", True), ("<!-- x -->", True), ("<img src=x>", True)],
)  # fmt: skip
def test_html_is_told_from_other_angle_brackets(text: str, has_html: bool):
    changes = {
        BADGE: FILES[BADGE].decode().replace("Réussir l'épreuve pratique (2 h).", f"'{text}'")
    }

    assert ids(check(changes)) == (["markdown-has-no-html"] if has_html else [])


def test_translations_that_are_missing_are_gathered_by_file_and_language():
    changes = {
        SETTINGS: "site: https://badges.example.org/\nlanguages: [fr, nl, en]\n",
        BADGE: "name: {fr: A, nl: A, en: A}\ndescription: {fr: A, en: A}\ncriteria: {fr: A}\nassessment: A\nsupervision: A\nimage: image.svg\n",
    }

    assert [(p.message, p.level) for p in check(changes)] == [
        ('description, criteria and 2 more are missing in "nl"', "warning"),
        ('criteria, assessment and supervision are missing in "en"', "warning"),
    ]


def test_titles_of_frameworks_and_names_of_issuers_need_no_translation():
    changes = {
        SETTINGS: "site: https://badges.example.org/\nlanguages: [fr, nl]\n",
        BADGE: "name: {fr: A, nl: A}\ndescription: {fr: A, nl: A}\ncriteria: {fr: A, nl: A}\nimage: image.svg\n"
        "alignment:\n  - {target_name: {en: Data}, target_url: 'https://example.org/x'}\n",
    }

    assert check(changes) == []


PERSON = (
    HEAD + "7f3k9m2q,Ada Exemple,ada@example.org,fr,no,\n2m8qa4xd,Solo,solo@example.net,nl,no,\n"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Exemple", True),
        ("ADA  EXEMPLE", True),
        ("Exemple, Ada", True),
        ("Ada et Exemple", False),
        ("Adam Exemple", False),
        ("a solo exercise", False),
        ("ada@example.org", True),
        ("solo@example.net", True),
        ("somebody@example.com", True),
        ("badges@example.org", False),
        ("https://social.example/@ada", False),
        ("git clone git@github.com:a/b", True),
    ],
)
def test_a_person_is_recognised_in_a_public_text(text: str, found: bool):
    changes = {
        PEOPLE: PERSON,
        BADGE: FILES[BADGE]
        .decode()
        .replace("Sait construire une feuille de calcul simple.", f"'{text}'"),
    }

    problems = check(changes)

    assert ids(problems) == (["public-files-name-no-person"] if found else [])
    assert not any(word in p.message + p.fix for p in problems for word in ("Ada", "ada@", "solo"))


@pytest.mark.parametrize(
    ("path", "kind", "shown"),
    [
        ("badges/tableur-1/awards/ada-exemple.yaml", "file", "badges/tableur-1/awards"),
        ("badges/Exemple_Ada/notes.yaml", "folder", "badges"),
        ("templates/ada/exemple.html", "file", "templates/ada"),
    ],
)
def test_a_path_that_names_a_person_is_told_and_not_shown(path: str, kind: str, shown: str):
    repository, _ = read_sources({**FILES, PEOPLE: PERSON.encode()})
    texts = {path: b"Ada Exemple\nada@example.org\n"}

    (finding,) = public_files_name_no_person(dataclasses.replace(repository, files=texts))

    assert finding.location == Location(shown)
    assert finding.message == f"the name of a {kind} in this folder is that of a recipient"


def test_a_recipients_own_address_is_no_contact_address_of_an_organisation():
    source = "issued: 2026-03-14\nsource: {{name: Jury, email: {}}}\n"

    assert (
        check({PEOPLE: PERSON, **award("  - 7f3k9m2q\n", source.format("jury@example.org"))}) == []
    )
    assert ids(check({PEOPLE: PERSON, **award("  - 7f3k9m2q\n", source.format("ada@example.org"))})) == ["public-files-name-no-person"]  # fmt: skip


def test_the_responsible_person_of_an_issuer_may_also_learn():
    issuer = "name: Centre\nemail: badges@example.org\nofficial: Ada Exemple\n"

    assert check({PEOPLE: PERSON, ISSUER: issuer}) == []


def test_a_circle_of_prerequisites_is_told_once_from_its_first_badge():
    text = FILES[BADGE].decode()
    changes = {
        f"badges/{a}/badge.yaml": f"{text}prerequisites: [{b}]\n"
        for a, b in (("b", "c"), ("c", "a"), ("a", "b"))
    }
    changes |= {
        f"badges/{slug}/image.svg": FILES["badges/tableur-1/image.svg"].decode() for slug in "abc"
    }

    assert said(check(changes)) == ["prerequisites-run-in-no-circle: these prerequisites run in a circle: a needs b needs c needs a; remove one of them"]  # fmt: skip


def test_the_checks_do_not_depend_on_the_order_of_the_files():
    changes = {**badge("issuer: none\ntag: [a, A]\n"), **award("  - 7f3k9m2x\n  - 2m8qa4xe\n"), SETTINGS: "site: http://badges.example.org/\nlanguages: [fr, nl]\n"}  # fmt: skip
    files = {**FILES, **{p: t.encode() for p, t in changes.items()}}

    one = run_checks(read_sources(files)[0], at=AT)
    other = run_checks(read_sources(dict(reversed(files.items())))[0], at=AT)

    assert one == other
    assert len(one) > 4
