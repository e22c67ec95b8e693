"""Issue: the only step of the pipeline with a key."""

from dataclasses import dataclass, replace

from obit_build.centre.names import ELSEWHERE
from obit_build.counting import several
from obit_build.credentials.credential import needs_recipient
from obit_build.errors import PeopleListError
from obit_build.issuing import issue as issuing
from obit_build.issuing import linting, status_lists
from obit_build.ledger.ledger import Ledger, Mode
from obit_build.model.repository import Repository
from obit_build.pipeline.approving import consent
from obit_build.pipeline.before import mode_of, refuse
from obit_build.pipeline.protocol import Change, change_ledger
from obit_build.pipeline.signers import throwaway_signers
from obit_build.planning.approvals import record
from obit_build.planning.document import ApprovedPlan, approvable, refuse_other_plan
from obit_build.planning.forge_reviews import PullRequest
from obit_build.planning.plan import Action, Plan, make_plan
from obit_build.setting import Progress, Setting, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What was agreed to before issuing, as it is handed in."""

    plan: ApprovedPlan | None = None
    """Do exactly this, or nothing."""
    base: str = ""
    """Who may approve is read in the last commit in common with this revision."""
    pull_requests: tuple[PullRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What an issuing run did."""

    plan: Plan
    ledger: Ledger
    lists_signed: int
    mode: Mode
    begun: str | None = None
    """The digest of the ledger's first event, if this run has written it."""


def issue(
    setting: Setting,
    repository: Repository,
    *,
    given: Consent = Consent(),
    refresh: bool = False,
    progress: Progress = silent,
) -> Issued:
    """Carry out the plan, if those who must have agreed: the only step with a key.

    What follows happens as often as others push.
    """

    def work(change: Change) -> Issued:
        return _carried_out(setting, change, given, refresh=refresh, progress=progress)

    return change_ledger(setting, repository, mode_of(setting, repository), work)


def _carried_out(
    setting: Setting, change: Change, given: Consent, *, refresh: bool, progress: Progress
) -> Issued:
    """Plan against the ledger as it is, sign what is new, and put it on the stage."""
    store, replay, repository, run = change.store, change.replay, change.repository, change.run
    made = change.plan
    refuse(made.problems, repository)
    if given.plan:
        now = approvable(made, repository, commit=run.main, ledger=change.known)
        refuse_other_plan(given.plan, now)
    if run.mode == "live":
        _refuse_without_people(made, repository)
        agreed = consent(
            setting, made, repository, change.known, base=given.base, pull_requests=given.pull_requests
        )  # fmt: skip
        run = replace(run, approvals=record(agreed))
    issuing.open_signers(made, repository, run)
    ledger = issuing.begin(store, replay, repository, run)
    begun = change.known is None or change.known.head != ledger.head
    if begun:
        del made  # so that two plans are never in memory at once
        made = make_plan(repository, ledger)
    if run.mode == "live" and linting.needs_lint(made):
        throwaway = throwaway_signers(repository, run.entropy)
        linting.lint(made, store, replay, repository, run, throwaway)
    done = 0

    def count(_action: Action) -> None:
        nonlocal done
        done += 1
        progress("signing", done, len(made.actions))

    issuing.carry_out(made, store, replay, repository, run, count)
    ledger = replay.ledger()
    signed = status_lists.sign_lists(store, ledger, repository, run, refresh=refresh)
    return Issued(
        plan=made,
        ledger=ledger,
        lists_signed=signed,
        mode=run.mode,
        begun=change.genesis if change.known is None else None,
    )


def _refuse_without_people(made: Plan, repository: Repository) -> None:
    """Raise PeopleListError if an award would be issued that lacks what only the people list says."""
    if not repository.people_absent:
        return
    waiting = sum(
        action.kind == "issue"
        and needs_recipient(
            repository, repository.achievements[action.award.key.badge], action.award
        )
        for action in made.actions
    )
    if waiting:
        raise PeopleListError(
            f"{several(waiting, 'award')} can't be issued: the people list is kept elsewhere and is not here",
            fix=f"run obit issue where the list is; {ELSEWHERE} may name its path",
        )
