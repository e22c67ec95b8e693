"""The page about scale shows what the program computes; nothing is measured here."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scale():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        spec = importlib.util.spec_from_file_location("scale", ROOT / "benchmarks" / "scale.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["scale"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    return module


def test_the_page_shows_the_tables_that_the_program_prints(scale):
    page = (ROOT / "docs" / "explanation" / "scale.md").read_text("utf-8")

    shown = page.partition("<!-- scale: begin -->\n")[2].partition("<!-- scale: end -->")[0]

    assert shown == scale.tables(scale.read()), "copy what python benchmarks/scale.py prints"


@pytest.mark.parametrize(
    ("awards", "shards", "pairs"),
    [(1, 1, 1), (65_536, 1, 1), (65_537, 1, 2), (1_000_000, 1, 16), (1_000_000, 100, 100)],
)
def test_a_list_is_begun_when_one_is_half_full(scale, awards, shards, pairs):
    assert scale.lists_of(awards, shards)[0] == pairs


def test_a_list_with_more_revocations_takes_more_bytes(scale):
    assert scale.list_bytes(100) < scale.list_bytes(10_000) < scale.list_bytes(65_536) < 16_384


@pytest.mark.parametrize(
    ("said", "expected"),
    [("amount(1234, 'B')", "1.2 kB"), ("amount(2e9)", "2 G"), ("amount(7)", "7"),
     ("span(119)", "120 s"), ("span(7200)", "2 h"), ("span(86400 * 40)", "40 days"),
     ("money(0.005)", "0.01"), ("money(12.3)", "12")],
)  # fmt: skip
def test_figures_are_said_in_units_that_people_read(scale, said, expected):
    assert eval(said, vars(scale)) == expected  # noqa: S307 - written above
