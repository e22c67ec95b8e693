"""Build: make the site from a repository and a ledger, or bring it up to date; verify, put in place."""

import contextlib
import datetime
import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from obit_build import __version__, addresses
from obit_build.centre.census import Census
from obit_build.errors import BakingError, LedgerError, RenderError
from obit_build.git.history import last_changes
from obit_build.issuing import checkpoints, schemas, status_lists
from obit_build.ledger.files import LedgerReader
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.achievement import Achievement
from obit_build.model.repository import Repository
from obit_build.pictures.bake import kind_of
from obit_build.pictures.drawings import Drawings
from obit_build.pictures.png import measure, without_metadata
from obit_build.pictures.raster import to_png
from obit_build.pictures.svg import wrap_png
from obit_build.pictures.typesetting import TypstTypesetter
from obit_build.pipeline.before import (
    Store,
    mode_of,
    refuse,
    replay_of,
    repository_of,
    sound,
    store_of,
)
from obit_build.pipeline.explaining import Explanation, explain
from obit_build.pipeline.issue import issue
from obit_build.pipeline.making import Making
from obit_build.pipeline.noting import leave_note, summary_of
from obit_build.planning.plan import make_plan
from obit_build.problems import Report
from obit_build.publishing.manifest import DamagedError, remembering
from obit_build.publishing.publish import Stage, manifest_of, open_stage
from obit_build.publishing.summary import Summary
from obit_build.remembered import Remembered
from obit_build.setting import Progress, Setting, silent
from obit_build.spread.cluster import cluster_at
from obit_build.strict_json import JsonObject
from obit_build.theme import default_theme
from obit_build.tool import tool_digest
from obit_build.website.render import ASSETS, FOLDER, Theme
from obit_build.website.shared import Pictures, Shared, SiteInputs
from obit_build.website.units import Units
from obit_build.website.web_app import MARK_SIDE, marks

DRAWINGS = ".obit/drawings"
Noted = Callable[[Stage], None]
"""Notes what this build saw, in the manifest's open transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made and how it was judged."""

    repository: Repository
    ledger: Ledger
    signed: int | None
    """How many credentials were issued; None when the ledger was only rendered."""
    as_before: int
    """How many awards were as the ledger has them, if some were issued."""
    report: Report
    files: int
    bytes: int
    unchanged: int
    verified: int
    """Credentials that verify, each in the state that the ledger says."""
    images: int
    """Images that hold exactly their credential's bytes."""
    certificates: int
    """Certificates that do."""
    explanation: Explanation | None = None
    """What became of the file that was asked about."""

    @property
    def summary(self) -> Summary:
        """What there is to say of it."""
        return summary_of(
            self.repository,
            self.ledger,
            signed=self.signed,
            unchanged=self.as_before,
            counts=(self.files, self.bytes, self.unchanged, self.images, self.certificates),
        )


class _Todo(NamedTuple):
    """What the site is to be made of, and how."""

    inputs: SiteInputs
    hold: Callable[[IssuedAward], None]
    noted: Noted
    explained: str | None


class _Totals(NamedTuple):
    files: int
    bytes: int
    unchanged: int
    images: int
    certificates: int
    explanation: Explanation | None


def build(
    setting: Setting,
    target: Path,
    *,
    explained: str | None = None,
    progress: Progress = silent,
    former: MutableMapping[str, bytes] | None = None,
    census: Census | None = None,
) -> Built:
    """Make the site; with a live ledger no key is used, for a preview this clone's own.

    What changed is staged, verified with all that depends on it, and only then put in place; several
    processes do so where there are many awards.
    ``explained`` is the path of a file of the site, to be told what became of it and why. ``former``
    keeps certificates from one build to the next (:class:`~obit_build.pictures.typesetting.TypstTypesetter`).
    ``census`` was taken before anything else: with it, the next build may see that there is nothing to do.
    """
    with remembering(manifest_of(target), census.program if census else "") as remembered:
        return _built(
            replace(setting, remembered=remembered), target, explained, progress, former, census
        )


def _built(
    setting: Setting,
    target: Path,
    explained: str | None,
    progress: Progress,
    former: MutableMapping[str, bytes] | None,
    census: Census | None,
) -> Built:
    checked = sound(setting)
    repository = repository_of(checked)
    mode = mode_of(setting, repository)
    theme = Theme(default_theme())
    tool = tool_digest(theme.files)
    with _typesetter(repository, theme, former) as typesetter:
        begun = _issued(setting, repository, progress) if mode == "preview" else None
        with store_of(setting, repository, mode) as store:
            ledger, signed, as_before = begun or (
                complete_ledger(store, repository, setting.remembered),
                None,
                0,
            )
            inputs = _inputs(setting, repository, store, ledger, theme, tool, typesetter)

            def noted(stage: Stage) -> None:
                leave_note(setting, repository, checked.report, store, ledger, stage, census)

            todo = _Todo(inputs, store.hold, noted, explained)
            totals = _brought_up_to_date(setting, todo, target, progress)
    return Built(
        repository=repository,
        ledger=ledger,
        signed=signed,
        as_before=as_before,
        report=checked.report,
        files=totals.files,
        bytes=totals.bytes,
        unchanged=totals.unchanged,
        verified=sum(award.state != "withdrawn" for award in ledger.awards.values()),
        images=totals.images,
        certificates=totals.certificates,
        explanation=totals.explanation,
    )


def _issued(
    setting: Setting, repository: Repository, progress: Progress
) -> tuple[Ledger, int, int]:
    """Issue into a preview; return its ledger, and how many awards were issued and how many as before.

    What was done is forgotten here: it names every award.
    """
    done = issue(setting, repository, progress=progress)
    return done.ledger, done.plan.count("issue"), done.plan.unchanged


def _typesetter(
    repository: Repository, theme: Theme, former: MutableMapping[str, bytes] | None
) -> contextlib.AbstractContextManager[TypstTypesetter | None]:
    """Start the typesetter if the site has certificates; it reads the theme and nothing else."""
    if not repository.settings.certificates:
        return contextlib.nullcontext()
    texts = theme.with_overrides(repository.templates).files
    files = {path: text.encode() for path, text in texts.items() if path.endswith((".typ", ".svg"))}
    for path, data in repository.files.items():
        if path.startswith(FOLDER + ASSETS):
            files[path.removeprefix(FOLDER)] = data
    return TypstTypesetter(files, former)


def _inputs(
    setting: Setting,
    repository: Repository,
    store: Store,
    ledger: Ledger,
    theme: Theme,
    tool: str,
    typesetter: TypstTypesetter | None,
) -> SiteInputs:
    """Gather what the site is made of; credentials are read when they are written."""
    drawings = Drawings(setting.root / DRAWINGS, tool)
    pictures = {
        slug: pictures_of(repository, badge, drawings.to_png) for slug, badge in _badges(repository)
    }
    mark = mark_of(repository, theme, drawings)
    drawings.tidy()
    return SiteInputs(
        repository=repository,
        ledger=ledger,
        credential=lambda award_id: store.credential(award_id, ledger.awards[award_id].sha256),
        token=lambda award_id: store.token(award_id, ledger.awards[award_id].token_sha256 or ""),
        status_lists=_status_lists(store, ledger),
        pictures=pictures,
        theme=theme,
        tool=tool,
        at=setting.at,
        commit=setting.commit,
        typesetter=typesetter,
        log=_log(setting, store, ledger),
        changed=_changed(setting),
        mark=mark,
    )


def _changed(setting: Setting) -> dict[str, datetime.datetime]:
    """Return when a commit last changed each badge, its definition or its picture."""
    found: dict[str, datetime.datetime] = {}
    for path, at in last_changes(setting.root, "badges/*/*").items() if setting.commit else ():
        slug = path.split("/")[1]
        found[slug] = max(at, found.get(slug, at))
    return found


def mark_of(repository: Repository, theme: Theme, drawings: Drawings) -> bytes:
    """Draw the site's logo as a PNG; where it is no safe drawing, the theme's own icon, or nothing.

    A logo on a page may be what a drawing may not: with typed letters, say, for which there is no font.
    Where nothing can be drawn at all the site would lose its icons without a word: that stops the build.
    """
    for data in marks(repository, theme):
        try:
            if kind_of(data) == "png":
                return without_metadata(data)
            return drawings.to_png(data, MARK_SIDE)
        except (BakingError, RenderError):
            continue
    return b""


def _log(setting: Setting, store: Store, ledger: Ledger) -> dict[str, bytes]:
    """Return what the site says about its own making: the checkpoint, and from what it was built."""
    provenance: JsonObject = {
        "main": setting.commit or None,
        "ledger": {"commit": store.tip, "size": ledger.size, "head": ledger.head},
        "obit": __version__,
        "mode": ledger.mode,
    }
    schemas.check("provenance", provenance)
    files = {addresses.PROVENANCE: (json.dumps(provenance, indent=2) + "\n").encode()}
    checkpoint = store.checkpoint()
    return files | ({addresses.CHECKPOINT: checkpoint} if checkpoint else {})


def _brought_up_to_date(setting: Setting, todo: _Todo, target: Path, progress: Progress) -> _Totals:
    """Make what changed, verify it, put it in place; return what there is now."""
    cluster = cluster_at(setting.scheduler) if setting.scheduler else None
    with open_stage(target) as stage:

        def updated() -> _Totals:
            making = Making(
                Units(Shared(todo.inputs)), stage, progress, setting.jobs, cluster, setting.now, todo.hold
            )  # fmt: skip
            return _updated(making, setting.now, todo.noted, todo.explained)

        try:
            return updated()
        except DamagedError:
            stage.start_over()
            return updated()


def _updated(
    making: Making, now: datetime.datetime, noted: Noted, explained: str | None
) -> _Totals:
    stage = making.stage
    before = stage.manifest.about()
    with stage.manifest.change():
        making.make()
        making.verify(now)
        noted(stage)
        journal = stage.decide()
    stage.carry_out(journal)
    files, size, images, certificates = stage.manifest.totals()
    told = explain(explained, making, before) if explained is not None else None
    return _Totals(files, size, files - stage.number, images, certificates, told)


def complete_ledger(
    store: LedgerReader, repository: Repository, remembered: Remembered | None = None
) -> Ledger:
    """Read a live ledger that is fit to be rendered: issued to the end, nothing contradicted."""
    replay = replay_of(store, repository, "live")
    if replay.is_empty:
        raise LedgerError(
            "there is no ledger yet, so there is nothing to publish",
            fix="run obit issue first, or build a preview with obit build --preview",
        )
    ledger = replay.ledger()
    made = make_plan(repository, ledger, remembered)
    refuse(made.problems, repository)
    if made.count("re-issue"):
        raise LedgerError(
            "an award waits to be signed again, because its key was revoked",
            fix="run obit issue again",
        )
    if any(status_lists.stale_lists(store, ledger)):
        raise LedgerError(
            "a status list does not say what the ledger says", fix="run obit issue again"
        )
    checkpoints.refuse_wrong_checkpoint(store, ledger)
    return ledger


def _status_lists(store: LedgerReader, ledger: Ledger) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            for path in (
                addresses.status_list(issuer, number),
                addresses.suspension_list(issuer, number),
            ):
                text = store.status(path)
                if text is None:  # pragma: no cover - stale_lists comes first
                    raise LedgerError(f"{path} was never signed", fix="run obit issue again")
                found[path] = text
    return found


def _badges(repository: Repository) -> list[tuple[str, Achievement]]:
    return sorted(repository.achievements.items())


def pictures_of(
    repository: Repository, badge: Achievement, draw: Callable[[bytes], bytes] = to_png
) -> Pictures:
    """Make both forms of a badge's picture from the one that its folder holds."""
    data = repository.files[f"badges/{badge.slug}/{badge.image.file}"]
    title = badge.name.text(repository.settings.default_language)
    if kind_of(data) == "svg":
        return Pictures(svg=data, png=draw(data))
    png = without_metadata(data)
    return Pictures(svg=wrap_png(png, max(measure(png)), title), png=png)
