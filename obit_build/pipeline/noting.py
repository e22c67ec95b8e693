"""What a build leaves for the next one, so that it can see at a glance that there is nothing to do.

The note (:mod:`obit_build.publishing.unchanged`) is written with the decision about the site. It counts only for what the
build has really read: each file that it parsed has to be the one that the census saw.
"""

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from obit_build import addresses
from obit_build.centre.census import Census
from obit_build.centre.names import ELSEWHERE, PEOPLE
from obit_build.centre.people_list import PeopleList, people_list
from obit_build.checks import EARLIEST_ZONE, today_at
from obit_build.fingerprint import fingerprint
from obit_build.ledger.address import FolderPlace
from obit_build.ledger.files import CHECKPOINT, LedgerReader, credential_file, status_file
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.repository import Repository
from obit_build.pipeline.before import place_of
from obit_build.planning.edits import remember_issued
from obit_build.problems import Report
from obit_build.publishing.publish import Stage
from obit_build.publishing.summary import Summary
from obit_build.publishing.unchanged import NOTE, Note, circumstances, held_digest, written
from obit_build.setting import Setting

HELD = "held"
"""What the manifest calls the ledger of which it has the list of files, and the digest of that list."""
_INSTANT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"')


def leave_note(
    setting: Setting,
    repository: Repository,
    report: Report,
    store: LedgerReader,
    ledger: Ledger,
    stage: Stage,
    census: Census | None,
) -> None:
    """Note what this build saw, in the manifest's open transaction; or that nobody can rely on it."""
    seal = store.leave(ledger) if isinstance(store, FolderStore) else ()
    remember_issued(repository, ledger, setting.remembered)
    stage.manifest.remember(setting.remembered)
    text = ""
    place = place_of(setting, repository, ledger.mode)
    people = people_list(setting.root, repository.files, setting.environment.get(ELSEWHERE))
    if census and isinstance(place, FolderPlace) and _is_what_was_read(census, repository, people):
        held = _held_now(store, ledger, stage)
        note = Note(
            circumstances=circumstances(setting),
            files=census.total,
            people=str(people.path) if people.is_apart else "",
            people_sha256=_people_sha256(repository, people),
            since=setting.now,
            until=min(_turns(setting.now, store, ledger, stage)),
            ledger=place.path,
            seal=seal,
            size=ledger.size,
            head=ledger.head,
            held=held,
            elsewhere=_elsewhere(setting, repository, ledger),
            report=report,
            read=len(repository.files),
            summary=_summary(repository, ledger, stage),
        )
        text = written(note)
    if stage.manifest.about().get(NOTE, "") != text:
        stage.manifest.set_about({NOTE: text})


def _is_what_was_read(census: Census, repository: Repository, people: PeopleList) -> bool:
    """Whether no file was changed between the census and the reading."""
    return all(
        census.files.get(path) == hashlib.sha256(data).hexdigest()
        for path, data in repository.files.items()
        if not (path == PEOPLE and people.is_apart)
    )


def _people_sha256(repository: Repository, people: PeopleList) -> str:
    if people.is_absent or not people.is_apart:
        return ""
    return hashlib.sha256(repository.files[PEOPLE]).hexdigest()


def _elsewhere(setting: Setting, repository: Repository, ledger: Ledger) -> str:
    """Return the folder that would make this a live site if a ledger were in it (``mode_of``)."""
    if setting.preview is not None or ledger.mode == "live":
        return ""
    place = place_of(setting, repository, "live")
    return place.path if isinstance(place, FolderPlace) else ""


def _held_now(store: LedgerReader, ledger: Ledger, stage: Stage) -> str:
    """Keep the list of the ledger's files, unless it is the one that is kept; return its digest."""
    of = fingerprint(ledger.head, list(_signed_again(store, ledger)))
    kept, _, digest = stage.manifest.about().get(HELD, "").partition(" ")
    if kept != of or held_digest(stage.manifest.held()) != digest:
        stage.manifest.set_held(_held(store, ledger))
        digest = held_digest(stage.manifest.held())
        stage.manifest.set_about({HELD: f"{of} {digest}"})
    return digest


def _held(store: LedgerReader, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of each file of the ledger but its events."""
    for award in ledger.awards.values():
        if award.state != "withdrawn":
            yield credential_file(award.id), award.sha256
            if award.token_sha256:
                yield credential_file(award.id, "jwt"), award.token_sha256
    yield from _signed_again(store, ledger)


def _signed_again(store: LedgerReader, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of the lists and the checkpoint; an empty one for a missing file."""
    for path in (*map(status_file, _lists(ledger)), CHECKPOINT):
        data = store.read(path)
        yield path, "" if data is None else hashlib.sha256(data).hexdigest()


def _lists(ledger: Ledger) -> Iterator[str]:
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            yield addresses.status_list(issuer, number)
            yield addresses.suspension_list(issuer, number)


def _turns(
    now: datetime.datetime, store: LedgerReader, ledger: Ledger, stage: Stage
) -> Iterator[datetime.datetime]:
    """Yield later times at which checks or verifiers may begin to say something else of the same files.

    Checks know days. A verifier compares the time with the instants that it reads: in the status lists, in
    one award of each, and in what issuers publish. Unverified awards were good at their time; dates are theirs to say.
    """
    tomorrow = today_at(now) + datetime.timedelta(days=1)
    yield datetime.datetime.combine(tomorrow, datetime.time(), datetime.UTC) - EARLIEST_ZONE
    for data in _read_by_verifiers(store, ledger, stage):
        for found in _INSTANT.finditer(data):
            at = datetime.datetime.fromisoformat(found[1].decode())
            if at > now:
                yield at


def _read_by_verifiers(store: LedgerReader, ledger: Ledger, stage: Stage) -> Iterator[bytes]:
    one_of_each: dict[tuple[str, int], IssuedAward] = {}
    for award in ledger.awards.values():
        if award.state != "withdrawn":
            one_of_each.setdefault((award.issuer, award.list_number), award)
    for award in one_of_each.values():
        yield store.credential(award.id, award.sha256)
    for path in _lists(ledger):
        yield store.status(path) or b""
    for issuer in sorted(ledger.lists):
        row = stage.manifest.unit(f"issuer/{issuer}")
        for file in row.files if row else ():
            if file.path.endswith(".json"):
                yield stage.read(file.path) or b""


def _summary(repository: Repository, ledger: Ledger, stage: Stage) -> Summary:
    """Say what a build for which there is nothing to do says."""
    files, size, images, certificates = stage.manifest.totals()
    return summary_of(
        repository,
        ledger,
        signed=0 if ledger.mode == "preview" else None,
        unchanged=len(repository.awards),
        counts=(files, size, files, images, certificates),
    )


def summary_of(
    repository: Repository,
    ledger: Ledger,
    *,
    signed: int | None,
    unchanged: int,
    counts: tuple[int, int, int, int, int],
) -> Summary:
    """Sum up a site; ``counts`` are files, bytes, files as before, images and certificates."""
    languages = repository.settings.languages
    texts = {
        "badges": [badge.name for badge in repository.achievements.values()],
        "issuers": [
            profile.description or profile.name for profile in repository.profiles.values()
        ],
    }
    states = Counter(award.state for award in ledger.awards.values())
    files, size, as_before, images, certificates = counts
    return Summary(
        base=repository.settings.base,
        mode=ledger.mode,
        languages=languages,
        texts={
            what: tuple(sum(language in x.by_language for x in said) for language in languages)
            for what, said in texts.items()
        },
        signed=signed,
        unchanged=unchanged,
        states=dict(sorted(states.items())),
        files=files,
        bytes=size,
        as_before=as_before,
        verified=sum(states.values()) - states["withdrawn"],
        images=images,
        certificates=certificates,
    )
