"""Spaces at which no line may end: before what closes, between a number and its unit, before a dash.

People type plain spaces, and a line that begins with ``:`` or ends with ``«`` looks like a mistake.
Only what is shown is set so. Data, file names and what is signed keep the spaces that were typed.
"""

import re

from markupsafe import Markup

NARROW, FIXED = "\u202f", "\u00a0"
"""The narrow space of French before ``; : ! ? » %``, and one as wide as any other."""
_UNITS = "€|(?:h|min|s|u|km|m|cm|mm|kg|g|ko|kB|Ko|Mo|MB|Go|GB|To|TB|ECTS|EUR)(?!\\w)"
# Each begins with the space itself, so that the texts between are passed over as fast as can be.
_SPACE = re.compile(
    r" (?:(?P<narrow>(?=[;:!?»%](?![\w:;!?/-]))(?<=\S )|(?<=« )(?=\S)|(?<=\d )(?=\d{3}(?!\d)))"
    rf"|(?P<fixed>(?<=\d )(?=(?:{_UNITS}))|(?<=\d h )(?=\d\d(?!\d))|(?=[–—] )(?<=\S )))"  # noqa: RUF001 - an en dash is meant
)
_SPACE_IN_HTML = re.compile(
    rf"<(?P<as_typed>pre|code)>.*?</(?P=as_typed)>|{_SPACE.pattern}", re.DOTALL
)


def unbroken(text: str) -> str:
    """Return the text with spaces that hold together what belongs together."""
    return _SPACE.sub(_set, text)


def unbroken_html(html: Markup) -> Markup:
    """Return sanitised HTML with such spaces; what stands in ``pre`` and ``code`` is as it was typed."""
    return Markup(_SPACE_IN_HTML.sub(_set, str(html)))  # noqa: S704 - only spaces are replaced


def _set(found: re.Match[str]) -> str:
    if found["narrow"] is not None:
        return NARROW
    return FIXED if found["fixed"] is not None else found[0]
