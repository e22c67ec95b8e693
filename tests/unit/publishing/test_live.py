"""Asking the live site, on this machine's loopback."""

import http.server
import threading

import pytest

from obit_build.errors import FetchError, LedgerError
from obit_build.publishing.live import FIX, live_checkpoint
from obit_build.securing.signed_note import Checkpoint, NoteSignature, write_note

POINT = Checkpoint("badges.example.org/log", 5, "ab" * 32)
NOTE = write_note(POINT.text, [NoteSignature("x", b"abcd", bytes(64))])


@pytest.fixture
def answers():
    """Path → (status, body) of a site on the loopback."""
    return {}


@pytest.fixture
def site(answers):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.get(self.path, (404, b"no"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("end", ["", "/"])
def test_a_site_on_this_computer_is_asked(site, answers, end, tmp_path):
    answers["/log/checkpoint"] = (200, NOTE)

    assert live_checkpoint(site + end, tmp_path) == POINT


def test_a_site_without_a_checkpoint_has_none(site, tmp_path):
    assert live_checkpoint(site, tmp_path) is None


def test_a_site_in_a_folder_is_read(tmp_path):
    (tmp_path / "build/log").mkdir(parents=True)
    (tmp_path / "build/log/checkpoint").write_bytes(NOTE)

    assert live_checkpoint("build", tmp_path) == POINT
    assert live_checkpoint("elsewhere", tmp_path) is None


def test_nobody_is_asked_if_nobody_should_be(tmp_path, no_io):
    with no_io():
        assert live_checkpoint("none", tmp_path) is None


def test_a_site_with_an_error_is_not_a_site_without_a_checkpoint(site, answers, tmp_path):
    answers["/log/checkpoint"] = (500, b"")

    with pytest.raises(FetchError) as caught:
        live_checkpoint(site, tmp_path)
    assert caught.value.message == (
        f"the live site was not asked: {site.removeprefix('http://')} answers with the error 500"
    )
    assert caught.value.fix == FIX


@pytest.mark.parametrize("body", [b"", b"<!doctype html>"])
def test_a_site_that_answers_something_else_is_refused(site, answers, body, tmp_path):
    answers["/log/checkpoint"] = (200, body)

    with pytest.raises(LedgerError) as caught:
        live_checkpoint(site, tmp_path)
    assert caught.value.message == "this is not a signed checkpoint"


def test_a_site_that_sends_too_much_is_refused(site, answers, tmp_path):
    answers["/log/checkpoint"] = (200, NOTE * 400)

    with pytest.raises(FetchError) as caught:
        live_checkpoint(site, tmp_path)
    host = site.removeprefix("http://")
    assert caught.value.message == f"the live site was not asked: {host} sends more than 64 KiB"


@pytest.mark.parametrize(
    "where",
    [
        "http://badges.example.org",
        "https://127.0.0.1",
        "ftp://badges.example.org",
        "http://[::1",
        "http://127.0.0.1:999999",
        "http://somebody@127.0.0.1",
    ],
)
def test_other_sites_are_asked_over_https_and_by_name_only(where, tmp_path):
    with pytest.raises(FetchError) as caught:
        live_checkpoint(where, tmp_path)
    assert caught.value.message == (
        f'the live site was not asked: "{where}/log/checkpoint" is not a public https address'
    )
