"""Whose approval an award needs, as the files of one revision say it.

Issuing reads the policy from before the change that brings the award, so that nobody becomes an
approver by the same change (threat T12). What counts is the list of the issuer who would sign; a
badge's own list takes its place only if the badge was that issuer's before as well.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obit_build.errors import KeyFormatError
from obit_build.model.approver import Approver
from obit_build.model.repository import Repository
from obit_build.sshsig import SshKey, read_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many of whom must approve an award of one badge."""

    needed: int
    approvers: tuple[Approver, ...]
    proposers: tuple[Approver, ...] = ()
    """People who are known and can't approve."""
    holders_only: bool = False

    @property
    def keys(self) -> Mapping[SshKey, str]:
        """Return SSH key → short name, of everybody who is known."""
        found: dict[SshKey, str] = {}
        for person in (*self.proposers, *self.approvers):
            for key in keys_of(person):
                found[key] = person.id
        return found

    @property
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
    known: dict[str, Approver] = {
        person.id: person for person in (profile.approvers if profile else ())
    }
    if own and own.approvers:
        approvers = tuple(named(person, known) for person in own.approvers)
    else:
        approvers = tuple(known.values())
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


def named(person: Approver, known: Mapping[str, Approver]) -> Approver:
    """Return the issuer's approver whom a badge names by the short name alone."""
    is_bare = not (person.ssh_keys or person.account or person.recipient)
    return known.get(person.id, person) if is_bare else person


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
