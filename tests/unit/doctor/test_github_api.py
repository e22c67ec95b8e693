"""What is asked of GitHub's interface, against a server on this computer that plays it."""

import http.server
import json
import threading

import pytest

from obit_build.doctor.facts import ForgeAnswers
from obit_build.doctor.github_api import MAX_BYTES, GitHub, github_of

TOKEN = "ghs_" + "x" * 36
REPO = "/repos/centre/badges"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        status = answer if isinstance(answer, int) else 404 if answer is None else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def api():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.asked, server.answers = [], {REPO: {"default_branch": "trunk", "private": False}}
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_environments_branches_and_pages_are_asked_with_the_token(api):
    api.answers[f"{REPO}/environments/obit%2Fsigning"] = {"protection_rules": []}
    api.answers[f"{REPO}/rules/branches/trunk"] = [{"type": "pull_request"}, "odd"]
    api.answers[f"{REPO}/pages"] = {"https_enforced": True}

    found = GitHub("centre/badges", TOKEN, api.url).answers(["obit/signing", "gone"], ["ledger"])

    assert found == ForgeAnswers(
        name="centre/badges",
        repository={"default_branch": "trunk", "private": False},
        environments={"gone": None, "obit/signing": {"protection_rules": []}},
        rules={"ledger": None, "trunk": [{"type": "pull_request"}]},
        pages={"https_enforced": True},
    )
    assert {headers["Authorization"] for _, headers in api.asked} == {f"Bearer {TOKEN}"}
    assert [path for path, _ in api.asked] == [
        REPO,
        f"{REPO}/environments/gone",
        f"{REPO}/environments/obit%2Fsigning",
        f"{REPO}/rules/branches/ledger",
        f"{REPO}/rules/branches/trunk",
        f"{REPO}/pages",
    ]


def test_an_environment_that_github_does_not_tell_of_is_left_out(api):
    api.answers[f"{REPO}/environments/closed"] = 403
    api.answers[f"{REPO}/environments/odd"] = b"<html>"

    found = GitHub("centre/badges", TOKEN, api.url).answers(["closed", "gone", "odd"], [])

    assert (found.environments, found.trouble) == ({"gone": None}, "")


def test_a_server_that_stops_answering_on_the_way_is_told(api):
    api.answers[f"{REPO}/rules/branches/trunk"] = b" " * (MAX_BYTES + 1)

    found = GitHub("centre/badges", TOKEN, api.url).answers([], [])

    assert found == ForgeAnswers(
        name="centre/badges", trouble=f"{api.url.removeprefix('http://')} sends more than 976 KiB"
    )


def test_answers_that_are_not_what_they_should_be_count_as_none(api):
    api.answers[f"{REPO}/pages"] = b"<html>"
    api.answers[f"{REPO}/rules/branches/trunk"] = {"message": "no"}

    found = GitHub("centre/badges", TOKEN, api.url).answers([], [])

    assert (found.pages, found.rules, found.trouble) == (None, {"trunk": None}, "")


def test_a_repository_that_the_token_does_not_see_is_told(api):
    found = GitHub("centre/other", TOKEN, api.url).answers([], [])

    assert found.trouble == "GitHub does not show centre/other to this token"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1", "127.0.0.1:1 can't be reached (ConnectionRefusedError)"),
        (
            "http://api.github.com",
            '"http://api.github.com/repos/centre/badges" is not a public https address',
        ),
        (
            "http://[::1",
            '"http://[::1/repos/centre/badges" is not a public https address',
        ),
        (
            "https://10.0.0.1",
            '"https://10.0.0.1/repos/centre/badges" is not a public https address',
        ),
    ],
)
def test_a_token_is_sent_to_no_host_that_could_be_read_on_the_way(url, words):
    found = GitHub("centre/badges", TOKEN, url).answers([], [])

    assert found.trouble == words


def test_the_token_shows_nowhere(api):
    github = GitHub("centre/badges", TOKEN, api.url)

    assert TOKEN not in repr(github)
    assert TOKEN not in repr(github.answers([], []))


@pytest.mark.parametrize(
    ("environment", "name", "expected"),
    [
        ({"GITHUB_TOKEN": TOKEN}, "centre/badges", "centre/badges"),
        ({"GH_TOKEN": TOKEN, "GITHUB_REPOSITORY": "a/b"}, "centre/badges", "a/b"),
        ({"GITHUB_TOKEN": TOKEN}, "", None),
        ({"GITHUB_TOKEN": "a\nHost: evil"}, "centre/badges", None),
        ({}, "centre/badges", None),
    ],
)
def test_github_is_asked_only_with_a_name_and_a_token(environment, name, expected):
    found = github_of(environment, name)

    assert (found.name if found else None) == expected
