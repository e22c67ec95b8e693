"""Whatever is wrong: one message with place and fix, the right exit code, nothing changed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import tree
from sample import AT
from warm import INSTALLED

AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"


def broken(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


CASES = {
    "a colon in a text": (AWARDS, "issued: 2026: 03\n", ":1:13", "yaml-is-well-formed"),
    "a code that nobody has": (
        AWARDS,
        "issued: 2026-03-14\nto: [7f3k9m2x]\n",
        ":2:6",
        "award-names-a-known-recipient",
    ),
    "a date in the future": (AWARDS, "issued: 2099-01-01\nto: [7f3k9m2q]\n", ":1:9", "future"),
    "a CSV with semicolons": ("recipients.csv", "code;name;email\na1b2;;\n", ":1:", "csv"),
    "a folder name that is no slug": (
        "badges/Tableur 2/badge.yaml",
        "name: x\n",
        "",
        "slug-is-plain",
    ),
    "an image with a script": (
        "badges/tableur-1/image.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x</script></svg>',
        ":1:",
        "svg-has-no-active-content",
    ),
    "an image that is cut off": (
        "badges/tableur-1/image.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g>',
        "",
        "svg-is-well-formed",
    ),
    "an image elsewhere": (
        "badges/tableur-1/badge.yaml",
        "name: a\ndescription: b\ncriteria: c\nimage: ../../x.svg\n",
        ":4:8",
        "file-name-stays-in-its-folder",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_shown_with_its_place_and_nothing_is_built(obit, small, case):
    obit(small, "build", "--at", AT)
    site, ledger = tree(small / "build"), tree(small / ".obit")
    path, text, place, check = CASES[case]
    broken(small, path, text)

    done = obit(small, "build", "--at", AT)

    assert done.code == 1
    assert place in done.err
    assert check in done.err
    assert "Traceback" not in done.err
    assert done.err.endswith("nothing was changed\n")
    assert tree(small / "build") == site
    assert tree(small / ".obit") == ledger


def test_an_empty_folder_gets_a_hint_not_a_traceback(obit, tmp_path):
    done = obit(tmp_path, "build", "--at", AT)

    assert done.code == 1
    assert "obit.yaml" in done.err
    assert "Traceback" not in done.err


def test_a_symbolic_link_is_never_followed_out_of_the_repository(obit, small):
    (small / "badges/tableur-1/image.svg").unlink()
    (small / "badges/tableur-1/image.svg").symlink_to("/proc/self/environ")

    done = obit(small, "build", "--at", AT)

    assert done.code == 1
    assert "PATH=" not in done.err
    assert not (small / "build").exists()


def test_a_folder_that_obit_did_not_make_is_never_replaced(obit, small):
    (small / "build").mkdir()
    (small / "build/thesis.txt").write_text("years of work")

    done = obit(small, "build", "--at", AT)

    assert done.code == 4
    assert done.err.endswith(
        "error: build/ holds files that obit did not make\n"
        "  fix: move them away, or choose another --out\n"
    )
    assert (small / "build/thesis.txt").read_text() == "years of work"


def test_a_missing_key_is_named_and_the_ledger_not_begun(obit, small):
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            "keys:\n  - issuer: centre\n    public_key_multibase: "
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2\n    signer: env:OBIT_KEY\n"
        )

    done = obit(small, "issue", "--at", AT)

    assert done.code == 4
    assert done.err == (
        "error: the environment variable OBIT_KEY is not set\n"
        "  fix: set it to the key's PEM text; in CI, from the protected environment's secret\n"
    )
    assert not list((small / ".obit").rglob("*.json"))


def test_a_damaged_ledger_is_refused_and_the_site_stays(obit, small):
    obit(small, "build", "--at", AT)
    site = tree(small / "build")
    event = small / ".obit/preview/log/00000003.json"
    event.write_bytes(event.read_bytes().replace(b'"seq":3', b'"seq":4'))

    done = obit(small, "build", "--at", AT)

    assert done.code == 1
    assert done.err == (
        "error: event 3 of the ledger is damaged\n"
        "  fix: restore the ledger from its last good copy; never edit it by hand\n"
    )
    assert tree(small / "build") == site


def test_a_full_disk_leaves_the_former_site_and_says_so(obit, small, tmp_path):
    """A file-size limit stands in for the full disk: the write fails in the same way."""
    obit(small, "build", "--at", AT)
    site, ledger = tree(small / "build"), tree(small / ".obit")
    (small / "badges/tableur-1/badge.yaml").write_text(
        "name: Autre\ndescription: b\ncriteria: c\nimage: image.svg\n"
    )
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600)); "
        "from obit_build.cli import main; sys.argv[0] = 'obit'; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "-C", str(small), "build", "--at", AT],
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 4
    assert "can't be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(small / "build") == site
    assert ledger.keys() >= {"preview-key.pem"}


def test_an_interrupted_build_leaves_the_former_site(small, obit):
    obit(small, "build", "--at", AT)
    site = tree(small / "build")
    (small / "badges/tableur-1/badge.yaml").write_text(
        "name: Autre\ndescription: b\ncriteria: c\nimage: image.svg\n"
    )
    process = subprocess.Popen(
        [str(INSTALLED), "-C", str(small), "build", "--at", AT],
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    if process.returncode == 130:
        assert tree(small / "build") == site
        assert b"interrupted" in said
    else:  # it was quicker than the signal
        assert process.returncode in (0, -signal.SIGINT)
    assert obit(small, "build", "--at", AT).code == 0
