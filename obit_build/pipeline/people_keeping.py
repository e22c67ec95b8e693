"""What a centre does with its people list: look somebody up, add people, forget somebody.

Forgetting is the right to erasure (GDPR, article 17) as far as a program can grant it: the row goes,
the awards are withdrawn and lose their details, and what is left to do is told. No message names
anybody; only :func:`look_up` returns what the list says, to whoever asks for it at a terminal.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from obit_build import addresses, durable
from obit_build.centre.award_edits import Entry, bare_withdrawal
from obit_build.centre.endorsements import subject_of
from obit_build.centre.names import ELSEWHERE, PEOPLE
from obit_build.centre.people_list import people_list
from obit_build.durations import add
from obit_build.errors import ArgumentError, PeopleListError, SourceError
from obit_build.git import head as git
from obit_build.ledger.address import GitPlace
from obit_build.ledger.files import credential_file
from obit_build.model.award import Award, Recipient
from obit_build.model.repository import Repository
from obit_build.model.words import Code
from obit_build.people.editing import (
    codes_of_others,
    new_code,
    same_person,
    with_people,
    without_code,
)
from obit_build.people.recipients import read_newcomers
from obit_build.pipeline import mode_of, repository_of, sound
from obit_build.pipeline.before import place_of, present_ledger
from obit_build.pipeline.deciding import FileEdit, write_all
from obit_build.problems import ProblemsFoundError, Report
from obit_build.reading.kinds import CODE
from obit_build.setting import Setting
from obit_build.website.holder_pages import holder_folder

FIX_ABSENT = f"run the command where the list is; {ELSEWHERE} may name its path"


@dataclass(frozen=True, slots=True)
class Holder:
    """A code, how many awards it has, and the day of the last one."""

    code: str
    awards: int
    last: datetime.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What an import did."""

    codes: tuple[str, ...]
    """One for each row of the imported file, in its order."""
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was done to forget a person, and what is left for people to do."""

    edits: tuple[FileEdit, ...]
    row_removed: bool
    code_removed: bool
    """Whether the repository's list of codes, beside a list that is kept elsewhere, had it."""
    withdrawn: int
    """How many awards are withdrawn when this is issued, or were so before."""
    other_codes: tuple[str, ...] = ()
    """Codes of rows with the same e-mail address."""
    endorsements: tuple[str, ...] = ()
    """Files with opinions about the person's awards."""
    list_in_git: bool = False
    """Whether older commits hold the row."""
    ledger_in_git: bool = False
    bytes_in_ledger: tuple[str, ...] = field(default=(), repr=False)
    """Paths of the credentials' bytes in the ledger."""


def holders(setting: Setting) -> list[Holder]:
    """Return everybody in the people list, by code, with what they hold."""
    repository = _with_people(setting)
    return _holders(repository)


def _with_people(setting: Setting) -> Repository:
    repository = repository_of(sound(setting))
    if repository.people_absent:
        raise PeopleListError("the people list is kept elsewhere and is not here", fix=FIX_ABSENT)
    return repository


def _holders(repository: Repository) -> list[Holder]:
    days: dict[str, list[datetime.date]] = {code: [] for code in sorted(repository.recipients)}
    for award in repository.awards:
        if award.key.recipient in days and award.withdrawn is None:
            days[award.key.recipient].append(award.key.issued)
    return [Holder(code, len(held), max(held, default=None)) for code, held in days.items()]


def fresh_codes(setting: Setting, count: int) -> list[str]:
    """Draw codes that neither the people list nor any award uses."""
    repository = repository_of(sound(setting))
    taken = _taken(repository)
    for _ in range(count):
        taken[new_code(setting.entropy, taken)] = None
    return list(taken)[-count:]


def _taken(repository: Repository) -> dict[str, None]:
    """Return all codes that are in use."""
    return dict.fromkeys((*repository.recipients, *(a.key.recipient for a in repository.awards)))


def import_people(setting: Setting, data: bytes, name: str) -> Added:
    """Add the people of a CSV file to the list, each with a random code; known addresses keep theirs.

    Raises ProblemsFoundError for a file with mistakes; then nothing was changed.
    """
    repository = _with_people(setting)
    taken = _taken(repository)

    def draw() -> Code:
        code = new_code(setting.entropy, taken)
        taken[code] = None
        return code

    newcomers, problems = read_newcomers(data, name, draw)
    report = Report.of([*problems, *codes_of_others(repository.recipients, newcomers)])
    if report.errors:
        raise ProblemsFoundError(report, {})
    counting = same_person(repository.recipients.values(), newcomers)
    new = {p.code: p for p in counting if p.code not in repository.recipients}
    if new:
        path = _list_of(setting, repository)
        text = with_people(repository.files.get(PEOPLE), new.values())
        durable.write(path, text, mode=_mode_of(path))
    return Added(codes=tuple(str(p.code) for p in counting), new=len(new))


def _list_of(setting: Setting, repository: Repository) -> Path:
    place = people_list(setting.root, repository.files, setting.environment.get(ELSEWHERE))
    return place.path.resolve()


def _mode_of(path: Path) -> int:
    """Return a file's permissions; a new list is its owner's alone."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o600


def _refuse_in_ci(setting: Setting) -> None:
    if setting.environment.get("CI", "").lower() not in ("", "0", "false"):
        raise PeopleListError(
            "people are not looked up in CI, whose logs others read",
            fix="look them up on your own computer",
        )


def links(setting: Setting, code: str) -> list[str]:
    """Return the addresses of a person's pages: the own one if there is one, then each badge's.

    Raises PeopleListError in CI, ArgumentError for a person without any badge on the site.
    """
    _refuse_in_ci(setting)
    repository = _with_people(setting)
    awards = [a for a in repository.awards if a.key.recipient == code and a.withdrawn is None]
    ledger = present_ledger(setting, repository)
    ids = [ledger.award_id(award.key) for award in awards] if ledger else []
    held = [x for x in ids if ledger and x in ledger.awards]
    if ledger is None or not held:
        raise ArgumentError(
            "no badge of this code is on the site",
            fix="obit people list shows the codes; what is awarded has to be issued first",
        )
    person = repository.recipients.get(code)
    own = [holder_folder(ledger, code)] if person and person.wants_page else []
    pages = [*own, *(addresses.award_page(award_id) for award_id in held)]
    return [addresses.url(repository.settings, page) for page in pages]


def look_up(setting: Setting, word: str) -> list[Recipient]:
    """Return the people with this code, address or name; refuse where others read what is said.

    Raises PeopleListError in CI, ArgumentError if there is nobody.
    """
    _refuse_in_ci(setting)
    wanted = word.casefold().strip()
    found = [
        person
        for person in _with_people(setting).recipients.values()
        if wanted in [said.casefold() for said in (person.code, person.email, person.name) if said]
    ]
    if not found:
        raise ArgumentError(
            "nobody in the people list has this code, address or name",
            fix="write it as the list does; obit people list shows the codes",
        )
    return found


def due(setting: Setting) -> list[Holder]:
    """Return those whose last award is older than ``privacy.retention`` allows, by code."""
    repository = _with_people(setting)
    kept = repository.settings.privacy.retention
    if kept is None:
        raise ArgumentError(
            "obit.yaml does not say how long awards are kept",
            fix="write retention: P5Y under privacy: for five years",
        )
    today = setting.now.date()

    def is_over(day: datetime.date) -> bool:
        try:
            return add(day, kept) < today
        except OverflowError:
            return False

    known = _holders(repository)
    return [holder for holder in known if holder.last is not None and is_over(holder.last)]


def forget(setting: Setting, code: str, day: datetime.date, *, dry_run: bool = False) -> Forgotten:
    """Remove a person's row, withdraw all of the person's awards, and tell what is left to do.

    Award files are written first, so that a run that was stopped can be run again. Raises
    ArgumentError for a code that is nowhere, SourceError for a file that can't be edited safely;
    then nothing was changed.
    """
    repository = _with_people(setting)
    awards = [award for award in repository.awards if award.key.recipient == code]
    person = repository.recipients.get(code)
    if person is None and not awards:
        raise _nobody(code)
    texts = dict(repository.files)
    for award in awards:
        texts[award.location.path] = _withdrawn(texts[award.location.path], repository, award, day)
    texts.pop(PEOPLE, None)
    path = _list_of(setting, repository)
    beside = (setting.root / PEOPLE).resolve()
    shorter = {
        x: rest for x in dict.fromkeys((path, beside)) if (rest := _shorter(x, code)) is not None
    }
    ledger = present_ledger(setting, repository)
    edits = write_all(setting, repository, texts, dry_run=dry_run)
    for one, rest in () if dry_run else shorter.items():
        durable.write(one, rest, mode=_mode_of(one))
    ids = [x for a in awards for x in ledger.all_ids(ledger.award_id(a.key))] if ledger else []
    known = [award_id for award_id in ids if ledger and award_id in ledger.awards]
    return Forgotten(
        edits=tuple(edits),
        row_removed=path in shorter,
        code_removed=path != beside and beside in shorter,
        withdrawn=len(awards),
        other_codes=tuple(_others(repository, person)),
        endorsements=tuple(_endorsements(repository, set(ids))),
        list_in_git=git.is_tracked(path),
        ledger_in_git=_is_in_git(setting, repository),
        bytes_in_ledger=tuple(credential_file(award_id) for award_id in known),
    )


def _shorter(path: Path, code: str) -> bytes | None:
    """Return a list without a person's rows; None if there is none to remove."""
    before = path.read_bytes() if path.is_file() else b""
    after = without_code(before, code) if before else before
    return after if after != before else None


def _nobody(code: str) -> ArgumentError:
    if not CODE.fullmatch(code):  # it may be a name: not repeated
        return ArgumentError(
            "this is not a recipient's code",
            fix="give the code; obit people lookup finds it by name or address",
        )
    return ArgumentError(
        f'neither the people list nor any award has "{code}"',
        fix="look at the code again; obit people list shows them",
    )


def _withdrawn(data: bytes, repository: Repository, award: Award, day: datetime.date) -> bytes:
    entry = Entry(award.key.recipient, award.key.n)
    language = repository.settings.default_language
    edited = bare_withdrawal(data, entry, award.withdrawn or max(day, award.key.issued), language)
    if edited is None:
        raise SourceError(
            f"the file of {entry.code}'s award can't be edited safely",
            fix=f"leave of the entry at {award.location.path}:{award.location.line} only its id and "
            f"withdrawn: {day.isoformat()}, then run the command again",
        )
    return edited


def _is_in_git(setting: Setting, repository: Repository) -> bool:
    return isinstance(place_of(setting, repository, mode_of(setting, repository)), GitPlace)


def _others(repository: Repository, person: Recipient | None) -> Iterator[str]:
    address = (person.email or "").casefold() if person else ""
    for code, other in sorted(repository.recipients.items()):
        if person and address and code != person.code and (other.email or "").casefold() == address:
            yield code


def _endorsements(repository: Repository, ids: set[str]) -> Iterator[str]:
    for endorsement in repository.endorsements:
        subject = subject_of(repository.settings, endorsement.subject)
        if subject is not None and subject.kind == "award" and subject.name in ids:
            yield endorsement.path
