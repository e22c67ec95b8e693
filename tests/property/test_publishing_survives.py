"""Publishing from a ledger in Git: killed anywhere, run again, and nothing is lost or false.

`make crash` kills at every point and three hundred times at random; here it is a part of them, and
the five protocols that are wrong on purpose.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parent.parent / "crash" / "kill_while_publishing.py"
EVERY = int(os.environ.get("OBIT_CRASH_EVERY", "80"))
AT_RANDOM = int(os.environ.get("OBIT_CRASH_RANDOM", "3"))
SHARES = int(os.environ.get("OBIT_CRASH_SHARES", "1"))  # so that all cores have a part in it
HARMLESS = {
    "undisturbed run failed": [],
    "not killed": [],
    "live is not whole": [],
    "live is ahead of the ledger": [],
    "next run failed": [],
    "different after the next run": [],
}


def harness(folder, *arguments):
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder / "world"), *arguments],
        capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.invariant(4, 5)
@pytest.mark.parametrize("share", range(SHARES))
def test_a_kill_at_any_point_and_a_second_run_give_the_same_ledger_and_the_same_site(
    tmp_path, record_property, share
):
    found = harness(tmp_path, "points", str(EVERY * SHARES), str(EVERY * share))

    kills, points = found.pop("kills"), found.pop("points")
    record_property("kills while publishing, at a point", kills)
    assert points > 300
    assert kills >= points // (EVERY * SHARES)
    assert found == HARMLESS


@pytest.mark.invariant(4, 5)
@pytest.mark.parametrize("share", range(SHARES))
def test_a_kill_at_any_time_and_a_second_run_give_the_same_ledger_and_the_same_site(
    tmp_path, record_property, share
):
    count = AT_RANDOM // SHARES

    found = harness(tmp_path, "random", str(count), f"20261122{share}")

    kills = found.pop("kills")
    record_property("kills while publishing, at random", kills)
    assert kills == count > 0
    assert found == HARMLESS


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        ("wall clock", "different after the next run"),
        ("random index", "different after the next run"),
        ("deployed before pushed", "live is ahead of the ledger"),
        ("deployed in place", "live is not whole"),
        ("no ledger", "different after the next run"),
    ],
)
def test_the_harness_notices_a_protocol_that_is_wrong(tmp_path, wrong, noticed):
    found = harness(tmp_path, "wrong", wrong, noticed)

    assert found["undisturbed run failed"] == []
    assert found[noticed] != []
