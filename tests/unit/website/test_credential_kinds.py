"""Of credentials of a kind only what is each one's own is read, and the rest is the same document."""

import json

import pytest
from builders import a_credential
from centre import a_badge, a_centre, an_award, text

from obit_build.model.achievement import ResultDescription
from obit_build.model.award import Evidence, Result
from obit_build.model.words import Slug, Term, Text, Url
from obit_build.website import credential_kinds
from obit_build.website.credential_kinds import NARRATIVE, CredentialKinds

BADGE = a_badge(
    result_description=(
        ResultDescription(id=Slug("note"), name=text("Note"), result_type=Term("Percent")),
    )
)


def a_text(award_id: str = "a1", said: str = "A réussi.", values=("82",), **fields) -> bytes:
    results = tuple(Result(result_description=Slug("note"), value=value) for value in values)
    award = an_award(narrative=text(said), results=results, **fields)
    return a_credential(a_centre([award], achievements={"pare-feu": BADGE}), award, award_id)


def reading(*credentials: bytes) -> CredentialKinds:
    kinds = CredentialKinds()
    for data in credentials:
        kinds.own(data)
    return kinds


def test_the_third_of_a_kind_says_what_is_its_own():
    kinds = reading(a_text("a1"), a_text("a2", "À revoir."))

    own = kinds.own(a_text("a3", 'Dit "oui" \\ <b>', ("12,5", "7")))
    other = kinds.own(a_text("a4", 'Dit "oui" \\ <b>', ("12,5",)))

    assert own is None  # two results are another kind
    assert other is not None
    assert (other.narrative, other.values) == ('Dit "oui" \\ <b>', ["12,5"])


def test_the_document_of_a_kind_says_of_all_what_they_have_in_common():
    texts = [a_text("a1"), a_text("a2", "À revoir."), a_text("a3")]
    own = reading(*texts[:2]).own(texts[2])
    assert own is not None

    alike, read = own.kind.document, json.loads(texts[2])

    assert alike["credentialSubject"]["narrative"] == NARRATIVE
    assert alike["credentialSubject"]["result"][0]["value"] == "obitslotforresult0x"
    for name in ("issuer", "validFrom", "name", "image"):
        assert alike[name] == read[name]
    for part in ("achievement", "type"):
        assert alike["credentialSubject"][part] == read["credentialSubject"][part]


def test_nothing_of_an_award_is_left_in_the_document_of_its_kind():
    texts = [a_text(f"award{number}", f"Secret {number}.") for number in range(3)]
    own = reading(*texts[:2]).own(texts[2])
    assert own is not None

    left = json.dumps(own.kind.document)

    for data in texts:
        subject = json.loads(data)["credentialSubject"]
        assert subject["narrative"] not in left
    assert not any(f"award{number}" in left for number in range(3))


@pytest.mark.parametrize(
    "data",
    [
        a_text(said="A réussi.", evidence=(Evidence(url=Url("https://example.org/1")),)),
        a_text(language="nl"),
        a_text().replace(b"Note", b"Nota"),
        a_text().replace(b'"id": "did:web:', b'"id": "did:wob:'),
        json.dumps(json.loads(a_text())).encode(),
        b"",
        b"[1]",
    ],
    ids=["evidence", "language", "badge", "issuer", "another layout", "nothing", "no object"],
)
def test_a_credential_that_says_something_else_is_of_no_kind_that_is_known(data: bytes):
    kinds = reading(a_text("a1"), a_text("a2"))

    assert kinds.own(data) is None
    assert kinds.own(a_text("a3")) is not None


@pytest.mark.parametrize("values", [("",), ("82", "")])
def test_a_result_without_a_value_is_read_in_full(values):
    data = a_text(values=["0" for _ in values])
    empty = data.replace(b'"value": "0"', b'"value": ""')

    assert reading(data, data).own(empty) is None


@pytest.mark.parametrize("broken", [b"\xff", b"\\q", b"\n"])
def test_what_is_no_json_is_refused_wherever_it_stands(broken: bytes):
    kinds = reading(a_text("a1"), a_text("a2"))

    for place in (b"A r", b"abab"):  # what the person did, and the salt
        with pytest.raises(ValueError, match=r".+"):
            kinds.own(a_text("a3").replace(place, place + broken, 1))


def test_no_more_kinds_are_remembered_than_fit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(credential_kinds, "MAX_KINDS", 2)
    texts = [
        a_text(evidence=(Evidence(url=Url(f"https://example.org/{n}"), name=Text({"fr": "x"})),))
        for n in range(5)
    ]

    kinds = reading(*(data for data in texts for _ in range(3)))

    assert len(kinds._kinds) <= 2
    assert len(kinds._met) <= 3
