"""Colours of a theme: read, compared, written as CSS. Contrast is that of WCAG 2.2 (1.4.3).

Only ``#rrggbb`` gets in and only ``#rrggbb`` comes out, so that nothing else can enter a style sheet.
"""

from collections.abc import Iterator, Mapping

from obit_build.model.settings import Palette, Theme
from obit_build.model.words import Colour

LIGHT: Mapping[str, str] = {
    "paper": "#f5f3ed", "sheet": "#fffefb", "ink": "#17212b", "accent": "#0b5563",
    "soft": "#46525d", "good": "#0f5a3b", "warn": "#744600", "bad": "#98182b", "calm": "#44525e",
}  # fmt: skip
"""The default theme's colours on a light ground, as ``templates/assets/style.css`` has them."""
DARK: Mapping[str, str] = {
    "paper": "#10161b", "sheet": "#182027", "ink": "#efece6", "accent": "#86ced6",
    "soft": "#aab5be", "good": "#86d3a8", "warn": "#e8bd66", "bad": "#f59aa4", "calm": "#aebbc6",
}  # fmt: skip
GROUNDS = ("paper", "sheet")
FOR_TEXT = 4.5
FOR_LONG_TEXT = 7.0
"""What ink needs, in which whole paragraphs are set."""
_OWN = ("accent", "paper", "sheet", "ink")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour; one always has 4.5:1."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, colour))


def lightened(colour: str, ground: str) -> str:
    """Mix a colour with white until it can be read on a dark ground."""
    mixed = colour
    for step in range(1, 21):
        if contrast(mixed, ground) >= FOR_LONG_TEXT:
            break
        red, green, blue = (round(c + (255 - c) * step / 20) for c in _channels(colour))
        mixed = f"#{red:02x}{green:02x}{blue:02x}"
    return mixed


def light_colours(theme: Theme) -> dict[str, str]:
    """Return all colours on a light ground, the theme's own in place of the default ones."""
    return {**LIGHT, **_given(theme)}


def dark_colours(theme: Theme) -> dict[str, str]:
    """Return all colours on a dark ground; an accent that is given for light alone is lightened."""
    given = _given(theme.dark)
    colours = {**DARK, **given}
    if theme.accent and "accent" not in given:
        colours["accent"] = lightened(theme.accent, colours["sheet"])
    return colours


def _given(palette: Palette) -> dict[str, str]:
    return {name: str(value) for name in _OWN if (value := getattr(palette, name)) is not None}


def too_faint(colours: Mapping[str, str]) -> Iterator[tuple[str, str, float, float]]:
    """Yield (colour, ground, contrast, what it needs) where a text could not be read."""
    for name, colour in colours.items():
        needed = FOR_LONG_TEXT if name == "ink" else FOR_TEXT
        for ground in GROUNDS:
            found = contrast(colour, colours[ground])
            if name not in GROUNDS and found < needed:
                yield name, ground, found, needed


def style(theme: Theme) -> str:
    """Write a theme's own colours as CSS that follows the style sheet; nothing if it has none."""
    light, dark = light_colours(theme), dark_colours(theme)
    rules = (
        ("screen", _declared(light, LIGHT)),
        ("screen and (prefers-color-scheme: dark)", _declared(dark, DARK)),
        ("print", _declared({"accent": light["accent"]}, LIGHT)),
    )
    return "".join(f"@media {media} {{ :root {{ {said} }} }}\n" for media, said in rules if said)


def _declared(colours: Mapping[str, str], default: Mapping[str, str]) -> str:
    changed = {name: value for name, value in colours.items() if value != default[name]}
    if "accent" in changed:
        changed["on-accent"] = on(changed["accent"])
    return "; ".join(f"--{name}: {Colour(value)}" for name, value in changed.items())
