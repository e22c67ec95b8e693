"""Endorsement: what another body has signed about an issuer, a badge or an award."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from obit_build.model.words import Language, place
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """A signed opinion of a third party, as its file holds it (EndorsementCredential).

    ``issuers/<slug>/endorsements/<name>.json`` or ``badges/<slug>/endorsements/<name>.json``,
    where the name may end in ``.<language>``.
    """

    path: str
    data: bytes = field(repr=False)
    """The file's exact bytes, which are published."""
    document: Mapping[str, Any] = field(repr=False, compare=False)
    subject: str
    """The id of what is endorsed."""
    endorser: str
    """The id of who signed, such as a DID."""
    endorser_name: str | None
    comment: str | None
    """Markdown."""
    language: Language | None
    """The comment's language, as far as the file's name tells it."""
    valid_from: datetime.datetime
    valid_until: datetime.datetime | None
    location: Location = place()

    @property
    def folder(self) -> str:
        """The folder it was put into: ``issuers/<slug>`` or ``badges/<slug>``."""
        return self.path.rsplit("/", 2)[0]

    @property
    def name(self) -> str:
        """The file's name without its ending; part of its address."""
        return self.path.rsplit("/", 1)[1].removesuffix(".json")

    @property
    def stem(self) -> str:
        """The name without the language: what the same opinion in several languages shares."""
        return self.name.split(".", maxsplit=1)[0]
