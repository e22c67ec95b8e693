"""What is checked in the lists of approvers, their approvals, and CODEOWNERS."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import re
from collections.abc import Iterator

from obit_build.approving.codeowners import FORGEJO, codeowners, is_up_to_date
from obit_build.approving.files import NAMESPACE
from obit_build.approving.policy import (
    asks_for_approval,
    badge_approvers,
    keys_of,
    named,
    policy_for,
)
from obit_build.centre.names import CODEOWNERS
from obit_build.checks.finding import Finding, place_of, suggestion
from obit_build.counting import several
from obit_build.errors import KeyFormatError
from obit_build.model.achievement import Achievement
from obit_build.model.approver import Approver
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.problems import Location
from obit_build.securing.sshsig import is_signed, read_key, read_signature

_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_OWNER = re.compile(rf"@?{_ACCOUNT.pattern}(?:/{_ACCOUNT.pattern})?")


def _records(repository: Repository) -> Iterator[Profile | Achievement]:
    yield from repository.profiles.values()
    yield from repository.achievements.values()


def _people(repository: Repository) -> Iterator[tuple[Profile | Achievement, Approver]]:
    for record in _records(repository):
        for person in record.approvers:
            yield record, person
    for profile in repository.profiles.values():
        for person in profile.proposers:
            yield profile, person


def approver_key_is_a_good_key(repository: Repository) -> Iterator[Finding]:
    """An approver's SSH key is one that can sign approvals.

    Ed25519, ECDSA with 256 bits or RSA from 2048 bits, on one line as in a file that ends in
    `.pub`. Keys on security keys (`sk-`) sign more than the message and can't be used.
    """
    for _, person in _people(repository):
        for line in person.ssh_keys:
            try:
                read_key(line)
            except KeyFormatError as error:
                yield Finding(place_of(person, "ssh_keys"), error.message, error.fix)


def approver_account_is_plain(repository: Repository) -> Iterator[Finding]:
    """An account on the forge is written as its name alone.

    Without `@` and without the forge's address. A maintainer may also be a team: `org/team`.
    """
    for _, person in _people(repository):
        if person.account is not None and not _ACCOUNT.fullmatch(person.account):
            yield Finding(
                place_of(person, "account"),
                "this is not the name of an account",
                "write the name that stands behind the @, without it",
            )
    for name in repository.settings.maintainers:
        if not _OWNER.fullmatch(name):
            yield Finding(
                place_of(repository.settings, "maintainers"),
                "this is not the name of an account or a team",
                "write a name, or org/team",
            )


def _issuer_of(repository: Repository, record: Profile | Achievement) -> Profile | None:
    """Return the issuer whose approvers a badge may name; an issuer names its own in full."""
    return repository.issuer_of(record) if isinstance(record, Achievement) else None


def approver_can_be_recognised(repository: Repository) -> Iterator[Finding]:
    """An approver can be recognised: by an SSH key, or by an account on the forge.

    In a badge, the short name of one of the issuer's approvers is enough.
    """
    for record, person in _people(repository):
        issuer = _issuer_of(repository, record)
        known = [p.id for p in issuer.approvers] if issuer else []
        whole = named(person, issuer)
        if not whole.ssh_keys and not whole.account:
            hint = "give ssh_keys: or account:"
            if isinstance(record, Achievement) and person.id not in known:
                hint = suggestion(person.id, known, f"{hint}, or name an approver of its issuer")
            yield Finding(place_of(person, "id"), f'nothing tells who "{person.id}" is', hint)


def approver_is_listed_once(repository: Repository) -> Iterator[Finding]:
    """In a list of approvers a person, a key and an account stand once.

    Two entries for one person would count as two people. A badge that names an approver of its
    issuer by the short name lists that person's keys and account.
    """
    for record in _records(repository):
        seen: dict[object, str] = {}
        others = record.proposers if isinstance(record, Profile) else ()
        issuer = _issuer_of(repository, record)
        for person in (*record.approvers, *others):
            whole = named(person, issuer)
            marks = [("id", person.id), *(("ssh_keys", key) for key in keys_of(whole))]
            if whole.account:
                marks.append(("account", whole.account.lower()))
            for field, mark in marks:
                if (field, mark) in seen:
                    yield Finding(
                        place_of(person, field, "id"),
                        f'this stands in the list already, for "{seen[field, mark]}"',
                        "keep one entry for one person",
                    )
                seen.setdefault((field, mark), person.id)


def approvals_are_possible(repository: Repository) -> Iterator[Finding]:
    """As many approvals are asked for as there are people to give them, at most.

    Otherwise nothing could ever be issued. One more than is needed is wise: nobody approves what
    they wrote themselves. Where nobody is listed, `approvals:` asks nobody. For a badge with a list
    of its own and no number, its issuer's number counts.
    """
    for profile in repository.profiles.values():
        yield from _impossible(profile, profile.approvals, len(profile.approvers))
    for slug, badge in repository.achievements.items():
        needed = badge.approvals
        if badge.approvers and needed is None:
            policy = policy_for(repository, repository, slug)
            needed = policy.needed if policy else None
        people = badge_approvers(badge, repository.issuer_of(badge))
        yield from _impossible(badge, needed, len(people))


def _impossible(
    record: Profile | Achievement, needed: int | None, people: int
) -> Iterator[Finding]:
    if needed is not None and (needed < 0 or needed > people):
        asked = several(needed, "approval is", "approvals are")
        verb = "is" if people == 1 else "are"
        yield Finding(
            place_of(record, "approvals", "approvers"),
            f"{asked} asked for, and there {verb} {several(people, 'approver')}",
            "ask for fewer, or name more approvers",
        )


def holding_approver_has_a_code(repository: Repository) -> Iterator[Finding]:
    """Where approvers must hold the badge, their code says who they are.

    `recipient:` is their own code in the people list. An approver without it never counts there.
    """
    seen: set[Location] = set()
    for badge in repository.achievements:
        policy = policy_for(repository, repository, badge)
        for person in policy.approvers if policy and policy.holders_only else ():
            place = place_of(person, "recipient", "id")
            code = person.recipient
            if place in seen or (
                code and (not repository.recipients or code in repository.recipients)
            ):
                continue
            seen.add(place)
            said = "is not in the people list" if code else "has no code"
            yield Finding(
                place,
                f'the approver "{person.id}" {said}, and approvers must hold the badge',
                "write their own code as recipient:, or take approvers_hold_badge: away",
                "warning",
            )


def approval_signature_holds(repository: Repository) -> Iterator[Finding]:
    """An approval is signed: its signature is of just these lines, for this purpose.

    Whoever edits an approval makes it worthless, and a signature made for something else, such as
    a commit, approves nothing.
    """
    for approval in repository.approvals:
        if not is_signed(approval.message, read_signature(approval.signature), NAMESPACE):
            yield Finding(
                approval.location,
                "the signature does not hold",
                "delete the file, and approve again with obit approve",
            )


def owners_are_up_to_date(repository: Repository) -> Iterator[Finding]:
    """CODEOWNERS names the people whom the lists of approvers name.

    Otherwise the forge asks others than those whose approval counts. Rules of your own may stand
    around what `obit codeowners` wrote.
    """
    for path in CODEOWNERS:
        data = repository.files.get(path)
        if data is None or not asks_for_approval(repository) or not codeowners(repository):
            continue
        if not is_up_to_date(repository, path, data.decode("utf-8", "replace")):
            option = " --forgejo" if path.startswith(FORGEJO) else ""
            yield Finding(
                Location(path),
                "this file does not name the approvers as they are now",
                f"write it again: obit codeowners{option} > {path}",
                "warning",
            )
