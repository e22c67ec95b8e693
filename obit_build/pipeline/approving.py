"""Approvals: gather from Git and the forge what tells whether a plan may be carried out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from obit_build.approving.policy import Policy, asks_for_approval, policy_for
from obit_build.centre.load_commit import load_commit
from obit_build.credentials.digests import review_digests
from obit_build.errors import ApprovalError
from obit_build.git.commit import signing_key
from obit_build.git.head import head, is_shallow
from obit_build.git.history import (
    before_last_change,
    changed_since,
    commit_object,
    commits_that_changed,
    first_parent,
    is_here,
    merge_base,
)
from obit_build.ledger.ledger import Ledger
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.planning.approvals import (
    NEEDS_APPROVAL,
    Authorship,
    Review,
    Standing,
    refuse_unapproved,
    signatures_of,
    standing,
)
from obit_build.planning.forge_reviews import PullRequest
from obit_build.planning.plan import Plan
from obit_build.securing.sshsig import SshKey
from obit_build.setting import Setting

_SAYS_WHO = re.compile(r"(?:^|/)(?:obit|issuer|badge)\.yaml$|^issuers|^badges/[^/]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who may approve, read from before the change, and what the forge knows."""

    repository: Repository
    """The files as they were then."""
    commit: str
    """Where they were read; empty for the very first commit, which has nothing before it."""
    pull_requests: tuple[PullRequest, ...] = ()


def circle_of(
    setting: Setting,
    repository: Repository,
    *,
    base: str = "",
    begun: bool,
    pull_requests: tuple[PullRequest, ...] = (),
) -> Circle | None:
    """Read who may approve a change: as it was in the last commit in common with ``base``.

    Without ``base`` it is the commit before the one that is checked out, on its own branch. Before
    anything was issued (``begun``) there may be no such past: then the files speak for themselves.
    None if nobody asks for approval. Raises ApprovalError where the past can't be read.
    """
    here = head(setting.root)
    if here is None:
        if not asks_for_approval(repository):
            return None
        raise ApprovalError(
            "who may approve is read from the commit before, and there are no commits here",
            fix="run the command in a clone of the repository",
        )
    if is_shallow(setting.root) and not asks_for_approval(repository):
        return None  # nothing is issued from a clone without its past
    commit = merge_base(setting.root, base) if base else first_parent(setting.root, here.commit)
    before = _before(setting.root, commit) if commit else None
    if before is None:
        if begun:
            raise ApprovalError(
                "who may approve can't be read: there was no obit.yaml in the commit before",
                fix="publish once more, with another commit",
            )
        before = repository
    if not asks_for_approval(before):
        return None
    return Circle(repository=before, commit=commit or "", pull_requests=pull_requests)


def _before(root: Path, commit: str) -> Repository | None:
    before, problems = load_commit(root, commit, with_awards=False)
    unread = [
        p.location.path
        for p in problems
        if p.level == "error" and _SAYS_WHO.search(p.location.path)
    ]
    if unread:
        raise ApprovalError(
            f"who may approve can't be read: {unread[0]} has a mistake in commit {commit[:12]}",
            fix="mend it, and publish once more with another commit",
        )
    return before


def standings_of(
    setting: Setting,
    plan: Plan,
    repository: Repository,
    circle: Circle | None,
    ledger: Ledger | None,
) -> Mapping[AwardKey, Standing]:
    """Tell of every award in the plan that needs approval how it stands."""
    if circle is None:
        return {}
    asked = _asked(plan, repository, circle)
    if not asked:
        return {}
    digests = review_digests(repository, (award for award, _ in asked.values()))
    signatures = signatures_of(repository.approvals)
    said = _said_in(setting.root, circle.pull_requests, frozenset(asked))
    reviews = [
        Review(account=account, commit=commit, digests=said[commit])
        for request in circle.pull_requests
        for account, commit in request.approved_by
    ]
    commits = _Commits(setting.root, _last_issued(setting.root, ledger) or circle.commit)
    found: dict[AwardKey, Standing] = {}
    for key, (award, policy) in asked.items():
        same = [one for one in circle.pull_requests if said[one.head].get(key) == digests[key]]
        behind = commits.behind(award.location.path)
        found[key] = standing(
            key,
            digests[key],
            policy,
            signatures=signatures,
            reviews=reviews,
            authorship=_authorship(behind, commits.keys(behind), circle.pull_requests, same),
            holders=_holders(repository, ledger, policy, key.badge),
        )
    return found


def _last_issued(root: Path, ledger: Ledger | None) -> str:
    """Return the commit of which everything was issued; empty if that is not known here.

    What was merged since then may wait for approval, whoever wrote it and however it came.
    """
    return ledger.main if ledger and ledger.main and is_here(root, ledger.main) else ""


def _authorship(
    behind: tuple[str, ...],
    keys: tuple[SshKey | None, ...],
    pull_requests: Iterable[PullRequest],
    same: Sequence[PullRequest],
) -> Authorship:
    """Return who wrote an award. ``same`` are the pull requests in which it reads as it does now.

    What a whole pull request became, squashed, may hold more than was in it: for that commit it
    speaks only where the award reads the same in both.
    """
    told = {commit: one for one in pull_requests for commit in one.commits}
    told |= {one.merged_as: one for one in same if one.merged_as}
    proposers = [one.proposers for one in (*same, *(told[c] for c in behind if c in told))]
    return Authorship(
        keys=keys,
        accounts=frozenset().union(*proposers) if proposers else None,
        all_told=bool(behind) and set(behind) <= told.keys(),
    )


def _asked(
    plan: Plan, repository: Repository, circle: Circle
) -> dict[AwardKey, tuple[Award, Policy]]:
    """Return the awards in the plan that need approval, each with what its badge asks."""
    policies: dict[str, Policy | None] = {}
    found: dict[AwardKey, tuple[Award, Policy]] = {}
    for action in plan.actions:
        badge = action.award.key.badge
        if badge not in policies:
            policies[badge] = policy_for(circle.repository, repository, badge)
        policy = policies[badge]
        if policy and action.kind in NEEDS_APPROVAL:
            found[action.award.key] = (action.award, policy)
    return found


def consent(
    setting: Setting,
    plan: Plan,
    repository: Repository,
    ledger: Ledger | None,
    *,
    base: str = "",
    pull_requests: tuple[PullRequest, ...] = (),
) -> Mapping[AwardKey, Standing]:
    """Return the approvals of a plan that is about to be carried out; raise ApprovalError if one is missing."""
    circle = circle_of(
        setting, repository, base=base, begun=ledger is not None, pull_requests=pull_requests
    )
    found = standings_of(setting, plan, repository, circle, ledger)
    commits = {commit for one in pull_requests for commit in one.asked_about}
    unread = sorted(commit for commit in commits if not is_here(setting.root, commit))
    refuse_unapproved(plan, found, unread)
    return found


def _said_in(
    root: Path, pull_requests: Iterable[PullRequest], keys: frozenset[AwardKey]
) -> Mapping[str, Mapping[AwardKey, str]]:
    """Return commit → what the awards said in it, for every commit that a review is about.

    A commit that is not here says nothing, so that its reviews do not count.
    """
    found: dict[str, Mapping[AwardKey, str]] = {}
    for commit in sorted({commit for one in pull_requests for commit in one.asked_about}):
        then = load_commit(root, commit)[0] if is_here(root, commit) else None
        awards = [award for award in then.awards if award.key in keys] if then else []
        found[commit] = review_digests(then, awards) if then else {}
    return found


def _holders(
    repository: Repository, ledger: Ledger | None, policy: Policy, badge: str
) -> frozenset[str]:
    """Return the codes of approvers who hold a badge of any version, by what the ledger says."""
    if ledger is None or not policy.holders_only:
        return frozenset()
    codes = {person.recipient for person in policy.approvers if person.recipient}
    mine = (a.key for a in repository.awards if a.key.badge == badge and a.key.recipient in codes)
    return frozenset(
        key.recipient
        for key in mine
        if (known := ledger.awards.get(ledger.award_id(key))) and known.state == "active"
    )


class _Commits:
    """The commits that changed a file since something was issued; each is asked about once."""

    def __init__(self, root: Path, base: str) -> None:
        self._root = root
        self._base = base
        self._behind: dict[str, tuple[str, ...]] = {}
        self._keys: dict[str, SshKey | None] = {"": None}
        here = head(root)
        self._uncommitted = changed_since(root, here.commit) if here else frozenset()

    def behind(self, path: str) -> tuple[str, ...]:
        """Return the commits behind a file; an empty one stands for what is not committed."""
        if path not in self._behind:
            since = commits_that_changed(self._root, self._base, path)
            if not since:  # it came before the base, and waits for approval since then
                before = before_last_change(self._root, path)
                since = commits_that_changed(self._root, before, path)
            self._behind[path] = (*since, *([""] if path in self._uncommitted else []))
        return self._behind[path]

    def keys(self, commits: Iterable[str]) -> tuple[SshKey | None, ...]:
        """Return the key that signed each commit; None for one without a good signature."""
        return tuple(map(self._key, commits))

    def _key(self, commit: str) -> SshKey | None:
        if commit not in self._keys:
            self._keys[commit] = signing_key(commit_object(self._root, commit))
        return self._keys[commit]
