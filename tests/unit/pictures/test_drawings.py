"""Drawings are made once, and anew whenever what was kept is not what was drawn."""

import pytest
from pictures import svg

from obit_build.pictures import drawings
from obit_build.pictures.drawings import Drawings
from obit_build.pictures.raster import to_png

CIRCLE = svg()


@pytest.fixture
def drawn(monkeypatch):
    """Count the drawings that are really made."""
    made = []

    def counting(data, side):
        made.append(side)
        return to_png(data, side)

    monkeypatch.setattr(drawings, "to_png", counting)
    return made


def test_the_same_drawing_is_made_once_and_is_that_of_the_rasteriser(tmp_path, drawn):
    first = Drawings(tmp_path / "kept", "tool").to_png(CIRCLE, 60)
    again = Drawings(tmp_path / "kept", "tool").to_png(CIRCLE, 60)

    assert first == again == to_png(CIRCLE, 60)
    assert drawn == [60]


@pytest.mark.parametrize("other", [("another tool", 60), ("tool", 61)])
def test_another_tool_or_size_draws_anew(tmp_path, drawn, other):
    tool, side = other
    Drawings(tmp_path, "tool").to_png(CIRCLE, 60)

    assert Drawings(tmp_path, tool).to_png(CIRCLE, side) == to_png(CIRCLE, side)
    assert drawn == [60, side]


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-1], lambda data: b"", lambda data: data + b"x", lambda data: data[32:]],
    ids=["cut off", "empty", "longer", "without its seal"],
)
def test_what_was_damaged_is_drawn_anew_and_kept_again(tmp_path, drawn, spoil):
    Drawings(tmp_path, "tool").to_png(CIRCLE, 60)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(spoil(whole))

    assert Drawings(tmp_path, "tool").to_png(CIRCLE, 60) == to_png(CIRCLE, 60)
    assert kept.read_bytes() == whole
    assert drawn == [60, 60]


def test_a_folder_that_can_not_be_written_keeps_nothing_and_stops_nobody(tmp_path):
    (tmp_path / "kept").write_text("a file where the folder would be")
    kept = Drawings(tmp_path / "kept", "tool")

    assert kept.to_png(CIRCLE, 60) == to_png(CIRCLE, 60)
    kept.tidy()


def test_what_nobody_asked_for_is_removed(tmp_path):
    Drawings(tmp_path, "tool").to_png(CIRCLE, 60)
    now = Drawings(tmp_path, "tool")
    now.to_png(CIRCLE, 61)

    now.tidy()

    assert len(list(tmp_path.iterdir())) == 1
