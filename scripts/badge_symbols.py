"""The shapes, colours and symbols from which ``draw_badges.py`` puts the pictures together."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

CENTRE = 300.0
INK = "#fdfefe"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one badge, dark to light, and one that stands out from them."""

    deep: str
    dark: str
    main: str
    light: str
    accent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """What a badge shows: shapes that throw a shadow, and what is drawn on top of them."""

    solid: str = ""
    lines: str = ""
    width: float = 0
    under: str = ""
    over: str = ""
    size: float = 1


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0" if abs(value) < 0.05 else "-0")


def point(angle: float, radius: float, x: float = CENTRE, y: float = CENTRE) -> Point:
    """Return the point at ``angle`` degrees (0 is up, clockwise) and ``radius``."""
    turn = math.radians(angle - 90)
    return x + radius * math.cos(turn), y + radius * math.sin(turn)


def at(*points: Point) -> str:
    """Write points as coordinates of a path."""
    return " ".join(f"{number(x)} {number(y)}" for x, y in points)


def polygon(points: Iterable[Point]) -> str:
    """Draw a closed polygon."""
    return f"M{at(*points)}Z"


def rounded(points: list[Point], radius: float) -> str:
    """Draw a closed polygon with rounded corners."""
    parts: list[str] = []
    for i, corner in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % len(points)]
        start, end = (_towards(corner, other, radius) for other in (before, after))
        parts.append(f"{'L' if parts else 'M'}{at(start)}Q{at(corner, end)}")
    return "".join(parts) + "Z"


def _towards(a: Point, b: Point, distance: float) -> Point:
    share = distance / math.dist(a, b)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def disc(x: float, y: float, r: float) -> str:
    """Draw a circle as a path."""
    return f"M{at((x - r, y))}a{at((r, r))} 0 1 0 {at((2 * r, 0))}a{at((r, r))} 0 1 0 {at((-2 * r, 0))}Z"


def box(x: float, y: float, width: float, height: float, r: float = 0) -> str:
    """Draw a rectangle as a path, with rounded corners."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return rounded(corners, r) if r else polygon(corners)


def fill(d: str, colour: str, opacity: float = 1) -> str:
    """Fill a path."""
    return f'<path d="{d}" fill="{colour}"{_opacity(opacity)}/>'


def stroke(d: str, colour: str, width: float, opacity: float = 1) -> str:
    """Draw a path as a line with round ends."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round"{_opacity(opacity)}/>'
    )


def _opacity(value: float) -> str:
    return "" if value == 1 else f' opacity="{value:g}"'


def gradient(name: str, tag: str, place: str, stops: Iterable[tuple[float, str, float]]) -> str:
    """Declare a gradient; ``place`` are its attributes, ``stops`` (offset, colour, opacity)."""
    inner = "".join(
        f'<stop offset="{offset:g}" stop-color="{colour}" stop-opacity="{opacity:g}"/>'
        for offset, colour, opacity in stops
    )
    return f'<{tag} id="{name}" {place}>{inner}</{tag}>'


PALETTES = {
    "gestion-de-pare-feu": Palette("#4a130c", "#8d2a19", "#c8452b", "#f0916f", "#ffcf5c"),
    "analyse-de-trafic-reseau": Palette("#063a42", "#0b626b", "#12919a", "#6fd3d6", "#ffd166"),
    "durcissement-systeme": Palette("#142743", "#274a78", "#3f72ad", "#93bce6", "#ffc857"),
    "gestion-des-vulnerabilites": Palette("#4d2f06", "#8a5a0f", "#c98a1b", "#f4c76a", "#fff0b8"),
    "reponse-a-incident": Palette("#4b0a2a", "#8a164b", "#c42a6d", "#f08cb4", "#ffc94d"),
    "supervision-siem": Palette("#23175a", "#41309a", "#6650cf", "#b0a2f5", "#ffcb52"),
    "sensibilisation-rgpd": Palette("#0d3a22", "#1d6b41", "#309b60", "#8ad9ac", "#ffe08a"),
    "socle-reseaux": Palette("#0a2f52", "#14568f", "#2283c9", "#86c5f2", "#ffd56b"),
    "analyste-cybersecurite": Palette("#10192f", "#1f2f55", "#35508a", "#e8c766", "#f3cf63"),
    "entraide-cyber": Palette("#5a1a1c", "#a33a35", "#e2685a", "#ffb4a2", "#ffdf9e"),
}
PATHWAY = (
    "analyse-de-trafic-reseau", "gestion-de-pare-feu", "gestion-des-vulnerabilites", "reponse-a-incident",
    "supervision-siem", "durcissement-systeme", "sensibilisation-rgpd",
)  # fmt: skip


def wall(p: Palette) -> Symbol:
    """Draw firewall management: a brick rampart shaped like a shield, a portcullis in its gate."""
    shape = "M178 158H226V188H260V158H340V188H374V158H422V318Q422 394 300 424Q178 394 178 318Z"
    mortar = ""
    for row, y in enumerate(range(206, 420, 33)):
        half = _half_width(y)
        mortar += f"M{at((300 - half, y))}H{300 + half:.1f}"
        for x in range(198 + 26 * (row % 2), 422, 52):
            if abs(x - 300) < _half_width(y + 33):
                mortar += f"M{x} {y}V{y + 33}"
    gate = "M246 382V292A54 54 0 0 1 354 292V382Z"
    bars = "M273 252V348M300 240V356M327 252V348M250 284H350M248 318H352"
    tips = "".join(
        polygon([(x - 9, y), (x + 9, y), (x, y + 16)])
        for x, y in ((273, 346), (300, 354), (327, 346))
    )
    return Symbol(
        solid=shape,
        over=stroke(mortar, p.dark, 5)
        + fill(gate, p.deep)
        + stroke(bars, p.accent, 9)
        + fill(tips, p.accent)
        + stroke(gate, INK, 10),
        size=0.94,
    )


def _half_width(y: float) -> float:
    """Return how far the rampart's mortar reaches from the middle; its foot is a parabola."""
    down = min(max(y - 318, 0), 106)
    share = (152 - math.sqrt(152**2 - 4 * 46 * down)) / (2 * 46)
    return max(122 * (1 - share**2) - 5, 0)


def lens(p: Palette) -> Symbol:
    """Draw traffic analysis: a magnifying glass over a wave."""
    faint = "M128 258H152L160 240L172 276L182 258H378L388 236L402 280L412 258H430L438 246L448 270L454 258H472"
    wave = "M194 258H212L232 206L262 316L290 222L308 258H326"
    return Symbol(
        lines=disc(260, 258, 94) + "M330 328L402 398",
        width=26,
        under=stroke(faint, p.light, 6, 0.8) + fill(disc(260, 258, 94), p.deep, 0.8),
        over=stroke(wave, p.accent, 12)
        + stroke("M350 348L402 400", p.deep, 7, 0.35)
        + stroke("M194 222A76 76 0 0 1 236 186", "#ffffff", 7, 0.45),
    )


def chip(p: Palette) -> Symbol:
    """Draw hardening: a chip that bears a ticked shield."""
    pins = "".join(
        box(291 + d, 152, 18, 254, 6) + box(173, 270 + d, 254, 18, 6) for d in (-60, -20, 20, 60)
    )
    shield = "M300 218Q330 236 356 236Q360 310 300 344Q240 310 244 236Q270 236 300 218Z"
    return Symbol(
        solid=pins + box(204, 183, 192, 192, 22),
        over=fill(box(218, 197, 164, 164, 14), p.dark)
        + stroke(box(218, 197, 164, 164, 14), p.light, 2, 0.7)
        + fill(disc(236, 215, 6), p.accent)
        + fill(shield, p.accent)
        + stroke("M274 280L294 301L328 258", p.deep, 14),
    )


def bug(p: Palette) -> Symbol:
    """Draw vulnerability management: a bug in a viewfinder."""
    legs = "".join(
        f"M{300 + s * 40} {y}L{300 + s * 76} {y + a}L{300 + s * 92} {y + b}"
        for s in (-1, 1)
        for y, a, b in ((252, -14, -44), (290, 2, 4), (328, 16, 46))
    )
    legs += "M282 196L262 166M318 196L338 166"
    corners = "".join(
        f"M{300 + s * 114} {288 + t * 70}V{288 + t * 114}H{300 + s * 70}"
        for s in (-1, 1)
        for t in (-1, 1)
    )
    body = "M300 228C350 228 362 268 360 300C358 346 332 374 300 374C268 374 242 346 240 300C238 268 250 228 300 228Z"
    return Symbol(
        lines=legs + body + disc(300, 206, 24),
        width=13,
        solid=body + disc(300, 206, 28),
        under=stroke(corners, p.accent, 13),
        over=stroke("M300 236V372M246 262Q300 284 354 262", p.dark, 7)
        + fill(
            disc(272, 304, 11) + disc(328, 304, 11) + disc(279, 342, 8) + disc(321, 342, 8), p.main
        ),
    )


def beacon(p: Palette) -> Symbol:
    """Draw incident response: a flashing beacon."""
    rays = "".join(
        f"M{at(point(a, 112, 300, 286))}L{at(point(a, 138, 300, 286))}"
        for a in (-72, -36, 0, 36, 72)
    )
    return Symbol(
        solid="M226 352V274A74 74 0 0 1 374 274V352Z" + box(192, 346, 216, 56, 14),
        under=stroke(rays, p.accent, 16),
        over=fill("M242 346V274A58 58 0 0 1 358 274V346Z", p.accent)
        + fill("M242 346V274A58 58 0 0 1 300 216V346Z", "#ffffff", 0.22)
        + stroke("M300 242V290", p.deep, 20)
        + fill(disc(300, 322, 12), p.deep)
        + stroke("M222 374H378", p.main, 6, 0.6),
    )


def screen(p: Palette) -> Symbol:
    """Draw monitoring: a screen with bars, a threshold and one alert."""
    heights = (38, 62, 48, 110, 70, 54)
    bars = "".join(box(204 + 34 * i, 322 - h, 22, h, 4) for i, h in enumerate(heights) if i != 3)
    return Symbol(
        solid=box(170, 162, 260, 190, 20) + "M270 346H330L338 388H262Z" + box(228, 382, 144, 20, 9),
        over=fill(box(186, 178, 228, 158, 8), p.deep)
        + stroke("M196 218H404M196 252H404M196 286H404", p.light, 1.5, 0.35)
        + fill(bars, p.light)
        + fill(box(306, 212, 22, 110, 4), p.accent)
        + f'<path d="M198 240H402" stroke="{INK}" stroke-width="5" stroke-dasharray="12 9"/>'
        + fill(disc(392, 184, 30), p.deep)
        + fill(disc(392, 184, 24), p.accent)
        + stroke("M392 171V186", p.deep, 8)
        + fill(disc(392, 197, 4.8), p.deep),
        size=0.92,
    )


def bubble(p: Palette) -> Symbol:
    """Draw awareness and data protection: a speech bubble that holds a padlock."""
    shape = "M214 156H386Q424 156 424 194V312Q424 350 386 350H290L232 404V350H214Q176 350 176 312V194Q176 156 214 156Z"
    return Symbol(
        solid=shape,
        over=stroke("M268 246V222A32 32 0 0 1 332 222V246", p.dark, 17)
        + fill(box(246, 240, 108, 82, 14), p.dark)
        + fill(box(246, 240, 108, 41, 14), "#ffffff", 0.1)
        + fill(disc(300, 272, 13), p.accent)
        + fill("M294 274H306L311 305H289Z", p.accent),
        size=0.93,
    )


def network(p: Palette) -> Symbol:
    """Draw networks and systems basics: a terminal, three machines and the plinth under them."""
    hosts = "".join(box(x - 33, 312, 66, 54, 10) for x in (208, 300, 392))
    return Symbol(
        lines="M300 252V312M208 312V286H392V312",
        width=10,
        solid=box(230, 146, 140, 108, 14) + hosts + box(160, 384, 280, 26, 8),
        over=fill(box(243, 159, 114, 82, 7), p.deep)
        + stroke("M260 180L280 200L260 220M292 222H330", p.accent, 11)
        + fill("".join(box(x - 23, 322, 46, 24, 4) for x in (208, 300, 392)), p.dark)
        + fill("".join(disc(x, 356, 3.5) for x in (208, 300, 392)), p.main)
        + fill(disc(300, 286, 11), p.accent),
    )


def honeycomb(p: Palette) -> Symbol:
    """Draw the milestone: seven cells in the colours of the seven badges, and laurel."""
    centres = [(300.0, 276.0), *(point(60 * i + 30, 80, 300, 276) for i in range(6))]
    cells = [rounded([point(60 * i, 43, x, y) for i in range(6)], 6) for x, y in centres]
    inner = [rounded([point(60 * i, 36, x, y) for i in range(6)], 5) for x, y in centres]
    colours = [PALETTES[name] for name in PATHWAY]
    leaves = ""
    for side in (-1, 1):
        for i in range(8):
            x, y = point(side * (58 + 14.5 * i), 148, 300, 290)
            tip = point(side * (58 + 14.5 * i - 24), 160 if i % 2 else 176, 300, 290)
            leaves += _leaf((x, y), tip)
    return Symbol(
        solid="".join(cells),
        under=fill(leaves, p.accent),
        over="".join(fill(d, c.main) for d, c in zip(inner, colours, strict=True))
        + stroke("M284 277L296 290L318 263", INK, 9),
    )


def _leaf(a: Point, b: Point) -> str:
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    dx, dy = (b[1] - a[1]) * 0.32, (a[0] - b[0]) * 0.32
    return f"M{at(a)}Q{at((middle[0] + dx, middle[1] + dy), b)}Q{at((middle[0] - dx, middle[1] - dy), a)}Z"


def people(p: Palette) -> Symbol:
    """Draw peer support: two people who touch hands under a heart."""
    figures = "".join(
        disc(x, 276, 36) + f"M{x - 60} 460V388A60 60 0 0 1 {x + 60} 388V460Z" for x in (214, 386)
    )
    heart = "M300 254C248 216 240 190 248 170C258 148 288 150 300 174C312 150 342 148 352 170C360 190 352 216 300 254Z"
    return Symbol(
        solid=figures,
        lines="M238 372L300 296L362 372",
        width=24,
        under=fill(heart, p.accent) + stroke("M264 182Q268 168 280 170", "#ffffff", 6, 0.8),
    )
