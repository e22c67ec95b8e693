"""A holder's own page: all badges of one person, at an address that nobody can guess.

There is one only for a person whose row says ``holder_page: yes`` and has a day of consent. Its
address derives from the ledger's salt and the person's code; no other page, list or file of the
site names it. It goes with the row, and with the last badge.
"""

import base64
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from obit_build import addresses
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.award import Recipient
from obit_build.website.award_files import AwardFiles
from obit_build.website.award_pages import AwardView
from obit_build.website.editions import Edition, Meta
from obit_build.website.files import Output, OutputFile, text_file
from obit_build.website.screens import Values

_NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP can tell: the same files give the same bytes."""


def holder_folder(ledger: Ledger, code: str) -> str:
    """Return the path of a person's page: 160 bits that follow from the ledger's salt and the code."""
    token = base64.b32encode(ledger.keyed("holder-page", code.encode(), 20)).decode().lower()
    return addresses.holder_page(token)


@dataclass(frozen=True, slots=True)
class HolderPages:
    """The holders' pages of one site."""

    awards: AwardFiles

    def held(self) -> Iterator[tuple[Recipient, list[IssuedAward]]]:
        """Yield everybody who has a page, with what it shows, newest first."""
        shared = self.awards.shared
        people = {code: x for code, x in shared.repository.recipients.items() if x.wants_page}
        held: dict[str, list[IssuedAward]] = {}
        for issued in shared.ledger.awards.values() if people else ():
            award = shared.awards.get(issued.id)
            if award is not None and award.key.recipient in people and issued.state != "withdrawn":
                held.setdefault(award.key.recipient, []).append(issued)
        for code, person in sorted(people.items()):
            if code in held:
                awards = sorted(held[code], key=lambda x: (x.issued, x.badge, x.id), reverse=True)
                yield person, awards

    def files(self, person: Recipient, issued: list[IssuedAward]) -> Iterator[Output]:
        """Yield one holder's page in each edition, all files in one, and when a badge's state changes."""
        shared = self.awards.shared
        folder = holder_folder(shared.ledger, person.code)
        yield OutputFile(f"{folder}badges.zip", self._bundle(issued))
        for one in issued:
            yield from self.awards.turns_of(one)
        for edition in shared.editions:
            views = [self.awards.view_of(one, edition) for one in issued]
            yield text_file(*self._page(edition, folder, person.public_name, views))

    def _page(
        self, edition: Edition, folder: str, name: str | None, awards: list[AwardView]
    ) -> tuple[str, str]:
        screens, t = self.awards.shared.screens, edition.phrases.phrase
        meta = Meta(
            path=folder,
            title=t("holder.title"),
            description=t("holder.lead"),
            crumbs=screens.trail(edition)[:1],
            listed=False,
        )
        shown: Values = {"awards": awards, "name": name, "bundle": f"{folder}badges.zip"}
        return screens.page(edition, "holder.html", meta, shown)

    def _bundle(self, issued: list[IssuedAward]) -> bytes:
        """Put credentials and pictures into one ZIP, uncompressed: they are so already."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
            for number, one in enumerate(reversed(issued), start=1):
                stem = f"{number:02d}-{one.issued.isoformat()}-{one.badge}"
                for ending, data in self.awards.copies_of(one):
                    entry = zipfile.ZipInfo(f"{stem}.{ending}", _NO_DATE)
                    entry.external_attr = 0o644 << 16
                    bundle.writestr(entry, data)
        return target.getvalue()
