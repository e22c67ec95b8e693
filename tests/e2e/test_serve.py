"""The local preview: serves, rebuilds when a file changes, shows mistakes instead of stopping."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sample import AT
from warm import INSTALLED

from obit_build.hosting.serve import changes


class Preview:
    """A running ``obit serve``."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str, host: str = "") -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(line):
            line.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}"})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()

    @contextmanager
    def news(self) -> Iterator[Iterator[dict]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(line):
            line.request("GET", "/_obit/events")
            with line.getresponse() as answer:
                yield (json.loads(text[6:]) for text in answer if text.startswith(b"data: "))


@pytest.fixture
def preview(small):
    process = subprocess.Popen(
        [str(INSTALLED), "-C", str(small), "serve", "--port", "0", "--at", AT],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    said = ""
    for line in process.stderr:
        said += line
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found:
            break
    else:
        pytest.fail(said)
    yield Preview(process, int(found.group(1)))
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert rest.endswith("stopped\n")


def test_what_is_saved_before_anybody_waits_for_it_is_not_missed(tmp_path):
    bursts, seen = changes(tmp_path), []

    (tmp_path / "obit.yaml").write_text("site: https://badges.example.org/\n")
    waiting = threading.Thread(target=lambda: seen.append(next(bursts)), daemon=True)
    waiting.start()
    waiting.join(60)

    assert len(seen) == 1


def test_pages_are_served_with_their_types_and_the_reload_script(preview):
    home, types, page = preview.get("/")
    moved, where, _ = preview.get("/badges/tableur-1")
    lost, _, not_found = preview.get("/nothing/here/")
    outside, _, _ = preview.get("/..%2f..%2fobit.yaml")
    rebound, _, _ = preview.get("/", host="evil.example")

    assert home == 200
    assert types["Content-Type"] == "text/html; charset=utf-8"
    assert '<script src="/_obit/preview.js" defer></script>' in page
    assert (moved, where["Location"]) == (301, "/badges/tableur-1/")
    assert lost == 404
    assert "<html" in not_found
    assert outside == 404
    assert rebound == 421, "another site's name is not ours"


def test_a_change_is_rebuilt_and_a_mistake_is_shown_over_the_page(preview, small):
    badge = small / "badges/tableur-1/badge.yaml"
    good = badge.read_text()

    with preview.news() as news:
        first = next(news)
        badge.write_text(good.replace("criteria", "critera"))
        wrong = next(n for n in news if n["build"] != first["build"])
        badge.write_text(good.replace("Tableur 1", "Tableur premier"))
        mended = next(n for n in news if n["build"] != wrong["build"])

    assert first["findings"] == ""
    assert 'a badge has no field "critera"' in wrong["findings"]
    assert "did you mean" in wrong["findings"]
    assert mended["findings"] == ""
    assert "Tableur premier" in preview.get("/badges/tableur-1/")[2]
