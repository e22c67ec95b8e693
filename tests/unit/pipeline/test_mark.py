"""The site's mark as pixels: what can't be drawn is passed over, a machine that can't draw is not."""

import pytest
from builders import THEME
from centre import a_centre

from obit_build.errors import ProcessError, RenderError
from obit_build.pipeline.build import mark_of


class Failing:
    """Draws nothing, and says why."""

    def __init__(self, error):
        self.error = error

    def to_png(self, data, side):
        raise self.error


def test_a_site_whose_mark_is_no_safe_drawing_has_none():
    assert (
        mark_of(a_centre(), THEME, Failing(RenderError("it has typed letters", fix="draw them")))
        == b""
    )


def test_where_nothing_can_be_drawn_a_site_is_not_made_without_its_icons():
    with pytest.raises(ProcessError, match="the program failed"):
        mark_of(a_centre(), THEME, Failing(ProcessError("the program failed", fix="install obit")))
