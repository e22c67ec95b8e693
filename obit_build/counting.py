"""Counting things in the words of messages: ``1 award``, ``2 awards``."""


def several(number: int, one: str, many: str = "", *, none: str = "0") -> str:
    """Return a number and its noun; ``many`` is for plurals that take more than an s, ``none`` stands for 0."""
    return f"{number or none} {one if number == 1 else many or one + 's'}"
