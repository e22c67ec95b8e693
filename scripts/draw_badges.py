"""Draw every badge picture and issuer mark of the sample content, as plain SVG.

Run it from anywhere: ``python scripts/draw_badges.py`` writes ``badges/*/image.svg`` and
``issuers/*/logo.svg``; ``--check`` writes nothing and says which files differ. The same script
gives the same bytes. The pictures hold shapes and gradients only (no text, fonts, styles,
scripts or references to other files), so that they look the same everywhere.

The outline says what kind of recognition it is: a hexagon for an assessed skill, a rosette for
a milestone, a circle for a claim that peers endorsed.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

from badge_symbols import (
    CENTRE,
    INK,
    PALETTES,
    Palette,
    Symbol,
    at,
    beacon,
    box,
    bubble,
    bug,
    chip,
    disc,
    fill,
    gradient,
    honeycomb,
    lens,
    network,
    people,
    point,
    polygon,
    rounded,
    screen,
    stroke,
    wall,
)

ROOT = Path(__file__).resolve().parent.parent

DRAWINGS = {
    "gestion-de-pare-feu": ("Gestion de pare-feu", "hexagon", wall),
    "analyse-de-trafic-reseau": ("Analyse de trafic réseau", "hexagon", lens),
    "durcissement-systeme": ("Durcissement de systèmes", "hexagon", chip),
    "gestion-des-vulnerabilites": ("Gestion des vulnérabilités", "hexagon", bug),
    "reponse-a-incident": ("Réponse à incident", "hexagon", beacon),
    "supervision-siem": ("Supervision et SIEM", "hexagon", screen),
    "sensibilisation-rgpd": ("Sensibilisation et protection des données", "hexagon", bubble),
    "socle-reseaux": ("Socle réseaux et systèmes", "hexagon", network),
    "analyste-cybersecurite": ("Analyste cybersécurité", "rosette", honeycomb),
    "entraide-cyber": ("Entraide cyber", "circle", people),
}


def outline(kind: str, size: float) -> str:
    """Draw the outer form at ``size`` (the hexagon's circumscribed radius)."""
    if kind == "circle":
        return disc(CENTRE, CENTRE, size * 0.95)
    if kind == "hexagon":
        return rounded([point(60 * i, size) for i in range(6)], 0.13 * size)
    lobes, inner = 20, size * 0.95
    arc = inner * math.sin(math.pi / lobes) * 1.5
    points = [point(360 / lobes * (i + 0.5), inner) for i in range(lobes + 1)]
    return (
        f"M{at(points[0])}" + "".join(f"A{at((arc, arc))} 0 0 1 {at(p)}" for p in points[1:]) + "Z"
    )


def definitions(slug: str, kind: str, p: Palette) -> str:
    """Declare the gradients of one badge; their names carry its slug."""
    line, down = "linearGradient", 'x1="0" y1="0" x2="0" y2="1"'
    page = 'gradientUnits="userSpaceOnUse" x1="0" y1="150" x2="0" y2="430"'
    rim = [(0.0, p.light, 1.0), (0.45, p.main, 1.0), (1.0, p.dark, 1.0)]
    if kind == "rosette":
        rim = [(0, "#fff0b8", 1), (0.35, "#e0b040", 1), (0.6, "#c08c22", 1), (1, "#7a5510", 1)]
    glow = [(0, p.main, 1), (0.65, p.dark, 1), (1, p.deep, 1)]
    return (
        "<defs>"
        + gradient(f"{slug}-rim", line, 'x1="0" y1="0" x2="0.35" y2="1"', rim)
        + gradient(f"{slug}-field", line, down, [(0, p.dark, 1), (1, p.deep, 1)])
        + gradient(f"{slug}-disc", "radialGradient", 'cx="0.5" cy="0.36" r="0.72"', glow)
        + gradient(f"{slug}-ink", line, page, [(0, "#ffffff", 1), (1, "#d8e1ea", 1)])
        + gradient(f"{slug}-gloss", line, down, [(0, "#ffffff", 0.13), (0.5, "#ffffff", 0)])
        + gradient(f"{slug}-band", line, down, [(0, "#fffdf6", 1), (1, "#f0e2c4", 1)])
        + "</defs>"
    )


def frame(slug: str, kind: str, p: Palette) -> str:
    """Draw the medal: a light edge, a metal rim, an engraved field and the disc in the middle."""
    inner, reach = ("hexagon", 231) if kind == "hexagon" else ("circle", 217)
    engraving = "".join(disc(*point(a, 118), 58) for a in range(0, 360, 9))
    studs = "".join(disc(*point(a, reach), 5) for a in range(-120, 121, 60))
    jewel = polygon([(300, 518), (311, 533), (300, 548), (289, 533)])
    jewel += disc(270, 529, 4) + disc(330, 529, 4)
    ticks = f"M{at(point(-137, 203))}A203 203 0 1 1 {at(point(137, 203))}"
    return (
        fill(outline(kind, 288), "#ffffff")
        + fill(outline(kind, 282), p.deep)
        + fill(outline(kind, 277), f"url(#{slug}-rim)")
        + stroke(outline(kind, 268), "#ffffff", 2, 0.45)
        + fill(outline(inner, 250), p.deep)
        + fill(outline(inner, 247), f"url(#{slug}-field)")
        + stroke(outline(inner, 240), p.light, 1.5, 0.5)
        + fill(studs + jewel, p.accent)
        + f'<path d="{ticks}" fill="none" stroke="{p.light}" stroke-width="9" '
        + 'stroke-dasharray="3.2 7.4" opacity="0.75"/>'
        + fill(disc(CENTRE, CENTRE, 192), p.deep)
        + fill(disc(CENTRE, CENTRE, 188), f"url(#{slug}-disc)")
        + stroke(engraving, p.light, 0.8, 0.2)
        + stroke(disc(CENTRE, CENTRE, 179), p.accent, 2, 0.8)
        + stroke(disc(CENTRE, CENTRE, 173), "#ffffff", 1, 0.25)
    )


def shown(slug: str, symbol: Symbol) -> str:
    """Draw a symbol with its shadow."""

    def body(ink: str) -> str:
        solid = fill(symbol.solid, ink) if symbol.solid else ""
        return solid + (stroke(symbol.lines, ink, symbol.width) if symbol.lines else "")

    shadow = f'<g transform="translate(0 9)" opacity="0.28">{body("#000000")}</g>'
    drawn = symbol.under + shadow + body(f"url(#{slug}-ink)") + symbol.over
    if symbol.size == 1:
        return drawn
    return (
        f'<g transform="translate(300 284) scale({symbol.size}) translate(-300 -284)">{drawn}</g>'
    )


# The ribbon's letters are lines on a grid of 4 by 6, so that no font is needed.
LETTERS = {
    "S": "M4 1Q3.6 0 2 0Q0 0 0 1.5Q0 3 2 3Q4 3 4 4.5Q4 6 2 6Q0.4 6 0 5",
    "P": "M0 6V0H2.3Q4 0 4 1.7Q4 3.4 2.3 3.4H0",
    "E": "M3.8 0H0V6H3.8M0 3H3.2",
    "C": "M4 1.1Q3.5 0 2.1 0Q0 0 0 3Q0 6 2.1 6Q3.5 6 4 4.9",
    "I": "M0 0V6",
    "M": "M0 6V0L2.3 3.4L4.6 0V6",
    "N": "M0 6V0L4 6V0",
}
WIDTHS = {"I": 0.0, "M": 4.6}


def ribbon(slug: str, p: Palette) -> str:
    """Draw the band across the lower part with the word SPECIMEN."""
    tail = "M96 452H40L62 487L40 522H128Z"
    tails = tail + "M504 452H560L538 487L560 522H472Z"
    folds = "M88 504L128 522V504ZM512 504L472 522V504Z"
    band = "M88 436Q300 426 512 436V504Q300 494 88 504Z"
    scale, gap = 5.9, 2.9
    total = sum(WIDTHS.get(c, 4.0) for c in "SPECIMEN") + gap * 7
    x, letters = CENTRE - total * scale / 2, []
    for c in "SPECIMEN":
        y = 448 + 9 * ((x - CENTRE) / 212) ** 2
        letters.append(
            f'<path transform="translate({at((x, y))}) scale({scale})" d="{LETTERS[c]}"/>'
        )
        x += (WIDTHS.get(c, 4.0) + gap) * scale
    return (
        stroke(tails + band, "#ffffff", 12)
        + stroke(tails + band, p.deep, 6)
        + fill(tails, "#d9c596")
        + fill(folds, "#8f7b4d")
        + fill(band, f"url(#{slug}-band)")
        + stroke("M92 442Q300 432 508 442M92 498Q300 488 508 498", p.dark, 1.5, 0.55)
        + f'<g fill="none" stroke="{p.deep}" stroke-width="1.25" stroke-linecap="round" '
        + f'stroke-linejoin="round">{"".join(letters)}</g>'
    )


def picture(slug: str, title: str, kind: str, symbol: Callable[[Palette], Symbol]) -> str:
    """Return the whole SVG of one badge."""
    p = PALETTES[slug]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="600" height="600" role="img">\n'
        f"<title>{title} (spécimen)</title>\n{definitions(slug, kind, p)}\n"
        f"<g>{frame(slug, kind, p)}</g>\n<g>{shown(slug, symbol(p))}</g>\n"
        f'<path d="{outline(kind, 277)}" fill="url(#{slug}-gloss)"/>\n'
        f"<g>{ribbon(slug, p)}</g>\n</svg>\n"
    )


def logo(title: str, dark: str, light: str, mark: str) -> str:
    """Return the whole SVG of one issuer's mark: a tile with a shape of our own on it."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="240" height="240" role="img">\n'
        f"<title>{title}</title>\n"
        + fill(box(4, 4, 232, 232, 48), "#ffffff")
        + fill(box(8, 8, 224, 224, 44), dark)
        + stroke(box(18, 18, 204, 204, 36), light, 2, 0.45)
        + f"\n{mark}\n</svg>\n"
    )


def _diamond(r: float) -> str:
    return rounded([(120, 120 - r), (120 + r, 120), (120, 120 + r), (120 - r, 120)], r * 0.18)


def logos() -> dict[str, str]:
    """Draw the issuers' marks; none imitates an existing one."""
    grid = [(60 + 44 * (i % 3), 60 + 44 * (i // 3), i % 4 == 0) for i in range(9)]
    left, right = (
        "M114 78Q84 60 48 68V168Q84 160 114 178Z",
        "M126 78Q156 60 192 68V168Q156 160 126 178Z",
    )
    return {
        "citc": logo("CITC", "#0f4c5c", "#9fe0e6",
            stroke(_diamond(76), "#9fe0e6", 9) + stroke(_diamond(50), INK, 9) + fill(_diamond(24), "#ffb74a")),
        "e-campus": logo("Eurometropolitan e-Campus", "#3b2a7a", "#c9bcff",
            fill(disc(94, 120, 50), "#8f7cf0") + fill(disc(146, 120, 50), "#ffcf70")
            + fill("M120 77.3A50 50 0 0 1 120 162.7A50 50 0 0 1 120 77.3Z", INK)),
        "euratechnologies": logo("EuraTechnologies", "#7a1f3d", "#ffc2d1",
            fill(rounded([(98, 182), (150, 58), (202, 182)], 10), "#e0667f")
            + fill(rounded([(66, 182), (109, 96), (152, 182)], 9), "#ffb3c2")
            + fill(rounded([(40, 182), (69, 132), (98, 182)], 8), INK)),
        "ideta": logo("IDETA", "#1f5a34", "#bfe8c8",
            stroke("M46 168A74 74 0 0 1 194 168", INK, 17) + stroke("M75 168A45 45 0 0 1 165 168", "#8fd3a3", 17)
            + fill("M102 176A18 18 0 0 1 138 176Z", "#ffd76a")),
        "ipn-umons": logo("IPN — Université de Mons", "#8a2f14", "#ffd0ba",
            "".join(fill(box(x, y, 34, 34, 7), INK if full else "#e58a63") for x, y, full in grid)),
        "reconnaitre": logo("Association Reconnaître", "#a3453c", "#ffd9cf",
            stroke("M167 79A62 62 0 1 0 182 120", INK, 22)
            + fill(disc(120, 120, 22), "#ffdf9e")),
        "technocite": logo("Technocité", "#173a66", "#b9d6f7",
            fill(box(52, 132, 62, 44, 8) + box(122, 132, 66, 44, 8), "#7fb3ec")
            + fill(box(86, 80, 68, 44, 8), INK) + fill(box(162, 80, 26, 44, 8), "#ffc857")),
        "universite-lille": logo("Université de Lille", "#5b1f6b", "#ecc9f5",
            fill(left, INK) + fill(right, "#e3b5ef")
            + stroke("M64 92Q82 90 98 96M64 114Q82 112 98 118M64 136Q82 134 98 140", "#5b1f6b", 6)),
    }  # fmt: skip


def pictures() -> dict[str, str]:
    """Return every picture: path below the repository → SVG."""
    drawn = {f"issuers/{slug}/logo.svg": svg for slug, svg in logos().items()}
    for slug, (title, kind, symbol) in DRAWINGS.items():
        drawn[f"badges/{slug}/image.svg"] = picture(slug, title, kind, symbol)
    return dict(sorted(drawn.items()))


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures, or with ``--check`` compare them; 1 if any differs."""
    parser = argparse.ArgumentParser(
        description="Draw the sample content's badge pictures and marks."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; say which files differ"
    )
    check = parser.parse_args(arguments).check
    differing = 0
    for path, svg in pictures().items():
        target, data = ROOT / path, svg.encode()
        if target.is_file() and target.read_bytes() == data:
            continue
        differing += 1
        print(f"{path}: {'differs' if check else 'written'}")
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
