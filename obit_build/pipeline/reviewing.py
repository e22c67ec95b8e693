"""Plan: what a change would do, for those who decide about it. No key is asked."""

from pathlib import Path

from obit_build.git_history import changed_since, folder_in_repository, merge_base
from obit_build.ledger import Ledger
from obit_build.load_commit import load_commit
from obit_build.model.repository import Repository
from obit_build.pipeline.before import (
    Setting,
    left_behind,
    mode_of,
    refuse,
    replay_of,
    repository_of,
    sound,
    store_of,
)
from obit_build.plan import make_plan
from obit_build.plan_base import assumed_ledger
from obit_build.review import Base, Review, review

__all__ = ["base_of", "changed_files", "folder_in_repository", "known_ledger", "plan"]


def plan(setting: Setting, *, base: str = "", reads_ledger: bool = True) -> Review:
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
    return review(
        made,
        repository,
        ledger,
        commit=setting.commit,
        today=setting.now.date(),
        base=before,
    )


def changed_files(root: Path, revision: str) -> frozenset[str]:
    """Return the files that are not as they were in the last commit in common with ``revision``."""
    return changed_since(root, merge_base(root, revision))


def base_of(setting: Setting, revision: str) -> Base:
    """Read the repository as it was in the last commit in common with ``revision``."""
    commit = merge_base(setting.root, revision)
    return Base(commit=commit, repository=load_commit(setting.root, commit)[0])


def known_ledger(setting: Setting, repository: Repository) -> Ledger | None:
    """Return the ledger that issuing would go on with; None if it would begin one."""
    mode = mode_of(setting, repository)
    with store_of(setting, repository, mode) as store:
        replay = replay_of(store, repository, mode)
        ledger = None if replay.is_empty else replay.ledger()
        if ledger and ledger.mode == "preview" and left_behind(store, ledger, repository):
            return None
    return ledger
