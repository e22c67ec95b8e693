import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from builders import a_site, site_inputs
from centre import NOON, CountingSigner, a_centre, an_award, issue, signers_of
from composed import a_full_award, credential
from endorsed import FILE, an_endorsement
from jsonschema import Draft202012Validator
from site_documents import kind_of

from obit_build.credentials.achievements import achievement_document
from obit_build.errors import CredentialError
from obit_build.issuing import schemas, status_lists
from obit_build.issuing.drafts import Draft
from obit_build.ledger.folder import FolderStore
from obit_build.model.achievement import ACHIEVEMENT_TYPES, RESULT_TYPES, TARGET_TYPES
from obit_build.model.award import RESULT_STATUSES
from obit_build.model.profile import IDENTIFIER_TYPES

GOLDEN = Path(__file__).parents[2] / "golden" / "site"
SCHEMAS = {name: json.loads(data) for name, data in schemas.SCHEMAS.items()}


def refusal(kind, document, check=schemas.check):
    with pytest.raises(CredentialError) as caught:
        check(kind, document)
    return caught.value.message


def a_document() -> Any:
    return credential(a_full_award())


def a_list() -> Any:
    return status_lists.status_list_credential(
        url="https://badges.example.org/status/citc/1.json",
        issuer="did:web:badges.example.org:issuers:citc",
        purpose="revocation",
        encoded="uH4sIAAAAAAACA-3BIQEAAAACIP1_2hkWoAEA",
        at="2026-11-21T12:00:00Z",
        until=None,
    )


# The schemas themselves


def test_every_kind_has_its_schema_and_every_schema_is_a_kind_or_shared():
    assert set(SCHEMAS) == {f"{kind}.schema.json" for kind in get_args(schemas.Kind)} | {
        "common.schema.json"
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema_and_named_as_its_file(name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == name
    assert SCHEMAS[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert SCHEMAS[name]["title"]


def parts(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            yield from parts(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_says_which_members_it_may_have(name):
    objects = [part for part in parts(SCHEMAS[name]) if part.get("type") == "object"]

    assert [part for part in objects if "additionalProperties" not in part] == []
    for part in objects:
        assert set(part.get("required", ())) <= set(part.get("properties", ()))


def reference(path: str) -> Any:
    name, _, pointer = path.partition("#/")
    found: Any = SCHEMAS[f"{name}.schema.json"]
    for step in pointer.split("/"):
        found = found[int(step) if step.isdigit() else step]
    return found


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("achievement#/$defs/Achievement/properties/achievementType/anyOf/0/enum", ACHIEVEMENT_TYPES),
        ("achievement#/$defs/alignments/items/properties/targetType/anyOf/0/enum", TARGET_TYPES),
        ("achievement#/$defs/ResultDescription/properties/resultType/anyOf/0/enum", RESULT_TYPES),
        ("common#/$defs/identifierType/anyOf/0/enum", IDENTIFIER_TYPES),
        ("open-badge-credential#/$defs/Result/properties/status/enum", get_args(RESULT_STATUSES)),
    ],
)  # fmt: skip
def test_vocabularies_are_those_of_the_model(place, words):
    assert reference(place) == list(words)


def test_the_stand_alone_documents_have_the_members_of_the_embedded_ones():
    for kind, inner in (
        ("achievement", "achievement#/$defs/Achievement"),
        ("profile", "common#/$defs/Issuer"),
    ):
        outer = SCHEMAS[f"{kind}.schema.json"]
        assert set(outer["properties"]) == {"@context", *reference(inner)["properties"]}
        assert set(outer["required"]) == {"@context", *reference(inner)["required"]}


def test_the_schemas_are_published_as_they_are():
    files = a_site()

    published = {p.removeprefix("schemas/"): files[p] for p in files if p.startswith("schemas/")}
    assert published == schemas.SCHEMAS


# What obit writes fits


DOCUMENTS = sorted(
    path.relative_to(GOLDEN).as_posix()
    for path in GOLDEN.rglob("*.json")
    if path.parent != GOLDEN / "schemas" and path != GOLDEN / "digests.json"
)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_of_the_golden_site_fits_its_schema(path):
    schemas.check(kind_of(path), json.loads((GOLDEN / path).read_bytes()))


def test_a_credential_with_everything_in_it_fits_before_it_is_signed():
    schemas.check_unsigned("open-badge-credential", a_document())


def test_a_status_list_fits_before_it_is_signed():
    schemas.check_unsigned("status-list-credential", a_list())


# What does not fit


def test_a_credential_without_a_proof_is_none():
    assert refusal("open-badge-credential", a_document()) == (
        'the document (open badge credential) is not what obit publishes: "proof" is missing at /'
    )


def at(document: Any, pointer: str) -> tuple[Any, Any]:
    """Return the container and the last step of a JSON pointer."""
    *path, last = [int(x) if x.isdigit() else x for x in pointer.split("/")[1:]]
    for step in path:
        document = document[step]
    return document, last


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        ("/foo", "x", '"foo" does not belong there at /'),
        ("/issuer/foo", "x", '"foo" does not belong there at /issuer'),
        ("/id", "https://x.example/1", "not written as it has to be at /id"),
        ("/name", "", '"minLength" does not hold at /name'),
        ("/name", {"@value": "x"}, "not of the type string at /name"),
        ("/awardedDate", "2026-13-14T00:00:00Z", "not a correct date-time at /awardedDate"),
        ("/awardedDate", "2026-03-14T00:00:00+01:00", "not written as it has to be at /awardedDate"),
        ("/issuer/url", "https://x.example/a b", "not a correct uri at /issuer/url"),
        ("/issuer/email", "nobody", "not a correct email at /issuer/email"),
        ("/issuer/id", "did:web:x\n", "not written as it has to be at /issuer/id"),
        ("/issuer/id", "https://x.example", "not written as it has to be at /issuer/id"),
        ("/credentialStatus/statusListIndex", 5, "not of the type string at /credentialStatus/statusListIndex"),
        ("/credentialSubject/identifier/0/identityHash", "sha256$AB", "not written as it has to be at /credentialSubject/identifier/0/identityHash"),
        ("/credentialSubject/identifier/0/hashed", False, '"const" does not hold at /credentialSubject/identifier/0/hashed'),
        ("/credentialSubject/achievement/achievementType", "Certifcate", "not written as it has to be at /credentialSubject/achievement/achievementType"),
        ("/credentialSubject/achievement/tag", [], '"minItems" does not hold at /credentialSubject/achievement/tag'),
        ("/credentialSubject/achievement/image", "https://x.example/i.png", "not of the type object at /credentialSubject/achievement/image"),
        ("/credentialSubject/achievement/type", "Achievement", '"const" does not hold at /credentialSubject/achievement/type'),
        ("/termsOfUse", [{"type": "urn:x-obit:fine"}], '"enum" does not hold at /termsOfUse/0/type'),
        ("/evidence/0", {"type": ["Evidence"]}, '"minProperties" does not hold at /evidence/0'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(pointer, value, said):
    document = copy.deepcopy(a_document())
    container, last = at(document, pointer)
    container[last] = value

    told = refusal("open-badge-credential", document, schemas.check_unsigned)

    assert told == f"the document (open badge credential) is not what obit publishes: {said}"


@pytest.mark.parametrize(
    "pointer",
    ["/name", "/issuer", "/credentialStatus", "/awardedDate", "/credentialSubject/achievement",
     "/credentialSubject/identifier/0/salt", "/credentialSubject/achievement/criteria/narrative",
     "/issuer/type", "/image/type"],
)  # fmt: skip
def test_what_is_missing_is_told_with_its_place(pointer):
    document = copy.deepcopy(a_document())
    container, last = at(document, pointer)
    del container[last]

    told = refusal("open-badge-credential", document, schemas.check_unsigned)

    where = pointer.rpartition("/")[0] or "/"
    assert told.endswith(f'"{last}" is missing at {where}')


def test_a_holder_has_one_identity_and_not_two():
    document = a_document()
    document["credentialSubject"]["id"] = "urn:uuid:5f2f0a0e-0000-4000-8000-000000000001"

    told = refusal("open-badge-credential", document, schemas.check_unsigned)

    assert told.endswith('"oneOf" does not hold at /credentialSubject')


def test_a_refusal_never_quotes_a_value():
    document = a_document()
    document["credentialSubject"]["identifier"][0]["identityHash"] = "amelie@prive.example"
    document["issuer"]["email"] = "amelie at prive.example"

    assert "prive.example" not in refusal("open-badge-credential", document, schemas.check_unsigned)


@pytest.mark.parametrize("pointer", ["/alignment/0/targetUrl", "/criteria/narrative"])
def test_an_achievement_that_was_seen_before_is_looked_at_again_once_it_changed(pointer):
    document = a_document()
    schemas.check_unsigned("open-badge-credential", document)
    node = document["credentialSubject"]["achievement"]
    node.setdefault(
        "alignment", [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://x.example/"}]
    )
    schemas.check_unsigned("open-badge-credential", document)
    container, last = at(node, pointer)
    container[last] = 5

    refusal("open-badge-credential", document, schemas.check_unsigned)


def test_an_achievement_document_of_the_wrong_kind_is_refused():
    repository = a_centre()
    document = achievement_document(repository, repository.achievements["pare-feu"], "fr")

    schemas.check("achievement", document)
    assert refusal("profile", document).startswith("the document (profile) is not what")


# The gate


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


def test_no_key_signs_a_credential_that_does_not_fit(store, monkeypatch):
    signers: dict[str, CountingSigner] = signers_of()
    real = Draft.document
    monkeypatch.setattr(Draft, "document", lambda draft: {**real(draft), "surprise": 1})

    with pytest.raises(CredentialError) as caught:
        issue(a_centre([an_award()]), store, signers)

    assert '"surprise" does not belong there at /' in caught.value.message
    assert sum(signer.calls for signer in signers.values()) == 0
    assert store.replay().ledger().awards == {}


def test_no_key_signs_a_list_that_does_not_fit(store, monkeypatch):
    signers: dict[str, CountingSigner] = signers_of()
    real = status_lists.status_list_credential
    monkeypatch.setattr(
        status_lists, "status_list_credential", lambda **k: {**real(**k), "validFrom": "yesterday"}
    )

    with pytest.raises(CredentialError) as caught:
        issue(a_centre([an_award()]), store, signers)

    assert "date-time at /validFrom" in caught.value.message
    assert sum(signer.calls for signer in signers.values()) == 1  # the credential itself


def test_a_site_whose_description_of_a_badge_does_not_fit_is_not_made(monkeypatch):
    repository = a_centre([an_award()], endorsements=(an_endorsement(FILE),))
    inputs = site_inputs(repository, at=NOON)
    monkeypatch.setattr(
        "obit_build.website.site_files.profile_document",
        lambda *_: {"id": "did:web:x", "type": "Profile"},
    )

    with pytest.raises(CredentialError, match=r"the document \(profile\) is not what"):
        list(issuing_site(inputs))


def issuing_site(inputs):
    from obit_build.website.site import plan_site

    return plan_site(inputs)


ANSWER = {
    "version": "1.0",
    "type": "rich",
    "title": "Pare-feu",
    "provider_name": "Centre",
    "provider_url": "https://badges.example.org/",
    "html": '<iframe src="https://badges.example.org/awards/a/embed.html"></iframe>',
    "width": 480,
    "height": 220,
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, '"minLength" does not hold at /title'),
        ({"title": 7}, "not of the type string at /title"),
        ({"html": "<script></script>"}, "not written as it has to be at /html"),
        ({"html": "<iframe ></iframe>\n"}, "not written as it has to be at /html"),
        ({"provider_url": "badges"}, "not a correct uri at /provider_url"),
        ({"version": "1.1"}, '"const" does not hold at /version'),
        ({"width": 0}, '"minimum" does not hold at /width'),
        ({"width": 480.5}, "not of the type integer at /width"),
        ({"more": "x"}, '"more" does not belong there at /'),
    ],
)
def test_a_document_that_fits_lends_its_good_name_to_none_that_does_not(change, said):
    for title in ("Pare-feu", "Réseau"):
        schemas.check("oembed", {**ANSWER, "title": title})

    with pytest.raises(CredentialError) as caught:
        schemas.check("oembed", {**ANSWER, **change})

    assert caught.value.message == f"the document (oembed) is not what obit publishes: {said}"


def test_two_texts_that_have_to_differ_are_told_apart_from_two_that_do():
    first, second = "https://a.example/1", "https://a.example/2"
    looks = schemas._looks("catalog", {"a": [first, second]})

    assert looks == schemas._looks("catalog", {"a": [second, first]})
    assert looks != schemas._looks("catalog", {"a": [first, first]})
