"""Make what has to be made of a site, and verify what has to be verified; the rest stays as it is.

A unit is made again when the digests of its inputs changed, when its files are not as they were
left, when a time has come at which they become others, and when nothing is known about it. An award is verified again when anything that a verifier
would read of it changed: its own files, its issuer's and its badge's documents. A status list speaks
of many awards, and runs out: that its bits are the ledger's was compared before, and in every build one award at
least is verified through each list, so that its signature, its form and its time are seen to be good.
"""

import datetime
import json
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import ClassVar, NamedTuple

from obit_build.errors import RenderError
from obit_build.issuing.ledger_documents import UNREADABLE, refuse_malformed
from obit_build.ledger.ledger import IssuedAward, instant
from obit_build.pipeline.proving import Prover, machine_files, stands_alone, verify_lists
from obit_build.publishing.manifest import Columns, FileRow, UnitRow
from obit_build.publishing.publish import Stage
from obit_build.setting import Progress
from obit_build.spread.cluster import Cluster
from obit_build.spread.processes import in_batches, noting, spread
from obit_build.website.files import Claim, OutputFile, refuse_odd
from obit_build.website.parcels import packed_site, parcel_of, unpacked
from obit_build.website.units import AWARD, Unit, Units

AT = "at"
"""What the manifest calls the time that the site was last made for."""
OF_A_KIND = 3
"""Awards of a kind after which all is known that can be learnt of it."""
BATCH = 100
"""Awards that are made or verified at a stretch; a site of fewer than three batches needs no processes."""


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
    now: datetime.datetime | None = None
    """As of when each award is verified as soon as it was made; None: :meth:`verify` is soon enough."""
    hold: Callable[[IssuedAward], None] | None = None
    """Raises LedgerError unless the ledger holds an award as it was issued; None: what would be written is read."""
    made: dict[str, str | None] = field(init=False, default_factory=dict)
    """Name of each unit that was made → its former inputs, if it was known; empty where nothing was."""
    _known: dict[str, tuple[str, str]] = field(init=False)
    """Name → (inputs, proven) of what is there."""
    _present: set[str] = field(init=False, default_factory=set)
    """Names of the units that the site has now."""
    _gone: set[str] = field(init=False, default_factory=set)
    _here: set[str] = field(init=False, default_factory=set)
    """Paths of units that were made, which can't be gone."""
    _prover: Prover | None = field(init=False, default=None)
    """Verifies awards as they are made."""
    _later: set[str] = field(init=False, default_factory=set)
    """Names of units that it left out."""

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
                self._record(made)
                done += len(made)
                self.progress("writing", done, total)

    def _due_awards(self) -> Iterator[Unit]:
        """Yield the awards to make; of the others, see that the ledger holds what was issued.

        Raises LedgerError for a credential or a token that was changed: a build that leaves its
        files alone would not read it otherwise.
        """
        issued = self.units.shared.ledger.awards
        for award in issued.values() if self._known else varied_first(issued.values(), BATCH):
            unit = self.units.award(award)
            if self._is_due(unit):
                yield unit
            elif award.state != "withdrawn":
                self._hold(award)

    def _hold(self, award: IssuedAward) -> None:
        if self.hold:
            self.hold(award)
            return
        self.units.shared.inputs.credential(award.id)
        if award.token_sha256:
            self.units.shared.inputs.token(award.id)

    def _batches_made(
        self, batches: Iterable[tuple["_Former", ...]]
    ) -> Generator[list["_Made"], None, None]:
        """Make awards in processes of this computer, or let a cluster make them and keep them in those."""
        self._prover = self._prepared()
        if self.cluster is None or self.units.shared.inputs.typesetter:
            yield from spread(self._make_awards, batches, self.jobs)
            return
        with closing(self._made_elsewhere(self.cluster, batches)) as arriving:
            yield from spread(self._keep_awards, arriving, self.jobs, at_once=True)

    def _made_elsewhere(
        self, cluster: Cluster, batches: Iterable[tuple["_Former", ...]]
    ) -> Generator[tuple[tuple["_Former", ...], bytes], None, None]:
        """Let a cluster make awards; yield each batch with its packed files."""
        inputs = self.units.shared.inputs
        under_way: deque[tuple[_Former, ...]] = deque()
        parcels = (
            parcel_of(inputs, tuple(_award_id(former.name) for former in batch))
            for batch in noting(batches, under_way)
        )
        with closing(cluster.make(packed_site(inputs), parcels)) as made:
            for files in made:
                yield under_way.popleft(), files

    def _prepared(self) -> Prover | None:
        """Work out beforehand what no other process can ask the manifest."""
        if self.now is None:
            return None
        prover = self._a_prover(self.now)
        for award in self.units.shared.ledger.awards.values():
            prover.around(award)
        return prover

    def _a_prover(self, now: datetime.datetime) -> Prover:
        return Prover(self.stage, self.units.shared.ledger, self.units.inputs.parts["tool"], now)

    def _make_awards(self, batch: Sequence["_Former"]) -> list["_Made"]:
        """Make, stage and verify some awards; this, or the next, is all that forked processes do."""
        awards = self.units.shared.ledger.awards
        made = []
        for name, inputs, row in batch:
            award = awards[_award_id(name)]
            made.append(self._made(self.units.award(award, inputs), row, award))
        return made

    def _keep_awards(self, arrived: tuple[Sequence["_Former"], bytes]) -> list["_Made"]:
        """Stage and verify some awards whose files a cluster made."""
        batch, packed = arrived
        awards, outputs = self.units.shared.ledger.awards, unpacked(packed)
        made = []
        for name, inputs, row in batch:
            award = awards[_award_id(name)]
            unit = Unit(name, outputs[award.id].__iter__, inputs)
            made.append(self._made(unit, row, award))
        return made

    def _unit(self, unit: Unit) -> None:
        if self._is_due(unit):
            self._record([self._made(unit, self._former_of(unit).row)])

    def _is_due(self, unit: Unit) -> bool:
        if self._known:
            self._present.add(unit.name)
        inputs, _ = self._known.get(unit.name, (None, ""))
        return not unit.inputs or unit.inputs != inputs

    def _former_of(self, unit: Unit) -> "_Former":
        row = self.stage.manifest.unit(unit.name) if self._known else None
        return _Former(unit.name, unit.inputs, row)

    def _made(
        self, unit: Unit, former: UnitRow | None, award: IssuedAward | None = None
    ) -> "_Made":
        """Make and stage the files of one unit; verify an award that is ready for it."""
        claims: list[Claim] = []
        turns: set[str] = set()
        try:
            files, staged = self.stage.files_of(_files(unit, claims, turns), former)
        except (*UNREADABLE, RenderError):
            inputs = self.units.shared.inputs
            refuse_malformed(inputs.ledger.awards.values(), inputs.credential)
            raise
        row = _row(unit, files, _text(claims), " ".join(sorted(turns)), former)
        is_proven = award is not None and self._prover is not None and stands_alone(award, row)
        if award and self._prover and is_proven:
            row = self._prover.proven(award, row)
        paths = tuple([file.path for file in files])
        gone = tuple({file.path for file in former.files}.difference(paths)) if former else ()
        columns = None if row == former else row.columns()
        return _Made(row.name, columns, paths, gone, staged, is_proven)

    def _record(self, made: Sequence["_Made"]) -> None:
        """Note what was made."""
        self.stage.manifest.put(one.columns for one in made if one.columns)
        for one in made:
            self.stage.note(one.written)
            if self._prover and not one.is_proven:
                self._later.add(one.name)
            if self._known:  # else everything was made, and nothing can be gone
                self._here.update(one.paths)
                self._gone.update(one.gone)
                self.made[one.name] = self._known.get(one.name, (None, ""))[0]

    def was_made(self, name: str) -> bool:
        """Tell whether a unit was made in this run."""
        return not self._known or name in self.made

    def _claims(self) -> Iterator[Claim]:
        """Yield what awards claimed, in the order in which they were issued."""
        texts = self.stage.manifest.claims()
        for award_id in self.units.shared.ledger.awards if texts else ():
            for claim in json.loads(texts.get(f"{AWARD}{award_id}", "[]")):
                yield Claim(**claim)

    def _forget(self, name: str) -> None:
        row = self.stage.manifest.unit(name)
        if row is not None:
            self._gone |= {file.path for file in row.files}
            self.stage.manifest.drop_unit(row)

    def verify(self, now: datetime.datetime) -> None:
        """Verify every award of which a verifier would now read something else than when it last was.

        Raises CredentialError at the first file that is not what the ledger says.
        """
        ledger, manifest = self.units.shared.ledger, self.stage.manifest
        prover = self._a_prover(now)

        def prove(batch: Sequence[tuple[str, UnitRow]]) -> list[Columns]:
            return [prover.proven(ledger.awards[name], row).columns() for name, row in batch]

        done, total = 0, len(self.made) if self._known else len(ledger.awards)
        unproven = in_batches(self._unproven(prover), BATCH)
        with closing(spread(prove, unproven, self.jobs)) as answers:
            for rows in answers:
                manifest.put(rows)
                done += len(rows)
                self.progress("verifying", done, max(done, total))
        verify_lists(prover.inspector, ledger, manifest)

    def _unproven(self, prover: Prover) -> Iterator[tuple[str, UnitRow]]:
        """Yield id and row of each award to verify."""
        for award in self.units.shared.ledger.awards.values():
            if award.state == "withdrawn":
                continue
            name, about = f"{AWARD}{award.id}", prover.around(award)
            if not self.was_made(name):
                if self._known[name][1].startswith(about):
                    continue
            elif name not in self._later and self._prover and self._prover.around(award) == about:
                continue  # it was verified when it was made, and still is
            row = self.stage.manifest.unit(name)
            assert row is not None  # noqa: S101 - it was made, or believed, in this run
            if row.proven != prover.proof(award, row):
                yield award.id, row


class _Former(NamedTuple):
    """A unit that is to be made: its name, its inputs, and its row if it was made before."""

    name: str
    inputs: str
    row: UnitRow | None


def varied_first(awards: Iterable[IssuedAward], most: int) -> Iterator[IssuedAward]:
    """Yield all awards, beginning with up to ``most`` of as many badges and states as there are.

    What is learnt of them is learnt once, before other processes begin.
    """
    met: Counter[tuple[str, ...]] = Counter()
    first: dict[str, IssuedAward] = {}
    for award in awards:
        kind = award.badge, award.version, award.state
        met[kind] += 1
        if met[kind] <= OF_A_KIND and len(first) < most:
            first[award.id] = award
    yield from first.values()
    yield from (award for award in awards if award.id not in first)


def _award_id(unit: str) -> str:
    return unit.removeprefix(AWARD)


class _Made(NamedTuple):
    """A unit that was made, as it comes from another process: small, and of few objects."""

    name: str
    columns: Columns | None
    """Its row; None if that is as it was."""
    paths: tuple[str, ...]
    """Of all its files."""
    gone: tuple[str, ...]
    """Those that it has no more."""
    written: list[str]
    """Those that were staged."""
    is_proven: bool = False
    """Whether it is an award that was verified as it is."""


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
    if former and machine_files(files) == machine_files(former.files):
        return former._replace(inputs=unit.inputs, files=files, claims=claims, turns=turns)
    return row


def _text(claims: list[Claim]) -> str:
    return json.dumps([asdict(claim) for claim in claims]) if claims else ""
