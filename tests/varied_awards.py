"""Awards of many shapes, drawn from a seed: every part of the model that a credential takes texts from.

Shapes come in series, as awards of one session do; what the awards of a series say all differs.
"""

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

from centre import an_award, text
from varied_credentials import SERIES, words

from obit_build.model.award import Award, Evidence, Result
from obit_build.model.profile import Organization
from obit_build.model.words import Language, Slug, Text, Url

PEOPLE = ("7f3k9m2q", "2m8qa4xd", "p0q9r8s7", "nobody01")
"""With and without an e-mail address, and one who is not on the list."""
STATUSES = ("Completed", "Provisional", None)


def _a_day(draw: random.Random) -> datetime.date:
    return datetime.date(2026, 1, 1) + datetime.timedelta(days=draw.randrange(3000))


def _url(draw: random.Random) -> Url:
    where = draw.choice(("https://évidence.example/", "http://x.example/a/", "https://x.example/"))
    return Url(where + "".join(draw.choices("abcxyz0189/-._~?", k=9)))


def _evidence(draw: random.Random, shape: random.Random) -> Evidence:
    def maybe(said: Text) -> Text | None:
        return said if shape.random() < 0.5 else None

    url = _url(draw) if shape.random() < 0.7 else None
    return Evidence(
        url=url,
        name=maybe(text(words(draw))) if url else text(words(draw)),
        narrative=maybe(text(words(draw))),
        genre=text(words(draw)) if shape.random() < 0.3 else None,
    )


def _result(draw: random.Random, shape: random.Random) -> Result:
    status = shape.choice(STATUSES)
    valued = status is None or shape.random() < 0.5
    return Result(
        result_description=Slug(shape.choice(("note", "regles"))),
        value=draw.choice(("A", "87", "3,5", words(draw))) if valued else None,
        status=status,
        achieved_level=Slug(draw.choice(("autonome", "guide"))) if shape.random() < 0.5 else None,
    )


def varied_awards(seed: int, count: int) -> Iterator[Award]:
    """Yield ``count`` awards, no two alike."""
    draw = random.Random(seed)
    for number in range(count):
        shape = random.Random(f"{seed} {number // SERIES}")
        made: dict[str, object] = {}
        for name in ("narrative", "role", "term"):
            if shape.random() < 0.4:
                made[name] = text(words(draw))
        for name in ("valid_from", "activity_start_date", "activity_end_date"):
            if shape.random() < 0.3:
                made[name] = _a_day(draw)
        if shape.random() < 0.3:
            made["expires"] = _a_day(draw) + datetime.timedelta(days=9000)
        if shape.random() < 0.3:
            made["license_number"] = words(draw)
        if shape.random() < 0.3:
            made["credits_earned"] = Decimal(shape.choice(("1", "2.5", "30.0")))
        if shape.random() < 0.2:
            made["source"] = Organization(name=text(words(shape)), url=_url(shape))
        if shape.random() < 0.4:
            made["evidence"] = tuple(_evidence(draw, shape) for _ in range(shape.randint(1, 3)))
        if shape.random() < 0.4:
            made["results"] = tuple(_result(draw, shape) for _ in range(shape.randint(1, 3)))
        yield an_award(
            shape.choice(PEOPLE),
            shape.choice(("pare-feu", "reseaux")),
            _a_day(draw),
            n=number + 1,
            language=shape.choice((None, Language("nl"))),
            **made,
        )
