"""Programs in Chromium, for tests: started with arguments, fed JSON lines, answering in JSON lines."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]


def run(*command: Any, lines: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Run a Node program over JSON lines."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not (PROJECT / "tests/interop/node_modules/playwright-core").is_dir():
        pytest.fail("run make test once: it installs Chromium and the Node packages", pytrace=False)
    done = subprocess.run(
        ["node", *map(str, command)],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "CHROMIUM": chromium},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
