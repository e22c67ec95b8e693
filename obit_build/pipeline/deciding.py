"""Decisions about awards, written into their files: revoke, suspend, restore, withdraw.

Nothing is issued here and no key is asked: what is written is reviewed and merged like any other
change. Files are written after all edits were found to be safe.
"""

import datetime
import difflib
import re
from dataclasses import dataclass
from typing import Literal

from obit_build import durable
from obit_build.centre.award_edits import Entry, decision_text, with_field, without_field
from obit_build.errors import ArgumentError, SourceError
from obit_build.ledger.ledger import Ledger
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.pipeline import repository_of, sound
from obit_build.pipeline.before import present_ledger
from obit_build.reading.kinds import CODE
from obit_build.setting import Setting

Verb = Literal["revoke", "suspend", "restore", "withdraw"]
FIELDS: dict[Verb, str] = {"revoke": "revoked", "suspend": "suspended", "withdraw": "withdrawn"}
_ID = re.compile(r"[a-z2-7]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was decided, about which awards."""

    verb: Verb
    awards: tuple[str, ...]
    """Ids of awards, or codes of people."""
    day: datetime.date
    reason: str | None = None
    badge: str | None = None
    issued: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class FileEdit:
    """An award file before and after."""

    path: str
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Show the lines that differ, as a unified diff."""
        old, new = (x.decode("utf-8", "replace").splitlines() for x in (self.before, self.after))
        lines = difflib.unified_diff(old, new, f"a/{self.path}", f"b/{self.path}", lineterm="")
        return "\n".join(lines) + "\n"


def decide(setting: Setting, wish: Wish) -> list[FileEdit]:
    """Write a decision into the award files; return what was changed, sorted by path.

    Raises ArgumentError if the awards can't be told or are not in a state for it, SourceError if
    a file can't be edited without risk.
    """
    repository = repository_of(sound(setting))
    by_id = any(_ID.fullmatch(word) for word in wish.awards)
    ledger = present_ledger(setting, repository) if by_id else None
    chosen = [_chosen(repository, ledger, wish, word) for word in wish.awards]
    texts = dict(repository.files)
    for award in {award.key: award for award in chosen}.values():
        path = award.location.path
        edited = _edited(texts[path], award, wish, repository.settings.default_language)
        if edited is None:
            raise _by_hand(award, wish)
        texts[path] = edited
    return write_all(setting, repository, texts)


def write_all(
    setting: Setting, repository: Repository, texts: dict[str, bytes], *, dry_run: bool = False
) -> list[FileEdit]:
    """Write every file that differs from what was read; with ``dry_run`` only say which."""
    edits = [
        FileEdit(path, repository.files[path], text)
        for path, text in sorted(texts.items())
        if repository.files[path] != text
    ]
    for edit in () if dry_run else edits:
        durable.write(setting.root / edit.path, edit.after)
    return edits


def _edited(data: bytes, award: Award, wish: Wish, language: str) -> bytes | None:
    entry = Entry(award.key.recipient, award.key.n)
    if wish.verb == "restore":
        return without_field(data, entry, "suspended", language)
    value = wish.day.isoformat()
    if wish.verb != "withdraw":
        value = decision_text(wish.day, wish.reason)
    if wish.verb == "revoke" and award.suspended:
        freed = without_field(data, entry, "suspended", language)
        return freed and with_field(freed, entry, "revoked", value, language)
    return with_field(data, entry, FIELDS[wish.verb], value, language)


def _by_hand(award: Award, wish: Wish) -> SourceError:
    code, place = award.key.recipient, f"{award.location.path}:{award.location.line}"
    if wish.verb == "restore":
        fix = f"remove suspended: from the entry of {code} at {place}"
    else:
        value = decision_text(wish.day, None if wish.verb == "withdraw" else wish.reason)
        fix = f"write into the entry of {code} at {place}: {FIELDS[wish.verb]}: {value}"
    return SourceError(f"the file of {code}'s award can't be edited safely", fix=fix)


def _chosen(repository: Repository, ledger: Ledger | None, wish: Wish, word: str) -> Award:
    """Find the one award that is meant by an id or a code."""
    found = [
        award
        for award in repository.awards
        if (award.key.recipient == word or (ledger and word in _ids(ledger, award)))
        and wish.badge in (None, award.key.badge)
        and wish.issued in (None, award.key.issued)
    ]
    if not found:
        raise _unknown(word, narrowed=bool(wish.badge or wish.issued))
    able = [award for award in found if _hindrance(award, wish.verb) is None]
    if not able:
        raise ArgumentError(
            f"{word}: {_hindrance(found[0], wish.verb)}",
            fix="look at obit plan and the award's page",
        )
    if len(able) > 1:
        listed = ", ".join(sorted(_named(award, ledger) for award in able))
        raise ArgumentError(
            f"{word} has {len(able)} awards that could be meant",
            fix=f"add --badge or --issued, or give an id: {listed}",
        )
    return able[0]


def _ids(ledger: Ledger, award: Award) -> tuple[str, ...]:
    """Return all ids that an award has had: the address of an old page leads here as well."""
    return ledger.all_ids(ledger.award_id(award.key))


def _unknown(word: str, *, narrowed: bool) -> ArgumentError:
    if not CODE.fullmatch(word):  # it may be a name: not repeated
        return ArgumentError(
            "this is neither the id of an award nor a recipient's code",
            fix="give the last part of the award page's address, or the code in the award file",
        )
    return ArgumentError(
        f'there is no award of "{word}"' + (" with this badge or day" if narrowed else ""),
        fix="give the last part of the award page's address, or the code in the award file",
    )


def _named(award: Award, ledger: Ledger | None) -> str:
    name = f"{award.key.badge} of {award.key.issued.isoformat()}"
    return f"{name} ({ledger.award_id(award.key)})" if ledger else name


def _hindrance(award: Award, verb: Verb) -> str | None:
    """Say why a decision makes no sense for an award, if so."""
    if award.withdrawn:
        return "the award is withdrawn already"
    if verb == "restore":
        if award.revoked:
            return "the award is revoked, and a revocation is final"
        return None if award.suspended else "the award is not suspended"
    if verb == "withdraw":
        return None
    if award.revoked:
        return "the award is revoked already"
    return "the award is suspended already" if verb == "suspend" and award.suspended else None
