"""The installed command: its words, its options, and a kill in the middle."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from sample import small_centre
from storage_server import BUCKET, ENVIRONMENT
from test_publishing_to_storage import files

from obit_build.hosting.media_types import HOST_ONLY

PLACE = f"s3://{BUCKET}/site"


@pytest.fixture
def obit(storage, tmp_path):
    """Return a function that runs obit and says how it ended."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        **ENVIRONMENT,
        "HOME": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "obit_build", "-C", str(tmp_path), "publish"]

    def run(*arguments, wait=True, **more):
        line = [*command, *arguments, "--endpoint", storage.endpoint]
        if wait:
            done = subprocess.run(
                line,
                check=False,
                env={**environment, **more},
                capture_output=True,
                text=True,
                timeout=120,
            )
            return done.returncode, done.stdout, done.stderr
        return subprocess.Popen(line, env={**environment, **more}, stderr=subprocess.PIPE)

    return run


def test_a_run_that_is_killed_is_finished_by_the_next_one(obit, storage, small_preview):
    size = len(files(small_preview))
    storage.fault = lambda method, _key: time.sleep(0.02) if method == "PUT" else None
    process = obit(PLACE, "--preview", wait=False)
    while process.poll() is None and len(storage.stored()) < size // 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    half = len(storage.objects())
    storage.mend()

    code, _, words = obit(PLACE, "--preview")

    assert 0 < half < size
    assert (code, len(storage.objects())) == (0, size)
    assert f"https://badges.example.org/ is in {PLACE}\n" in words
    assert ENVIRONMENT["AWS_SECRET_ACCESS_KEY"] not in words


def test_a_dry_run_prints_what_would_be_done(obit, storage, small_preview):
    code, out, words = obit(PLACE, "--preview", "--dry-run")

    size = len(files(small_preview)) - 1
    assert code == 0
    assert len(out.splitlines()) == size
    assert out.splitlines()[-1] == "checkpoint    log/checkpoint"
    assert words.startswith("nothing was stored or removed; without --dry-run:\n")
    assert f"{size} files stored (" in words
    assert storage.stored() == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ["s3://user:secret@bucket/"],
            2,
            (
                "error: this is not the address of a bucket\n  fix: write it like "
                "s3://badges-example/site; credentials belong into the environment\n"
            ),
        ),
        (
            [PLACE],
            4,
            (
                "error: this site is a preview, which proves nothing\n  fix: build it with the "
                "issuers' keys, or add --preview to show it all the same\n"
            ),
        ),
        (
            [PLACE, "--site", "nowhere"],
            1,
            "error: nowhere is not a site that obit built\n  fix: name the folder of obit build\n",
        ),
    ],
)
def test_what_is_wrong_is_said_plainly(obit, small_preview, arguments, code, words):
    assert obit(*arguments) == (code, "", words)


def test_the_reader_is_told_when_no_credentials_are_set(obit, small_preview):
    code, _, words = obit(PLACE, AWS_ACCESS_KEY_ID="")

    assert code == 4
    assert words.startswith(f"error: the environment holds no credentials for {BUCKET}\n")


@pytest.fixture(scope="session")
def _preview(tmp_path_factory):
    """A preview that was built now: the command knows no other time."""
    root = small_centre(tmp_path_factory.mktemp("preview"), "7f3k9m2q,,,,,")
    subprocess.run([sys.executable, "-m", "obit_build", "-q", "-C", str(root), "build"], check=True)
    assert (root / "build" / HOST_ONLY[0]).is_file()
    return root / "build"


@pytest.fixture
def small_preview(_preview, tmp_path):
    return shutil.copytree(_preview, tmp_path / "build")
