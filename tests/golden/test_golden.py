"""The whole site of one small repository, byte for byte; ``make golden`` writes it anew."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import write_golden


def test_the_golden_repository_becomes_the_golden_site(tmp_path):
    folder = write_golden.GOLDEN / "site"
    expected = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }

    made = write_golden.kept(write_golden.build(tmp_path))

    assert made.keys() == expected.keys()
    for path in sorted(expected):
        assert made[path].decode() == expected[path].decode(), (
            f"{path} changed; if on purpose: make golden"
        )
