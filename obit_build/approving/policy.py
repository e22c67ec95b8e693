"""Whose approval an award needs, as the files of one revision say it.

Issuing reads the policy from before the change that brings the award, so that nobody becomes an
approver by the same change (threat T12). What counts is the list of the issuer who would sign; a
badge's own list takes its place only if the badge was that issuer's before as well.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obit_build.errors import KeyFormatError
from obit_build.model.achievement import Achievement
from obit_build.model.approver import Approver
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.securing.sshsig import SshKey, read_key


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How many of whom must approve an award of one badge."""

    needed: int
    approvers: tuple[Approver, ...]
    proposers: tuple[Approver, ...] = ()
    """People who are known and can't approve."""
    holders_only: bool = False

    @functools.cached_property
    def keys(self) -> Mapping[SshKey, str]:
        """Return SSH key → short name, of everybody who is known."""
        found: dict[SshKey, str] = {}
        for person in (*self.proposers, *self.approvers):
            for key in keys_of(person):
                found[key] = person.id
        return found

    @functools.cached_property
    def accounts(self) -> Mapping[str, str]:
        """Return account on the forge, in lower case → short name, of everybody who is known."""
        people = (*self.proposers, *self.approvers)
        return {p.account.lower(): p.id for p in people if p.account}


def keys_of(person: Approver) -> Iterator[SshKey]:
    """Yield a person's SSH keys; one that can't be read opens nothing."""
    yield from filter(None, map(_key_in, person.ssh_keys))


@functools.lru_cache(maxsize=4096)
def _key_in(line: str) -> SshKey | None:
    try:
        return read_key(line)
    except KeyFormatError:
        return None


def asks_for_approval(repository: Repository | None) -> bool:
    """Tell whether anybody's approval is needed for anything."""
    return repository is not None and (
        any(profile.approvers for profile in repository.profiles.values())
        or any(badge.approvers for badge in repository.achievements.values())
    )


def policy_for(before: Repository, repository: Repository, badge: str) -> Policy | None:
    """Return what ``before`` asks of an award that ``repository`` gives; None if nothing."""
    issuer = repository.issuer_of(repository.achievements[badge])
    profile = before.profiles.get(issuer.slug) if issuer else None
    own = before.achievements.get(badge)
    former = before.issuer_of(own) if own else None
    if own and former and issuer and former.slug != issuer.slug:
        own = None  # another issuer's badge until now: its list says nothing about this issuer
    approvers = badge_approvers(own, profile)
    if not approvers:
        return None
    needed = _first(own.approvals if own else None, profile.approvals if profile else None, 1)
    holders = _first(
        own.approvers_hold_badge if own else None,
        profile.approvers_hold_badge if profile else None,
        False,
    )
    if needed < 1:
        return None
    return Policy(
        needed=needed,
        approvers=approvers,
        proposers=profile.proposers if profile else (),
        holders_only=bool(holders),
    )


def badge_approvers(badge: Achievement | None, issuer: Profile | None) -> tuple[Approver, ...]:
    """Return who approves awards of a badge: those of its own list, else those of its issuer's."""
    if badge and badge.approvers:
        return tuple(named(person, issuer) for person in badge.approvers)
    return issuer.approvers if issuer else ()


def named(person: Approver, issuer: Profile | None) -> Approver:
    """Return the issuer's approver whom a badge names by the short name alone."""
    if person.ssh_keys or person.account or person.recipient or not issuer:
        return person
    return next((known for known in issuer.approvers if known.id == person.id), person)


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
