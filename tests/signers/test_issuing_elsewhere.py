"""A centre issues with a key that it can't see, through the installed command."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from places import a_key

from obit_build.securing.keys import encode_multikey

SAMPLE = Path(__file__).parents[1] / "examples" / "base"
KEY = a_key("Ed25519", "a centre's")


@pytest.fixture(params=["exec", "pkcs11", "vault"])
def held(request, bench):
    """A key in a place, and a repository that publishes it."""
    held = bench.hold(request.param, KEY)
    held.root.rmdir()
    shutil.copytree(SAMPLE, held.root)
    public = encode_multikey(KEY.public_key().public_bytes_raw())
    with (held.root / "obit.yaml").open("a") as file:
        file.write(
            f"keys:\n  - issuer: cefo\n    public_key_multibase: {public}\n"
            f'    signer: "{held.uri}"\n'
        )
    return held


def obit(held, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-c", "from obit_build.cli import main; main()", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=held.root,
        timeout=120,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout + done.stderr


class CommandLines(threading.Thread):
    """Reads the arguments of all processes, as anybody on the machine can."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = set()
        self.end = threading.Event()

    def run(self):
        while not self.end.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue
            time.sleep(0.005)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.join()


def test_only_issuing_asks_the_signer_and_no_secret_is_left_anywhere(held):
    log = held.root.parent / "sign-helper.log"
    without = {"PIN": "", "SSH_AUTH_SOCK": "", "VAULT_ADDR": ""}
    said = []
    for command in ("check", "plan"):
        code, text = obit(held, command, **without)
        said.append(text)
        assert code == 0, text
    assert not log.exists()

    with CommandLines() as others:
        code, text = obit(held, "issue", **held.environment)
    said.append(text)
    assert code == 0, text
    asked = log.read_text() if log.exists() else ""

    for command in (("build",), ("verify", "build")):
        code, text = obit(held, *command, **without)
        said.append(text)
        assert code == 0, text
    assert (log.read_text() if log.exists() else "") == asked
    if held.uri.startswith("exec:"):
        assert asked.split() == ["public", *["sign"] * (asked.count("\n") - 1)]
    left = b"".join(p.read_bytes() for p in held.root.rglob("*") if p.is_file())
    left += "".join(said).encode() + b"".join(others.seen)
    for secret in held.secrets:
        assert secret.encode() not in left


def test_a_signer_with_another_key_writes_nothing(held, bench):
    other = bench.hold(held.uri.partition(":")[0], a_key("Ed25519", "somebody else's"))
    settings = held.root / "obit.yaml"
    held.environment |= other.environment
    text = settings.read_text()
    place = other.uri
    if place.startswith("exec:"):
        place = f"exec:{other.root.parent / 'sign-helper'}"
    settings.write_text(text.replace(held.uri, place))

    code, said = obit(held, "issue", **held.environment)

    assert code == 4
    assert said.startswith('error: the signer of "cefo" holds the key z6Mk')
    assert not list(held.root.glob(".obit/ledger/log/*"))
