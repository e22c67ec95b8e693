"""Make what has to be made of a site, and verify what has to be verified; the rest stays as it is.

A unit is made again when the digests of its inputs changed, when its files are not as they were
left, when a time has come at which they become others, and when nothing is known about it. An award is verified again when anything that a verifier
would read of it changed: its own files, its issuer's and its badge's documents. A status list speaks
of many awards, and runs out: that its bits are the ledger's was compared before, and in every build one award at
least is verified through each list, so that its signature, its form and its time are seen to be good.
"""

import datetime
import json
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar, NamedTuple

from obit_build.cluster import Cluster
from obit_build.errors import RenderError
from obit_build.fingerprint import fingerprint
from obit_build.inspect_site import Inspected, Inspector
from obit_build.ledger import IssuedAward, Ledger, instant
from obit_build.ledger_documents import UNREADABLE, refuse_malformed
from obit_build.manifest import FileRow, Manifest, UnitRow
from obit_build.processes import in_batches, noting, spread
from obit_build.publish import Stage
from obit_build.setting import Progress
from obit_build.website.files import Claim, Output, OutputFile, refuse_odd
from obit_build.website.parcels import packed_site, parcel_of
from obit_build.website.units import Unit, Units

AWARD = "award/"
"""How the names of awards' units begin."""
AT = "at"
"""What the manifest calls the time that the site was last made for."""
BATCH = 100
"""Awards that are made or verified at a stretch; a site of fewer than three batches needs no processes."""
_READ_BY_VERIFIERS = (".json", ".jwt", "badge.png", "badge.svg", ".pdf")
_READ_BY_NOBODY = "oembed.json"


@dataclass(slots=True)
class Making:
    """One run that brings a site up to date."""

    DISTURBED: ClassVar[str] = "disturbed"
    """What stands for the inputs of a unit whose files are not as they were left."""
    TURNED: ClassVar[str] = "turned"
    """What stands for those of a unit that time has changed, a badge that has expired, say."""

    units: Units
    stage: Stage
    progress: Progress
    jobs: int = 1
    """How many processes make and verify awards."""
    cluster: Cluster | None = None
    """Makes awards instead of this computer."""
    made: dict[str, str | None] = field(init=False, default_factory=dict)
    """Name of each unit that was made → its former inputs, if it was known; empty where nothing was."""
    _known: dict[str, tuple[str, str]] = field(init=False)
    """Name → (inputs, proven) of what is there."""
    _present: set[str] = field(init=False, default_factory=set)
    """Names of the units that the site has now."""
    _gone: set[str] = field(init=False, default_factory=set)
    _here: set[str] = field(init=False, default_factory=set)
    """Paths of units that were made, which can't be gone."""

    def __post_init__(self) -> None:
        turned = _turned(self.stage.manifest.about().get(AT), instant(self.units.shared.inputs.at))
        self._known = {
            name: (self.TURNED if turned(turns) else inputs, proven)
            for name, inputs, proven, turns in self.stage.manifest.known()
        }
        for name in self.stage.disturbed():
            self._known[name] = (self.DISTURBED, "")

    def make(self) -> None:
        """Make all units that are not as they should be, and find out what is no longer there."""
        for unit in self.units.common():
            self._unit(unit)
        self._awards()
        for unit in self.units.holders():
            self._unit(unit)
        for unit in self.units.former(self._claims()):
            self._unit(unit)
        for name in self._known.keys() - self._present:
            self._forget(name)
        self.stage.gone = frozenset(self._gone - self._here) | frozenset(self.stage.foreign())
        parts = {f"part.{name}": digest for name, digest in self.units.inputs.parts.items()}
        parts[AT] = instant(self.units.shared.inputs.at)
        if not parts.items() <= self.stage.manifest.about().items():
            self.stage.manifest.set_about(parts)

    def _awards(self) -> None:
        """Make the units of awards, in several processes where there are many of them."""
        total = len(self.units.shared.ledger.awards)
        old = map(self._former_of, self._due_awards())
        done = 0
        with closing(self._batches_made(in_batches(old, BATCH))) as batches:
            for made in batches:
                for one in made:
                    self._record(*one)
                done += len(made)
                self.progress("writing", done, total)

    def _due_awards(self) -> Iterator[Unit]:
        """Yield the awards to make; of the others, see that the ledger holds what was issued.

        Raises LedgerError for a credential or a token that was changed: a build that leaves its
        files alone would not read it otherwise.
        """
        issued, inputs = self.units.shared.ledger.awards, self.units.shared.inputs
        for unit in self.units.awards():
            award = issued[_award_id(unit.name)]
            if self._is_due(unit):
                yield unit
            elif award.state != "withdrawn":
                inputs.credential(award.id)
                if award.token_sha256:
                    inputs.token(award.id)

    def _batches_made(
        self, batches: Iterable[tuple["_Former", ...]]
    ) -> Generator[list["_Made"], None, None]:
        """Make awards in processes of this computer, or let a cluster make them and stage them here."""
        inputs = self.units.shared.inputs
        if self.cluster is None or inputs.typesetter:
            yield from spread(self._make_awards, batches, self.jobs)
            return
        under_way: deque[tuple[_Former, ...]] = deque()
        parcels = (
            parcel_of(inputs, tuple(_award_id(former.name) for former in batch))
            for batch in noting(batches, under_way)
        )
        with closing(self.cluster.make(packed_site(inputs), parcels)) as made:
            for outputs in made:
                batch = under_way.popleft()
                yield [self._staged(former, outputs[_award_id(former.name)]) for former in batch]

    def _staged(self, former: "_Former", outputs: Sequence[Output]) -> "_Made":
        unit = Unit(former.name, lambda: iter(outputs), former.inputs)
        return self._made(unit, former.row)

    def _make_awards(self, batch: Sequence["_Former"]) -> list["_Made"]:
        """Make and stage the files of some awards; the only part of it that forked processes do."""
        awards = self.units.shared.ledger.awards
        return [
            self._made(self.units.award(awards[_award_id(name)], inputs), row)
            for name, inputs, row in batch
        ]

    def _unit(self, unit: Unit) -> None:
        if self._is_due(unit):
            self._record(*self._made(unit, self._former_of(unit).row))

    def _is_due(self, unit: Unit) -> bool:
        if self._known:
            self._present.add(unit.name)
        inputs, _ = self._known.get(unit.name, (None, ""))
        return not unit.inputs or unit.inputs != inputs

    def _former_of(self, unit: Unit) -> "_Former":
        row = self.stage.manifest.unit(unit.name) if self._known else None
        return _Former(unit.name, unit.inputs, row)

    def _made(self, unit: Unit, former: UnitRow | None) -> "_Made":
        """Make and stage the files of one unit."""
        claims: list[Claim] = []
        turns: set[str] = set()
        try:
            files, staged = self.stage.files_of(_files(unit, claims, turns), former)
        except (*UNREADABLE, RenderError):
            inputs = self.units.shared.inputs
            refuse_malformed(inputs.ledger.awards.values(), inputs.credential)
            raise
        row = _row(unit, files, _text(claims), " ".join(sorted(turns)), former)
        return _Made(row, former, staged)

    def _record(self, row: UnitRow, former: UnitRow | None, staged: Collection[str]) -> None:
        """Note what was made."""
        self.stage.note(staged)
        if row != former:
            self.stage.manifest.put_unit(row)
        if self._known:  # else everything was made, and nothing can be gone
            paths = {file.path for file in row.files}
            self._here |= paths
            if former:
                self._gone |= {file.path for file in former.files} - paths
            self.made[row.name] = self._known.get(row.name, (None, ""))[0]

    def was_made(self, name: str) -> bool:
        """Tell whether a unit was made in this run."""
        return not self._known or name in self.made

    def _claims(self) -> Iterator[Claim]:
        """Yield what awards claimed, in the order in which they were issued."""
        texts = self.stage.manifest.claims()
        for award_id in self.units.shared.ledger.awards if texts else ():
            for claim in json.loads(texts.get(f"award/{award_id}", "[]")):
                yield Claim(**claim)

    def _forget(self, name: str) -> None:
        row = self.stage.manifest.unit(name)
        if row is not None:
            self._gone |= {file.path for file in row.files}
            self.stage.manifest.drop_unit(row)

    def verify(self, now: datetime.datetime) -> None:
        """Verify every award of which a verifier would now read something else than before.

        Raises CredentialError at the first file that is not what the ledger says.
        """
        ledger, manifest = self.units.shared.ledger, self.stage.manifest
        inspector = Inspector(self.stage.read, ledger, now)
        total = len(self.made) if self._known else len(ledger.awards)
        under_way: deque[tuple[tuple[IssuedAward, UnitRow, str], ...]] = deque()
        seen: set[tuple[str, int]] = set()

        def inspect(batch: Sequence[tuple[str, tuple[str, ...]]]) -> list[Inspected]:
            return [inspector.award(ledger.awards[name], paths) for name, paths in batch]

        questions = (
            tuple((award.id, tuple(_paths(row))) for award, row, _ in batch)
            for batch in noting(in_batches(self._unproven(ledger), BATCH), under_way)
        )
        done = 0
        with closing(spread(inspect, questions, self.jobs)) as answers:
            for found in answers:
                batch = under_way.popleft()
                for (award, row, proof), one in zip(batch, found, strict=True):
                    manifest.put_unit(replace(row, proven=proof, **one._asdict()))
                    seen.add((award.issuer, award.list_number))
                done += len(batch)
                self.progress("verifying", done, max(done, total))
        verify_lists(inspector, ledger, manifest, seen)

    def _unproven(self, ledger: Ledger) -> Iterator[tuple[IssuedAward, UnitRow, str]]:
        """Yield each award to verify, its row, and what its verification stands on."""
        around = _Around(self.stage, self.units.inputs.parts["tool"])
        for award in ledger.awards.values():
            if award.state == "withdrawn":
                continue
            name, about = f"award/{award.id}", around.of(award)
            if not self.was_made(name) and self._known[name][1].startswith(about):
                continue
            row = self.stage.manifest.unit(name)
            assert row is not None  # noqa: S101 - it was made, or believed, in this run
            proof = f"{about} {fingerprint(award.state, _machine_files(row.files))}"
            if row.proven != proof:
                yield award, row, proof


def verify_lists(
    inspector: Inspector,
    ledger: Ledger,
    manifest: Manifest,
    looked_at: AbstractSet[tuple[str, int]] = frozenset(),
) -> None:
    """Verify one award through each status list (issuer and number) but those that were looked at.

    Raises CredentialError for a list that has run out, or is not what it should be.
    """
    seen = set(looked_at)
    for award in ledger.awards.values():
        which = award.issuer, award.list_number
        if award.state != "withdrawn" and which not in seen:
            seen.add(which)
            known = manifest.unit(f"{AWARD}{award.id}")
            inspector.award(award, _paths(known) if known else ())


class _Former(NamedTuple):
    """A unit that is to be made: its name, its inputs, and its row if it was made before."""

    name: str
    inputs: str
    row: UnitRow | None


def _award_id(unit: str) -> str:
    return unit.removeprefix(AWARD)


class _Made(NamedTuple):
    """A unit that was made: its row, its former one, and the paths that were staged."""

    row: UnitRow
    former: UnitRow | None
    written: list[str]


class _Around:
    """What verifiers read of issuers and badges, as digests."""

    def __init__(self, stage: Stage, tool: str) -> None:
        self._manifest, self._tool = stage.manifest, tool
        self._found: dict[tuple[str, str, str], str] = {}

    def of(self, award: IssuedAward) -> str:
        """Digest the documents that an award's verification may read besides its own."""
        key = award.issuer, award.badge, award.version
        if key not in self._found:
            names = (
                f"issuer/{award.issuer}",
                f"badge/{award.badge}",
                f"former/{award.badge}/v{award.version}",
            )
            rows = [self._manifest.unit(name) for name in names]
            files = [_machine_files(row.files) for row in rows if row]
            self._found[key] = fingerprint(self._tool, files)
        return self._found[key]


def _paths(row: UnitRow) -> Iterator[str]:
    return (file.path for file in row.files)


def _machine_files(files: Iterable[FileRow]) -> list[tuple[str, str]]:
    return [
        (file.path, file.sha256)
        for file in files
        if file.path.endswith(_READ_BY_VERIFIERS) and not file.path.endswith(_READ_BY_NOBODY)
    ]


def _turned(before: str | None, now: str) -> Callable[[str], bool]:
    """Return what tells whether one of a unit's turns lies between the last build's time and this one's."""
    if before == now:
        return lambda _turns: False
    first, last = min(before or now, now), max(before or now, now)
    return lambda turns: any(first <= turn <= last for turn in turns.split())


def _files(unit: Unit, claims: list[Claim], turns: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of a unit's files; gather what it claims, and when time changes it."""
    for made in unit.make():
        if isinstance(made, OutputFile):
            refuse_odd(made.path)
            yield made.path, made.data
        elif isinstance(made, Claim):
            claims.append(made)
        else:
            turns.add(instant(made.at))


def _row(
    unit: Unit, files: tuple[FileRow, ...], claims: str, turns: str, former: UnitRow | None
) -> UnitRow:
    """Write the row of a unit that was made; what was proven stays if verifiers read the same."""
    row = UnitRow(name=unit.name, inputs=unit.inputs, files=files, claims=claims, turns=turns)
    if former and _machine_files(files) == _machine_files(former.files):
        return replace(former, inputs=unit.inputs, files=files, claims=claims, turns=turns)
    return row


def _text(claims: list[Claim]) -> str:
    return json.dumps([asdict(claim) for claim in claims]) if claims else ""
