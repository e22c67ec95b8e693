import dataclasses
import datetime
from decimal import Decimal

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile
from obit_build.model.profile import Organization, Profile
from obit_build.model.settings import Settings
from obit_build.model.words import Duration, Language, Text
from obit_build.problems import Location
from obit_build.reading.nodes import compose
from obit_build.reading.reader import Reader, article, fields_of, nearest

KINDS = (Achievement, AwardFile, Profile, Settings)


def read(text, kind, language="fr"):
    node, problems = compose(text.encode(), "f.yaml")
    assert problems == []
    reader = Reader("f.yaml", language)
    value = reader.read(node, kind)
    return value, [
        (str(p.location).removeprefix("f.yaml:"), p.check, p.message, p.fix)
        for p in reader.problems
    ]


def value_of(text, kind):
    value, problems = read(text, kind)
    assert problems == []
    return value


def problems_of(text, kind):
    value, problems = read(text, kind)
    assert value is None
    return problems


MINIMAL = "name: Tableur\ndescription: Sait.\ncriteria: Réussir.\nimage: image.svg\n"


def test_a_minimal_badge_gets_every_default():
    badge = value_of(MINIMAL, Achievement)

    assert badge.name == Text({"fr": "Tableur"})
    assert badge.criteria.narrative == Text({"fr": "Réussir."})
    assert badge.image.file == "image.svg"
    assert (badge.version, badge.status, badge.achievement_type) == ("1", "active", "Badge")
    assert badge.alignment == ()


def test_a_text_may_be_given_per_language():
    badge = value_of(
        MINIMAL.replace("Tableur", "{nl: Rekenblad, fr: Tableur}").replace(
            "criteria: Réussir.", "criteria: {fr: Réussir., nl: Slagen.}"
        ),
        Achievement,
    )

    assert badge.name.by_language == {"nl": "Rekenblad", "fr": "Tableur"}
    assert badge.criteria.narrative.by_language == {"fr": "Réussir.", "nl": "Slagen."}


def test_a_record_with_a_shorthand_may_also_be_written_out():
    badge = value_of(
        MINIMAL.replace("Réussir.", "{narrative: Réussir., url: https://example.org/}").replace(
            "image.svg", "{file: image.svg, caption: Un tableau}"
        ),
        Achievement,
    )

    assert badge.criteria.url == "https://example.org/"
    assert badge.image.caption == Text({"fr": "Un tableau"})


def test_a_minimal_award_lists_codes_and_an_entry_may_say_more():
    award = value_of(
        "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - id: 2m8qa4xd\n    revoked: 2026-04-01\n"
        "    credits_earned: 2.5\n    evidence:\n      - https://example.org/x\n",
        AwardFile,
    )

    first, second = award.to
    assert award.issued == datetime.date(2026, 3, 14)
    assert (first.id, first.revoked, first.n) == ("7f3k9m2q", None, 1)
    assert second.revoked.date == datetime.date(2026, 4, 1)
    assert second.credits_earned == Decimal("2.5")
    assert second.evidence[0].url == "https://example.org/x"


def test_values_keep_the_text_that_was_typed():
    badge = value_of(
        MINIMAL.replace("Tableur", "NO") + "version: 012\nhuman_code: 1:30\ntag: [on, null-safe]\n",
        Achievement,
    )

    assert badge.name.text("fr") == "NO"
    assert (badge.version, badge.human_code) == ("012", "1:30")
    assert badge.tag == (Text({"fr": "on"}), Text({"fr": "null-safe"}))


def test_a_keyword_may_exist_in_several_languages():
    badge = value_of(MINIMAL + "tag:\n  - SOC\n  - {fr: réseau, nl: netwerk}\n", Achievement)

    assert badge.tag == (Text({"fr": "SOC"}), Text({"fr": "réseau", "nl": "netwerk"}))


def test_one_word_needs_no_list():
    assert value_of("site: https://a.example/\nlanguages: nl-BE\n", Settings).languages == (
        Language("nl-BE"),
    )
    assert value_of(MINIMAL + "tag: réseau\n", Achievement).tag == (Text({"fr": "réseau"}),)


def test_a_field_that_is_left_empty_counts_as_not_given():
    badge = value_of(MINIMAL + "expires:\ntag: ~\n", Achievement)

    assert (badge.expires, badge.tag) == (None, ())


def test_never_is_a_word_and_a_day_is_a_day():
    head = "issued: 2026-03-14\nto: [7f3k9m2q]\n"

    assert value_of(head + "expires: never\n", AwardFile).expires == "never"
    assert value_of(head + "expires: 2030-01-01\n", AwardFile).expires == datetime.date(2030, 1, 1)


def test_somebody_is_a_folder_or_an_organisation():
    head = "issued: 2026-03-14\nto: [7f3k9m2q]\n"

    assert value_of(head + "source: technocite\n", AwardFile).source == "technocite"
    assert value_of(head + "source: {name: ACME}\n", AwardFile).source == Organization(
        name=Text({"fr": "ACME"})
    )


def test_records_know_where_they_and_their_fields_were_read():
    award = value_of("issued: 2026-03-14\nto:\n  - id: 7f3k9m2q\n    expires: never\n", AwardFile)

    assert award.location == Location("f.yaml", 1, 1)
    assert str(award.to[0].location) == "f.yaml:3:5"
    assert str(award.to[0].locations["expires"]) == "f.yaml:4:14"


def test_settings_are_read_with_their_parts():
    settings = value_of(
        "site: https://badges.example.org/x/\nlanguages: [fr, nl]\nspecimen: true\n"
        "privacy: {retention: P5Y, identity: pseudonym}\n"
        "keys:\n  - {issuer: technocite, signer: 'env:K', "
        "public_key_multibase: z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr}\n",
        Settings,
    )

    assert settings.base == "https://badges.example.org/x"
    assert settings.default_language == "fr"
    assert settings.specimen is True
    assert settings.privacy.retention == Duration("P5Y")
    assert settings.keys[0].signer == "env:K"


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        pytest.param(
            MINIMAL + "nmae: x\n", Achievement,
            ("5:1", "field-is-known", 'a badge has no field "nmae"', 'did you mean "name"?'),
            id="misspelt field",
        ),
        pytest.param(
            "name: x\nqqqq: y\n", Organization,
            ("2:1", "field-is-known", 'an organization has no field "qqqq"', "it has: name, url, email"),
            id="unknown field, nothing near",
        ),
        pytest.param(
            "name: x\ndescription: y\ncriteria: z\n", Achievement,
            ("1:1", "field-is-there", 'a badge needs "image"', "add a line image: ..."),
            id="missing field",
        ),
        pytest.param(
            MINIMAL.replace("Tableur", "[a]"), Achievement,
            ("1:7", "field-has-its-kind", "expected a text", "write a text, or one text per language: {fr: ..., nl: ...}"),
            id="list for a text",
        ),
        pytest.param(
            MINIMAL.replace("Tableur", "{}"), Achievement,
            ("1:7", "text-is-not-empty", "the text is empty", "fill it in, or remove the field"),
            id="map without languages",
        ),
        pytest.param(
            MINIMAL.replace("Tableur", "{french: Tableur}"), Achievement,
            ("1:8", "language-is-a-tag", '"french" is not a language tag', "write texts per language as fr: ..., nl: ..., en: ..."),
            id="not a language",
        ),
        pytest.param(
            MINIMAL.replace("Tableur", ""), Achievement,
            ("1:6", "field-has-its-kind", "expected text", "write it on one line, after the colon"),
            id="needed field left empty",
        ),
        pytest.param(
            "issued: 2026-03-14\nto: 7f3k9m2q\n", AwardFile,
            ("2:5", "field-has-its-kind", "expected a list", 'start each item on its own line with "- "'),
            id="no list",
        ),
        pytest.param(
            "issued: 2026-03-14\nto: []\n", AwardFile,
            ("2:5", "field-has-its-kind", "the list is empty", 'add an item on its own line with "- "'),
            id="empty list",
        ),
        pytest.param(
            "issued: 14.03.2026\nto: [7f3k9m2q]\n", AwardFile,
            ("1:9", "date-is-a-day", '"14.03.2026" is not a date', "write year-month-day, like 2026-03-14"),
            id="date",
        ),
        pytest.param(
            "issued: {a: b}\nto: [7f3k9m2q]\n", AwardFile,
            ("1:9", "field-has-its-kind", "expected a date like 2026-03-14", "write it on one line, after the colon"),
            id="map for a date",
        ),
        pytest.param(
            "issued: 2026-03-14\nto: [7f3k9m2q]\nvisibility: publik\n", AwardFile,
            ("3:13", "choice-is-one-of-the-list", '"publik" is not one of the choices', 'did you mean "public"?'),
            id="near a choice",
        ),
        pytest.param(
            "issued: 2026-03-14\nto: [7f3k9m2q]\nvisibility: [x]\n", AwardFile,
            ("3:13", "choice-is-one-of-the-list", '"this" is not one of the choices', "write one of: unlisted, public"),
            id="list for a choice",
        ),
        pytest.param(
            MINIMAL + "achievement_type: Certifcate\n", Achievement,
            ("5:19", "term-is-in-the-vocabulary", '"Certifcate" is not a word of the standard', 'did you mean "Certificate"?'),
            id="near a term",
        ),
        pytest.param(
            MINIMAL + "achievement_type: COMPETENCY\n", Achievement,
            ("5:19", "term-is-in-the-vocabulary", '"COMPETENCY" is not a word of the standard', 'did you mean "Competency"?'),
            id="term in capitals",
        ),
        pytest.param(
            "[a, b]\n", Profile,
            ("1:1", "field-has-its-kind", "expected the fields of an issuer", "write them as name: value, one per line"),
            id="list for a record",
        ),
    ],
)  # fmt: skip
def test_each_mistake_has_its_place_its_sentence_and_its_remedy(text, kind, problem):
    assert problems_of(text, kind) == [problem]


def test_all_mistakes_of_a_file_show_at_once():
    found = problems_of(
        "nam: x\ndescription: ''\ncriteria: c\nimage: ../x.svg\nexpires: 3 ans\n", Achievement
    )

    assert [(place, check) for place, check, *_ in found] == [
        ("1:1", "field-is-known"),
        ("2:14", "text-is-not-empty"),
        ("4:8", "file-name-stays-in-its-folder"),
        ("5:10", "duration-is-iso-8601"),
        ("1:1", "field-is-there"),
    ]


def test_an_empty_file_says_what_it_needs():
    reader = Reader("badges/a/badge.yaml", "fr")

    assert reader.read(None, Achievement) is None
    (problem,) = reader.problems
    assert problem.location == Location("badges/a/badge.yaml")
    assert problem.message == "the file is empty"
    assert problem.fix == "add name, description, criteria, image"


def test_words_of_ones_own_begin_with_ext():
    assert value_of(MINIMAL + "achievement_type: ext:Micro\n", Achievement).achievement_type == (
        "ext:Micro"
    )
    assert problems_of(MINIMAL + "achievement_type: 'ext:a b'\n", Achievement)


def test_the_nearest_word_is_found_or_none_is_offered():
    assert nearest("Nmae", ["name", "image"]) == "name"
    assert nearest("zzz", ["name", "image"]) is None


def test_every_declared_field_says_what_it_is_for():
    records = list(KINDS)
    for kind in records:
        for name, declared in fields_of(kind).items():
            about = declared.metadata["about"]
            assert about.endswith("."), f"{kind.__name__}.{name}"
        assert article(kind).split()[0] in ("a", "an", "obit.yaml")


def test_fields_without_a_declaration_can_not_be_written_in_a_file():
    assert problems_of(MINIMAL + "slug: other\n", Achievement)[0][2] == (
        'a badge has no field "slug"'
    )


VALUES = st.recursive(
    st.sampled_from(["x", "2026-03-14", "fr", "~", "P3Y", "true", "1", "7f3k9m2q", "a.svg", "''"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(
            st.sampled_from(["fr", "id", "name", "date", "reason", "url", "narrative"]),
            inner,
            max_size=3,
        ).map(lambda members: "{" + ", ".join(f"{k}: {v}" for k, v in members.items()) + "}")
    ),
    max_leaves=6,
)


@hypothesis.settings(deadline=None)
@hypothesis.given(st.data(), st.sampled_from(KINDS))
def test_whatever_shape_a_file_has_it_is_read_or_explained(data, kind):
    names = st.sampled_from(sorted(fields_of(kind)))
    members = data.draw(st.dictionaries(names, VALUES, min_size=1, max_size=5))
    text = "".join(f"{name}: {value}\n" for name, value in members.items())

    value, problems = read(text, kind)

    assert (value is None) == bool(problems)
    if value is not None:
        assert dataclasses.is_dataclass(value)
