import pytest

from obit_build.counting import several


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 awards"), (1, "1 award"), (2, "2 awards"), (11, "11 awards")]
)
def test_a_number_has_its_noun(number: int, said: str):
    assert several(number, "award") == said


def test_a_plural_and_the_word_for_nothing_can_be_given():
    assert several(1, "badge is", "badges are") == "1 badge is"
    assert several(3, "badge is", "badges are") == "3 badges are"
    assert several(0, "error", none="no") == "no errors"
