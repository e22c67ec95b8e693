"""Publish: upload a built site to object storage, in an order in which nobody sees half of it.

The folder is judged first, as an audit would judge the host that shows it; then the place, which
must be empty or hold an earlier state of this very site. Everything that is already there, byte
for byte, is left alone, so a run that was killed is finished by the next one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from obit_build import addresses
from obit_build.auditing.audit import audit_site
from obit_build.auditing.report import unlisted
from obit_build.auditing.subject import Known
from obit_build.centre.names import SETTINGS
from obit_build.errors import CanonicalizationError, LedgerError, PublishError, StorageError
from obit_build.hosting.settings import object_headers, object_rules
from obit_build.ledger.files import LedgerReader, event_file
from obit_build.ledger.guards import refuse_rollback
from obit_build.ledger.ledger import Mode
from obit_build.network.fetch import Offline
from obit_build.pipeline.before import lenient
from obit_build.pipeline.known_ledger import known_store
from obit_build.publishing.built_site import FIX_BUILD, BuiltSite
from obit_build.publishing.deployment import (
    FIX_NEWEST,
    MARK,
    MODE,
    RULES,
    SITE,
    Deployment,
    Identity,
    Stored,
    Wave,
    plan_deployment,
    refuse_losses,
    refuse_older,
    refuse_other_site,
)
from obit_build.publishing.live import NOBODY
from obit_build.publishing.object_storage import Bucket, Object, Upload
from obit_build.publishing.storage_errors import FIX_AGAIN, FIX_RIGHTS, TakenError
from obit_build.securing.signed_note import Checkpoint, read_checkpoint
from obit_build.setting import Progress, Setting, silent
from obit_build.strict_json import parse

SAMPLE = 20
"""How many awards of the built site are verified once more before it is uploaded."""
MAX_CATALOG_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What an upload did, or with ``dry`` would do."""

    site: str
    mode: Mode
    plan: Deployment
    removed: tuple[str, ...]
    left: int
    """Objects that are no part of the site and were not stored by obit; nobody touches them."""
    bytes: int
    is_rollback_known: bool
    """Whether a ledger was at hand to prove that it continues what was live."""


def publish(
    run: Setting,
    folder: Path,
    bucket: Bucket,
    *,
    preview: bool = False,
    dry: bool = False,
    progress: Progress = silent,
) -> Published:
    """Upload a built site; raise PublishError for the folder, StorageError for the place.

    Without ``preview``, a preview is refused. With ``dry`` nothing is stored or removed.
    """
    built = BuiltSite(folder)
    here = _identity(built)
    if here.mode == "preview" and not preview:
        raise PublishError(
            "this site is a preview, which proves nothing",
            fix="build it with the issuers' keys, or add --preview to show it all the same",
        )
    _refuse_unsound(built, here, run)
    listed = bucket.listing()
    there, seen = _there(bucket, listed, here)
    known = _refuse_rollback(run, here, there)
    same_rules = seen.rules == object_rules()
    plan = plan_deployment(built.sizes(), listed, built.md5, same_rules=same_rules)
    if there and there.mode == here.mode == "live":
        refuse_losses(plan.strays)
    ours = _ours(bucket, plan.strays, here)
    sizes = {path: (built.root / path).stat().st_size for w in plan.waves for path in w.paths}
    if not dry:
        _upload(_Run(built, bucket, here, plan, seen, progress))
        bucket.remove(list(ours))
    return Published(
        site=here.site,
        mode=here.mode,
        plan=plan,
        removed=ours,
        left=len(plan.strays) - len(ours),
        bytes=sum(sizes.values()),
        is_rollback_known=known,
    )


def _identity(built: BuiltSite) -> Identity:
    """Read whose site was built; the checkpoint and the rest must come from one build."""
    site = built.document("catalog.json").get("site")
    provenance = built.document(addresses.PROVENANCE)
    made_from, checkpoint = provenance.get("ledger"), built.checkpoint()
    told = made_from if isinstance(made_from, dict) else {}
    if not isinstance(site, str) or (
        checkpoint and (told.get("size"), told.get("head")) != (checkpoint.size, checkpoint.head)
    ):
        raise PublishError("the site's files come from different builds", fix=FIX_BUILD)
    mode: Mode = "preview" if provenance.get("mode") == "preview" else "live"
    return Identity(site=site.rstrip("/") + "/", mode=mode, checkpoint=checkpoint)


def _refuse_unsound(built: BuiltSite, here: Identity, run: Setting) -> None:
    """Judge the folder as an audit would judge a host that shows it."""
    report = audit_site(
        here.site,
        get=lambda url: built.answering(here.site, url),
        elsewhere=Offline(),
        known=Known(built=built.paths(), read=built),
        at=run.now,
        sample=SAMPLE,
        is_copy=True,
    )
    wrong = [f for step in report.steps for f in step.findings if f.outcome == "failed"]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise PublishError(f"the built site is not sound: {wrong[0].message}{more}", fix=FIX_BUILD)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was in the bucket when the run began."""

    mark: Object | None = None
    checkpoint: Object | None = None
    rules: str = ""


def _there(
    bucket: Bucket, listed: Mapping[str, Stored], here: Identity
) -> tuple[Identity | None, _Seen]:
    """Find out whose site is in the bucket; raise StorageError if it must not be replaced."""
    mark = bucket.read(MARK, head=True) if MARK in listed else None
    site = mark.metadata.get(SITE) if mark else None
    site = site or _site_of(bucket, listed)
    refuse_other_site(here, site, is_empty=not listed)
    if site is None:
        return None, _Seen()
    stored = bucket.read(addresses.CHECKPOINT) if addresses.CHECKPOINT in listed else None
    made = bucket.read(addresses.PROVENANCE) if addresses.PROVENANCE in listed else None
    mode: Mode = "preview" if made and made.metadata.get(MODE) == "preview" else "live"
    live = Identity(site=site, mode=mode, checkpoint=_checkpoint(stored))
    if made or stored:  # else the first upload was not finished, and nothing is live
        refuse_older(here, live)
    dated = (
        made or mark
    )  # the last that was stored, or of an upload that was not finished the first
    return live, _Seen(mark, stored, dated.metadata.get(RULES, "") if dated else "")


def _site_of(bucket: Bucket, listed: Mapping[str, Stored]) -> str | None:
    """Read whose site it is that something else uploaded."""
    found = bucket.read("catalog.json") if "catalog.json" in listed else None
    try:
        site = parse(found.data, limit=MAX_CATALOG_BYTES).get("site") if found else None
    except CanonicalizationError:
        return None
    return site if isinstance(site, str) else None


def _checkpoint(stored: Object | None) -> Checkpoint | None:
    try:
        return read_checkpoint(stored.data) if stored else None
    except LedgerError:
        raise StorageError(
            f"the live site's {addresses.CHECKPOINT} can't be read",
            fix="find out who changed it before you replace it; to go on, remove it from the bucket",
        ) from None


def _refuse_rollback(run: Setting, here: Identity, there: Identity | None) -> bool:
    """Prove from the ledger that both sites are states of it; return whether there was one to ask."""
    if here.mode == "preview" or here.checkpoint is None or run.ledger == NOBODY:
        return False
    repository = lenient(run.root) if (run.root / SETTINGS).is_file() else None
    own = repository is not None and f"{repository.settings.base}/" == here.site
    with known_store(run, repository, is_own=own) as store:
        if store is None:
            return False
        _refuse_foreign(store, here.checkpoint)
        if there is not None and there.mode == "live":
            refuse_rollback(store, there.checkpoint, here.site)
    return True


def _refuse_foreign(store: LedgerReader, ours: Checkpoint) -> None:
    event = store.read(event_file(ours.size))
    if event is None or sha256(event).hexdigest() != ours.head:
        raise PublishError("the site was built from another ledger than this one", fix=FIX_NEWEST)


def _ours(bucket: Bucket, strays: tuple[str, ...], here: Identity) -> tuple[str, ...]:
    """Keep the strays that obit stored for this site; others belong to somebody else."""
    metadata = bucket.metadata_of(strays)
    return tuple(path for path in strays if metadata[path].get(SITE) == here.site)


@dataclass(frozen=True, slots=True)
class _Run:
    """One upload under way."""

    built: BuiltSite
    bucket: Bucket
    here: Identity
    plan: Deployment
    seen: _Seen
    progress: Progress

    def upload(self, path: str) -> Upload:
        """Prepare one file: type, lifetime, and whose it is."""
        marks = {SITE: self.here.site, MODE: self.here.mode, RULES: object_rules()}
        return Upload(path, self.built.root / path, {**object_headers(path), **marks})


def _upload(run: _Run) -> None:
    """Store what the plan says, wave after wave."""
    if not run.seen.mark or run.seen.mark.metadata.get(SITE) != run.here.site:
        _claim(run)
    before = 0
    for wave in run.plan.waves:
        if wave.name == "status lists":
            _refuse_overtaken(run)
        if wave.name == "checkpoint":
            _put_checkpoint(run)
        else:
            _put(run, wave, before)
        before += len(wave.paths)


def _claim(run: _Run) -> None:
    """Say whose place it is before anything else is stored; of two who begin at once one wins."""
    try:
        run.bucket.put(run.upload(MARK), first=run.seen.mark is None, instead_of=run.seen.mark)
    except TakenError:
        raise _overtaken() from None


def _put(run: _Run, wave: Wave, before: int) -> None:
    def told(count: int) -> None:
        run.progress("uploading", before + count, run.plan.uploads)

    done = run.bucket.put_all(map(run.upload, wave.paths), told)
    if done.refused:
        first, others = unlisted(done.refused[0]), len(done.refused) - 1
        raise StorageError(
            f"these credentials may not write {first}" + (f" and {others} more" if others else ""),
            fix=f"{FIX_RIGHTS}; then {FIX_AGAIN}",
        )


def _refuse_overtaken(run: _Run) -> None:
    now, seen = run.bucket.read(addresses.CHECKPOINT), run.seen.checkpoint
    if (now.data if now else None) != (seen.data if seen else None):
        raise _overtaken()


def _put_checkpoint(run: _Run) -> None:
    """Store the checkpoint in place of the one that was there when the run began."""
    _refuse_overtaken(run)
    seen = run.seen.checkpoint
    try:
        run.bucket.put(run.upload(addresses.CHECKPOINT), instead_of=seen, first=seen is None)
    except TakenError:
        raise _overtaken() from None
    run.progress("uploading", run.plan.uploads, run.plan.uploads)


def _overtaken() -> StorageError:
    return StorageError(
        "another run has published here meanwhile",
        fix="let one run publish at a time, and publish the newest site again",
    )


def shown_plan(published: Published) -> Iterator[str]:
    """Yield one line for each thing that is done, in order; ids of awards are shortened."""
    stored = ((wave.name, path) for wave in published.plan.waves for path in wave.paths)
    gone = (("remove", path) for path in published.removed)
    for what, path in chain(stored, gone):
        yield f"{what:<12}  {unlisted(path)}"
