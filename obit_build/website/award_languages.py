"""In which language the texts of an award are, where that is not the language of its credential.

A credential names one language for all that it says (``inLanguage`` of its Achievement). What exists
in another one only was signed in that, and the pages have to say so (WCAG 2.2, 3.1.2). The
credential can't tell; the award's entry in the repository can.
"""

from collections.abc import Iterator

from obit_build.model.award import Award
from obit_build.model.profile import Organization
from obit_build.model.words import Text

Spoken = tuple[tuple[str, str], ...]
"""(place, language): ``narrative``, ``role``, ``term``, ``source``, ``evidence/0/name`` and the like."""
_EVIDENCE = ("name", "description", "narrative", "genre")


def spoken_otherwise(award: Award, language: str, default: str) -> Spoken:
    """List the texts of an award that are not in ``language``, which is its credential's.

    ``default`` is the site's. A text without a language that stands in an entry with one (``language:
    nl``) is taken for a text in that.
    """
    own = (language, language.split("-", maxsplit=1)[0])
    found: list[tuple[str, str]] = []
    for place, text in _texts(award):
        if text is None or own[0] in text.by_language:
            continue
        is_bare = text.languages() == (default,)
        said = award.language if award.language and is_bare else text.find(own[1], default)[1]
        if said not in own:
            found.append((place, str(said)))
    return tuple(found)


def _texts(award: Award) -> Iterator[tuple[str, Text | None]]:
    yield "narrative", award.narrative
    yield "role", award.role
    yield "term", award.term
    if isinstance(award.source, Organization):
        yield "source", award.source.name
    for n, evidence in enumerate(award.evidence):
        for name in _EVIDENCE:
            yield f"evidence/{n}/{name}", getattr(evidence, name)
