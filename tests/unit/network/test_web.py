"""The one exception to "public hosts over https": a server on this computer that was named."""

import http.server
import threading
from urllib.parse import urlsplit

import pytest

from obit_build.errors import FetchError
from obit_build.network.web import Web


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        moved = self.path == "/moved"
        self.send_response(301 if moved else 200 if self.path == "/there" else 404)
        self.send_header("Content-Type", "text/plain; charset=UTF-8")
        if moved:
            self.send_header("Location", "/there")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


@pytest.fixture
def own():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_server_on_this_computer_that_was_named_is_asked_in_plain_http(own):
    name = f"127.0.0.1:{own.server_port}"
    web = Web(own=name, headers={"Origin": "https://x.example"})

    there, gone = web.get(f"http://{name}/there"), web.get(f"http://{name}/gone")

    assert (there.status, there.body, there.charset) == (200, b"hello", "utf-8")
    assert there.media_type == "text/plain"
    assert (gone.status, gone.body, gone.is_missing) == (404, b"", True)
    assert own.asked[0][1]["Origin"] == "https://x.example"


def test_a_redirect_is_reported_and_not_followed(own):
    name = f"localhost:{own.server_port}"

    moved = Web(own=name).get(f"http://{name}/moved")

    assert (moved.status, moved.is_redirect, moved.header("location")) == (301, True, "/there")
    assert [path for path, _ in own.asked] == ["/moved"]


@pytest.mark.parametrize("own_name", ["", "127.0.0.1:1", "badges.example:80"])
def test_nothing_else_on_this_computer_or_in_plain_http_is_asked(own, own_name):
    web = Web(own=own_name)

    for url in (
        f"http://127.0.0.1:{own.server_port}/there",
        f"https://127.0.0.1:{own.server_port}/there",
        f"http://127.0.0.1:{own.server_port}@{own_name}/there",
    ):
        with pytest.raises(FetchError, match=r"is not a public https address$"):
            web.get(url)
    assert own.asked == []


def test_a_name_that_was_taken_for_this_computer_but_leads_elsewhere_is_not_asked():
    web = Web(own="localhost:80", resolve=lambda _host, _port: ["93.184.215.14"])

    with pytest.raises(FetchError, match=r"^localhost does not lead to this computer"):
        web.get("http://localhost:80/")


def test_a_mistake_of_ours_while_asking_is_not_hidden_behind_another_one():
    def mistaken(_line):
        raise LookupError("ours")

    with pytest.raises(LookupError, match=r"^ours$"):
        Web().within(urlsplit("https://badges.example/"), mistaken)
