"""Whatever the audited host answers, the audit ends with findings: the host may be anybody's."""

import json

import pytest
from altered import REPLACEMENTS, places, with_value
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from live_sites import published

from obit_build import addresses
from obit_build.auditing.audit import STEPS
from obit_build.auditing.report import to_json, to_text
from obit_build.auditing.subject import Known
from obit_build.network.http_answers import OK, REDIRECTS, Answer

DID = "issuers/citc/did.json"
LIST = "status/citc/1.json"
CATALOG = "catalog.json"
DOCUMENTS = (CATALOG, DID, LIST, addresses.PROVENANCE)
ODD_ADDRESSES = (
    "//[", "https://[::1", "https://x:999999/", "https://x:y/", "//", "///", "https:", "\\\\x\\y", "?", "#", "",
    "https://ａ℀.example/", "javascript:alert(1)", "/\x00", "../../..", "https://badges.example/", "ftp://[",
)  # fmt: skip
"""Texts at which readers of addresses stumble."""
LINKS = st.sampled_from(ODD_ADDRESSES) | st.text(max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | LINKS
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("awards", "badges", "credential", "id", "issuers", "site", "slug"))
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
CHEAP = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The files of a site, and a way to audit it while some paths are answered otherwise."""
    centre = published(tmp_path_factory.mktemp("site"))
    knowledge = (centre.known(), Known())  # its keeper's, and a stranger's

    def probe(answers):
        centre.change = lambda path, answer: answers.get(path.removeprefix("/"), answer)
        for known in knowledge:
            report = centre.audit(known, sample=2)
            assert [step.name for step in report.steps] == ["site", *STEPS]
            text = to_text(report)
            assert all(c.isprintable() for line in text.split("\n") for c in line), text
            json.loads(to_json(report))

    return centre.files, probe


def page(body, kind="text/html"):
    return Answer(status=OK, headers={"content-type": kind}, body=body)


def document(value):
    return page(json.dumps(value).encode(), "application/json")


def everywhere(files, answer):
    """Answer everything so but the catalogue, without which nothing else is asked."""
    folders = [path.removesuffix("index.html") for path in files]
    return {path: answer for path in (*files, *folders, "awards/x/") if path != CATALOG}


@CHEAP
@given(path=st.sampled_from(DOCUMENTS), value=JSON)
def test_any_json_in_place_of_a_document(site, path, value):
    _, probe = site

    probe({path: document(value)})


@CHEAP
@given(member=st.sampled_from(("site", "awards", "badges", "issuers")), value=JSON)
@example(member="awards", value=1)
@example(member="site", value="https://x:999999")
def test_any_value_of_a_member_of_the_catalogue(site, member, value):
    files, probe = site

    probe({CATALOG: document({**json.loads(files[CATALOG]), member: value})})


@CHEAP
@given(data=st.data(), path=st.sampled_from(DOCUMENTS))
def test_a_document_that_was_altered_in_one_place(site, data, path):
    files, probe = site
    original = json.loads(files[path])
    place = data.draw(st.sampled_from([place for place in places(original) if place]))
    value = data.draw(st.sampled_from([*REPLACEMENTS, *ODD_ADDRESSES]))

    probe({path: document(with_value(original, place, value))})


@CHEAP
@given(status=st.sampled_from(REDIRECTS), location=LINKS)
@example(status=301, location="//[")
def test_any_redirect_of_everything(site, status, location):
    files, probe = site

    probe(everywhere(files, Answer(status=status, headers={"location": location})))


@CHEAP
@given(link=LINKS, body=st.binary(max_size=60))
@example(link="//[", body=b"")
def test_any_page_in_place_of_everything(site, link, body):
    files, probe = site
    tags = f'<link rel="stylesheet" href="{link}.css"><script src="{link}.js"></script>'

    probe(everywhere(files, page(tags.encode("utf-8", "replace") + body)))


@CHEAP
@given(
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(("content-type", "access-control-allow-origin", "location")),
        st.text(max_size=30),
    ),
    status=st.sampled_from((OK, 201, 204, 301, 404, 410, 500, 999)),
)
def test_any_bytes_and_headers_in_place_of_everything(site, body, headers, status):
    files, probe = site

    probe(everywhere(files, Answer(status=status, headers=headers, body=body)))
