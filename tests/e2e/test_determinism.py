"""Same input, same bytes: whatever the clock, the place, the locale, the umask or the disk's order."""

import shutil
from pathlib import Path

import pytest
from running import tree
from sample import AT, built_sample


def copy_in_reverse(source: Path, target: Path) -> None:
    """Copy so that the directory's own order of entries is another one."""
    for path in sorted(source.rglob("*"), reverse=True):
        if path.is_file():
            new = target / path.relative_to(source)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, new)
            new.chmod(path.stat().st_mode & 0o777)


def test_two_builds_in_different_surroundings_are_byte_identical(obit, tmp_path, tmp_path_factory):
    sample = built_sample(tmp_path_factory)  # here, with the clock and the words of this computer
    twin = tmp_path / "elsewhere" / "with a space, and é"
    copy_in_reverse(sample, twin)
    shutil.rmtree(twin / "build")

    done = obit(
        twin, "build", "--at", AT,
        TZ="Pacific/Kiritimati", LC_ALL="C", LANG="nl_BE.UTF-8", PYTHONHASHSEED="7", umask=0o077,
    )  # fmt: skip

    assert done.code == 0, done.err
    assert tree(sample / "build") == tree(twin / "build")


@pytest.mark.invariant(5)
def test_two_issuing_runs_from_the_same_beginning_write_the_same_ledger(obit, sample, tmp_path):
    twin = tmp_path / "twin"
    copy_in_reverse(sample, twin)
    obit(sample, "issue", "--preview", "--at", AT)
    beginning = sample / ".obit/preview/log/00000001.json"
    target = twin / ".obit/preview/log/00000001.json"
    target.parent.mkdir(parents=True)
    shutil.copy(beginning, target)
    shutil.copy(sample / ".obit/preview-key.pem", twin / ".obit/preview-key.pem")

    obit(twin, "issue", "--preview", "--at", AT, TZ="Asia/Kathmandu", umask=0o077)

    ledgers = [tree(root / ".obit/preview") for root in (sample, twin)]
    for ledger in ledgers:
        del ledger[".lock"]  # empty, and never read
    assert ledgers[0] == ledgers[1]
