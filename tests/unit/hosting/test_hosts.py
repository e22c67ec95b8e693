"""How the hosts that obit serve imitates answer."""

import pytest

from obit_build.hosting.hosts import HOSTS, LOCAL, Reply, headers_of, read_rules, reply
from obit_build.hosting.media_types import accepted_types, type_of

FILES = {
    "404.html", "_headers", ".well-known/security.txt", ".secret", "a.html", "awards/x/badge.png",
    "awards/x/credential.json", "awards/x/index.html", "empty/x.txt", "index.html", "log/checkpoint",
}  # fmt: skip
GITHUB, GITLAB, NETLIFY = (HOSTS[x] for x in ("github-pages", "gitlab-pages", "netlify"))
EVERY = (LOCAL, GITHUB, GITLAB, NETLIFY)
GONE = Reply(404, "404.html")


def look(path):
    if path in FILES:
        return "file"
    return "folder" if any(f.startswith(f"{path}/" if path else "") for f in FILES) else "nothing"


@pytest.mark.parametrize("host", EVERY, ids=lambda host: host.name or "obit")
def test_every_host_shows_folders_by_their_index_and_files_as_they_are(host):
    assert reply(host, "/", look) == Reply(200, "index.html")
    assert reply(host, "/awards/x/", look) == Reply(200, "awards/x/index.html")
    assert reply(host, "/awards/x/badge.png", look) == Reply(200, "awards/x/badge.png")
    assert reply(host, "/.well-known/security.txt", look).status == 200


@pytest.mark.parametrize("host", EVERY, ids=lambda host: host.name or "obit")
@pytest.mark.parametrize(
    "path",
    ["/nothing", "/awards/x/badge.png/", "/empty/", "/../a.html", "/a\\b", "/a\0", "/./a.html"],
)
def test_every_host_says_404_for_what_is_not_there(host, path):
    assert reply(host, path, look) == GONE


def test_a_missing_last_slash_is_a_redirect_of_the_hosts_own_kind():
    assert reply(GITHUB, "/awards/x", look) == Reply(301, location="/awards/x/")
    assert reply(GITLAB, "/awards/x", look) == Reply(302, location="/awards/x/")


def test_pages_are_found_without_their_ending_where_the_host_does_so():
    assert reply(LOCAL, "/a", look) == GONE
    assert {reply(host, "/a", look) for host in EVERY[1:]} == {Reply(200, "a.html")}


def test_hidden_files_and_the_hosts_own_are_kept_back_where_the_host_does_so():
    assert reply(GITHUB, "/.secret", look).status == 200
    assert reply(NETLIFY, "/.secret", look) == GONE
    assert reply(GITHUB, "/_headers", look).status == 200
    assert reply(NETLIFY, "/_headers", look) == GONE


def test_types_are_those_of_the_host():
    assert {host.type_of("x/did.json").partition(";")[0] for host in EVERY} == {"application/json"}
    assert {host.type_of("x/badge.svg") for host in EVERY} == {"image/svg+xml"}
    assert LOCAL.type_of("credential.jwt") == "application/vc+jwt"
    assert GITHUB.type_of("credential.jwt") == "application/octet-stream"
    assert GITLAB.type_of("log/checkpoint") == "text/plain; charset=utf-8"
    assert GITHUB.type_of("log/checkpoint") == "application/octet-stream"


@pytest.mark.parametrize("host", EVERY, ids=lambda host: host.name or "obit")
def test_what_every_host_sends_is_understood(host):
    for name in ("did.json", "badge.png", "badge.svg", "index.html", "x.css", "x.js", "x.jwt"):
        sent = host.type_of(name).partition(";")[0].lower()
        assert sent in accepted_types(name) or sent == "text/plain"


def test_only_a_host_that_reads_them_sends_the_headers_it_was_told():
    rules = read_rules(
        "# every file\n/*\n  Access-Control-Allow-Origin: *\n"
        "/awards/:id/badge.png\n  X-Robots-Tag: noindex\n  Vary: a\n/awards/*\n  Vary: b\n"
    )

    told = headers_of(NETLIFY, "awards/x/badge.png", "/awards/x/badge.png", rules)
    other = headers_of(NETLIFY, "a.html", "/a.html", rules)
    deaf = headers_of(LOCAL, "a.html", "/a.html", rules)

    assert told == {
        "Content-Type": "image/png",
        "Cache-Control": "public,max-age=0,must-revalidate",
        "Access-Control-Allow-Origin": "*",
        "X-Robots-Tag": "noindex",
        "Vary": "a, b",
    }
    assert "Vary" not in other
    assert "Access-Control-Allow-Origin" not in deaf


def test_a_headers_file_that_is_not_one_tells_nothing():
    assert read_rules("no address\n  Header: x\n\n") == ()


def test_a_file_is_typed_by_the_end_of_its_name_and_a_folder_is_a_page():
    assert type_of("awards/x/") == "text/html; charset=utf-8"
    assert type_of("log/checkpoint") == "application/octet-stream"
    assert type_of("a.b/IMAGE.PNG") == "image/png"
    assert accepted_types("log/checkpoint") == ()
