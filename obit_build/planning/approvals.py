"""Four eyes: whether an award is approved, and by whom (threats T8 to T12).

An approval counts if it is about exactly what would be done: the digest of all that the award's
line says, for its issuer and its badge. It comes as an SSH signature in the repository, or as a
review on the forge of a commit in which the award says the same. It does not count if the approver
wrote the award. Who wrote it is told by signatures of commits and by the forge where it vouches for
each of them, never by the name that a commit gives itself; where nobody can tell, an approver may
have, so one approval more is needed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from obit_build.approving.files import NAMESPACE, in_words
from obit_build.approving.policy import Policy
from obit_build.counting import several
from obit_build.errors import ApprovalError
from obit_build.model.approval import Approval
from obit_build.model.award import AwardKey
from obit_build.planning.plan import Kind, Plan
from obit_build.problems import Location, Problem
from obit_build.securing.sshsig import SshKey, is_signed, read_signature

NEEDS_APPROVAL: frozenset[Kind] = frozenset(("issue", "revoke", "reinstate", "replace", "withdraw"))
"""A suspension can be taken back and may be urgent; to sign again what a lost key signed decides nothing."""
SHOWN = 5
"""How many awards a refusal names."""

RULES: dict[str, str] = {
    "award-is-approved": "An award is approved before it is issued.\n\n`approvers:` of its issuer or its badge says who may approve, and how many must. `obit approve` signs an approval; where a workflow passes them on, reviews on the forge count too. Nobody approves what they wrote themselves, and an edit takes the approvals away.",
}


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """An approval that counts."""

    by: str
    how: Literal["review", "signature"]
    of: str
    """The commit that was reviewed, or the name of the file that was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """What is known about who wrote an award."""

    keys: tuple[SshKey | None, ...] = ()
    """The key that signed each commit which changed its file; None for one without a good signature."""
    accounts: frozenset[str] | None = None
    """The accounts that proposed it, as the forge says; None if it was not asked."""
    all_told: bool = False
    """Whether the forge vouches for each commit which changed its file: nobody else wrote in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review on the forge that approves."""

    account: str
    commit: str
    digests: Mapping[AwardKey, str] = field(repr=False)
    """What the awards said in the commit that was reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an award stands with its approvers."""

    key: AwardKey
    needed: int
    """How many must approve; one more than the policy says where the author is not known."""
    author_known: bool
    given: tuple[Given, ...] = ()
    authors: tuple[str, ...] = ()
    """Approvers who approved what they wrote themselves."""
    strangers: tuple[str, ...] = ()
    """Approvers who do not hold the badge, where they must."""
    outdated: tuple[str, ...] = ()
    """Approvers who approved it before it was edited."""
    open_to: tuple[str, ...] = ()
    """Approvers who may still approve."""

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(0, self.needed - len(self.given))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """The approvals whose signature holds: which key signed what, in which file."""

    by_digest: Mapping[str, frozenset[tuple[SshKey, str]]]
    by_words: Mapping[str, frozenset[SshKey]]
    """An award in words → who ever signed something about it."""


def signatures_of(approvals: Iterable[Approval]) -> Signatures:
    """Gather the approvals whose signature is their own key's over just these bytes."""
    by_digest: dict[str, frozenset[tuple[SshKey, str]]] = {}
    by_words: dict[str, frozenset[SshKey]] = {}
    for approval in approvals:
        read = read_signature(approval.signature)
        if not is_signed(approval.message, read, NAMESPACE):
            continue
        name = approval.path.rpartition("/")[2]
        for digest, words in approval.digests.items():
            by_digest[digest] = by_digest.get(digest, frozenset()) | {(read.key, name)}
            by_words[words] = by_words.get(words, frozenset()) | {read.key}
    return Signatures(by_digest=by_digest, by_words=by_words)


def standing(
    key: AwardKey,
    digest: str,
    policy: Policy,
    *,
    signatures: Signatures,
    reviews: Sequence[Review],
    authorship: Authorship,
    holders: frozenset[str],
) -> Standing:
    """Tell how one award stands. ``holders`` are the codes of those who hold its badge."""
    authors, author_known = written_by(policy, authorship)
    may: dict[str, bool] = {
        person.id: not policy.holders_only or bool(person.recipient and person.recipient in holders)
        for person in policy.approvers
    }
    found: dict[str, Given] = {}
    for given in sorted(_given(key, digest, policy, signatures, reviews)):
        if given.by in may:
            found.setdefault(given.by, given)
    counting = {by: g for by, g in found.items() if may[by] and by not in authors}
    ever = {policy.keys.get(k) for k in signatures.by_words.get(in_words(key), ())}
    return Standing(
        key=key,
        needed=policy.needed + (not author_known),
        author_known=author_known,
        given=tuple(counting.values()),
        authors=tuple(sorted(found.keys() & authors)),
        strangers=tuple(sorted(by for by in found if not may[by])),
        outdated=tuple(sorted(by for by in may if by in ever and by not in found)),
        open_to=tuple(by for by in may if may[by] and by not in counting and by not in authors),
    )


def _given(
    key: AwardKey,
    digest: str,
    policy: Policy,
    signatures: Signatures,
    reviews: Sequence[Review],
) -> Iterable[Given]:
    for signer, file in signatures.by_digest.get(digest, ()):
        if signer in policy.keys:
            yield Given(policy.keys[signer], "signature", file)
    for review in reviews:
        by = policy.accounts.get(review.account.lower())
        if by and review.digests.get(key) == digest:
            yield Given(by, "review", review.commit)


def written_by(policy: Policy, authorship: Authorship) -> tuple[frozenset[str], bool]:
    """Return who among the known people wrote an award, and whether that is all of its authors."""
    keys, accounts = policy.keys, policy.accounts
    by_key = {keys[key] for key in authorship.keys if key and key in keys}
    told = {account.lower() for account in authorship.accounts or ()}
    by_account = {accounts[account] for account in told if account in accounts}
    every_commit = bool(authorship.keys) and all(key in keys for key in authorship.keys)
    # Somebody whose account is not declared may be an approver whose account is not declared.
    forge_knows = (
        authorship.all_told
        and bool(told)
        and (told <= accounts.keys() or all(person.account for person in policy.approvers))
    )
    return frozenset(by_key | by_account), every_commit or forge_knows


def record(standings: Mapping[AwardKey, Standing]) -> dict[AwardKey, list[dict[str, str]]]:
    """Return what the ledger keeps: for each award who approved it, how, and of what."""
    return {
        key: [{"by": given.by, "how": given.how, "of": given.of} for given in one.given]
        for key, one in standings.items()
    }


def refuse_unapproved(
    plan: Plan, standings: Mapping[AwardKey, Standing], unread: Sequence[str] = ()
) -> None:
    """Raise ApprovalError if something in the plan needs an approval that is missing.

    ``unread`` are commits that were reviewed and are not in the clone.
    """
    missing = [
        f"{action.kind} {in_words(key)}: {_needs(standings[key])}"
        for action in plan.actions
        if (key := action.award.key) in standings
        and action.kind in NEEDS_APPROVAL
        and standings[key].missing
    ]
    if missing:
        more = len(missing) - SHOWN
        listed = "; ".join([*missing[:SHOWN], *([f"and {more} more"] if more > 0 else [])])
        fix = "have it approved, with obit approve or on the forge, and publish again; "
        if unread:
            fix = f"fetch {unread[0][:12]}, which was reviewed and is not in this clone; or else {fix}"
        raise ApprovalError(f"not approved: {listed}", fix=fix + "obit plan says who may")


def unapproved(plan: Plan, standings: Mapping[AwardKey, Standing]) -> Iterator[Problem]:
    """Tell for each file which approvals its awards still need, as warnings."""
    waiting: dict[tuple[str, str], dict[AwardKey, Location]] = {}
    for action in plan.actions:
        key, place = action.award.key, action.award.location
        one = standings.get(key)
        if one and one.missing and action.kind in NEEDS_APPROVAL:
            waiting.setdefault((place.path, _needs(one)), {})[key] = place
    for (_, needs), places in waiting.items():
        yield Problem(
            location=min(places.values()),
            check="award-is-approved",
            message=f"{several(len(places), 'award')} here: {needs}",
            fix="run obit approve with this file, or approve the change on the forge",
            level="warning",
        )


def _needs(one: Standing) -> str:
    who = f" (from {' or '.join(one.open_to)})" if one.open_to else ""
    why = "" if one.author_known else ", as nobody vouches for who wrote it"
    return f"{several(one.missing, 'more approval')} needed{who}{why}"
