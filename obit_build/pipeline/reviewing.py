"""Plan: what a change would do, for those who decide about it. No key is asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from obit_build.centre.load_commit import load_commit
from obit_build.centre.names import SETTINGS
from obit_build.errors import ApprovalError
from obit_build.git.history import changed_since, folder_in_repository, merge_base
from obit_build.keys.plan import hasty
from obit_build.ledger.ledger import Ledger
from obit_build.model.repository import Repository
from obit_build.pipeline.approving import Circle, circle_of, standings_of
from obit_build.pipeline.before import (
    Checked,
    check,
    left_behind,
    mode_of,
    refuse,
    replay_of,
    repository_of,
    sound,
    store_of,
)
from obit_build.planning.approvals import unapproved
from obit_build.planning.base import assumed_ledger
from obit_build.planning.forge_reviews import PullRequest
from obit_build.planning.plan import make_plan
from obit_build.planning.review import Base, Review, review
from obit_build.problems import Location, Problem, Report
from obit_build.setting import Setting

__all__ = [
    "base_of",
    "changed_files",
    "check_change",
    "folder_in_repository",
    "known_ledger",
    "plan",
]


def plan(
    setting: Setting,
    *,
    base: str = "",
    reads_ledger: bool = True,
    pull_requests: tuple[PullRequest, ...] = (),
) -> Review:
    """Return what issuing would do now, with the part that was brought since ``base``.

    ``base`` is a branch, a tag or a commit; what counts is the last commit in common with it. Where
    there is no ledger, or it is not to be read, what the base says counts as issued.
    """
    repository = repository_of(sound(setting))
    before = base_of(setting, base) if base else None
    ledger = known_ledger(setting, repository) if reads_ledger else None
    stand_in = ledger
    if ledger is None and before and before.repository:
        stand_in = assumed_ledger(before.repository)
    made = make_plan(repository, stand_in)
    refuse(made.problems, repository)
    circle, refused = None, None
    if mode_of(setting, repository) == "live" or setting.commit:
        circle, refused = _circle(
            setting, repository, base=base, begun=ledger is not None, pull_requests=pull_requests
        )
    said = review(
        made,
        repository,
        ledger,
        commit=setting.commit,
        today=setting.now.date(),
        base=before,
        standings=standings_of(setting, made, repository, circle, stand_in),
    )
    return replace(
        said,
        approvers_unread=refused is not None,
        hasty=hasty(said.keys, ledger, setting.at),
        reissues_unknown=ledger is None and _signed_in_the_past(said, stand_in),
    )


def _signed_in_the_past(said: Review, assumed: Ledger | None) -> bool:
    """Tell whether a key is revoked that signs nothing any more, by what the base says."""
    keys = (assumed.key(x.issuer, x.key) for x in said.keys if assumed and x.step == "revoke")
    return any(key is not None and key.state == "retired" for key in keys)


def check_change(setting: Setting, base: str) -> Checked:
    """Check, and hold the change against its base: edits of what counts as issued, approvals."""
    checked = check(setting)
    before = base_of(setting, base).repository
    if checked.report.errors or checked.repository is None or before is None:
        return checked
    repository, stand_in = checked.repository, assumed_ledger(before)
    made = make_plan(repository, stand_in)
    circle, refused = _circle(setting, repository, base=base, begun=True)
    standings = standings_of(setting, made, repository, circle, stand_in)
    found = [*checked.report.problems, *made.problems, *unapproved(made, standings)]
    return replace(checked, report=Report.of([*found, *_as_warning(refused)]))


def _circle(
    setting: Setting, repository: Repository, *, base: str, **given: Any
) -> tuple[Circle | None, ApprovalError | None]:
    """Read who may approve; a mistake in the base is handed back, since the change may mend it.

    Issuing refuses it, and so does a plan without a base.
    """
    try:
        return circle_of(setting, repository, base=base, **given), None
    except ApprovalError as refused:
        if not base:
            raise
        return None, refused


def _as_warning(refused: ApprovalError | None) -> Iterator[Problem]:
    if refused:
        yield Problem(
            location=Location(SETTINGS),
            check="award-is-approved",
            message=refused.message,
            fix=refused.fix,
            level="warning",
        )


def changed_files(root: Path, revision: str) -> frozenset[str]:
    """Return the files that are not as they were in the last commit in common with ``revision``."""
    return changed_since(root, merge_base(root, revision))


def base_of(setting: Setting, revision: str) -> Base:
    """Read the repository as it was in the last commit in common with ``revision``.

    One whose obit.yaml holds a mistake says nothing: a change that mends it is held against nothing.
    """
    commit = merge_base(setting.root, revision)
    repository, problems = load_commit(setting.root, commit)
    unread = any(p.location.path == SETTINGS and p.level == "error" for p in problems)
    return Base(commit=commit, repository=None if unread else repository)


def known_ledger(setting: Setting, repository: Repository) -> Ledger | None:
    """Return the ledger that issuing would go on with; None if it would begin one."""
    mode = mode_of(setting, repository)
    with store_of(setting, repository, mode) as store:
        replay = replay_of(store, repository, mode)
        ledger = None if replay.is_empty else replay.ledger()
        if ledger and ledger.mode == "preview":
            made = make_plan(repository, ledger)
            if left_behind(store, ledger, repository, made):
                return None
    return ledger
