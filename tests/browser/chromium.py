"""Programs in Chromium, for tests: started with arguments, fed JSON lines, answering in JSON lines."""

import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]


def run(*command: Any, lines: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Run a Node program over JSON lines."""
    done = subprocess.run(
        ["node", *map(str, command)],
        input=_written(lines),
        capture_output=True, text=True, timeout=600, check=False, env=_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


class Program:
    """A Node program that stays, so that its Chromium serves many tests: one answer per line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *lines: Any) -> list[dict[str, Any]]:
        """Return the answers, in whichever order they come."""
        # Said from aside: it may be answering while there is more to say.
        saying = threading.Thread(target=self._say, args=(_written(lines),))
        saying.start()
        answers = [self._process.stdout.readline() for _ in lines]
        saying.join()
        assert all(answers), f"the program ended: {self._process.wait(timeout=60)}"
        return [json.loads(answer) for answer in answers]

    def _say(self, text: str) -> None:
        self._process.stdin.write(text)
        self._process.stdin.flush()


@contextmanager
def started(*command: Any) -> Iterator[Program]:
    """Start a Node program, and end it."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        ["node", *map(str, command)], stdin=pipe, stdout=pipe, text=True, env=_environment()
    ) as process:
        yield Program(process)
    assert process.returncode == 0


def _environment() -> dict[str, str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not (PROJECT / "tests/interop/node_modules/playwright-core").is_dir():
        pytest.fail("run make test once: it installs Chromium and the Node packages", pytrace=False)
    return {**os.environ, "CHROMIUM": chromium}


def _written(lines: Iterable[Any]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
