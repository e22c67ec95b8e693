"""A plan against a base: which of its actions a change brings, and a plan where no ledger is at hand.

Whoever reviews a change may not be able to read the ledger (a pull request from a fork). Then what
the base revision says counts as issued, which is what publishing it would have done; an edit or a
deleted line of an award is refused just the same.
"""

import datetime

from obit_build.credentials.digests import achievement_bytes, award_bytes, review_digests
from obit_build.ledger.keys import IssuerKey
from obit_build.ledger.ledger import IssuedAward, Ledger, State
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.model.settings import KeyDeclaration
from obit_build.planning.plan import Plan


def assumed_ledger(base: Repository) -> Ledger:
    """Return the ledger that there would be if everything in ``base`` were issued.

    Its salt and its hashes are zeros: nothing secret or signed can be made with it. Every award
    counts as signed with the key that its issuer signs with: which of its former keys it was, only
    the real ledger tells.
    """
    awards: dict[str, IssuedAward] = {}
    empty = Ledger(
        awards=awards,
        mode="live",
        site=base.settings.base,
        salt=bytes(32),
        size=0,
        head="0" * 64,
        last_at=datetime.datetime.min.replace(tzinfo=datetime.UTC),
        keys=tuple(map(_published, base.settings.keys)),
    )
    replaced = {empty.award_id(key): a for a in base.awards if (key := a.replaced_key)}
    for award in base.awards:
        award_id = empty.award_id(award.key)
        successor = replaced.get(award_id)
        former = award.replaced_key
        issuer = base.issuer_of(base.achievements[award.key.badge])
        slug = str(issuer.slug) if issuer else ""
        awards[award_id] = IssuedAward(
            id=award_id,
            issuer=slug,
            badge=award.key.badge,
            version=award.key.version,
            issued=award.key.issued,
            list_number=0,
            index=0,
            sha256="0" * 64,
            content=empty.keyed("award-content", award_bytes(award)).hex(),
            definition=_definition(empty, base, award),
            key=empty.active_key(slug) or "",
            token_key=empty.active_key(slug, "tokens") if issuer and issuer.token else None,
            state=_state(award, replaced=successor is not None),
            replaced_by=empty.award_id(successor.key) if successor else None,
            replaces=empty.award_id(former) if former else None,
        )
    return empty


def _published(declared: KeyDeclaration) -> IssuerKey:
    return IssuerKey(
        issuer=str(declared.issuer),
        public_key_multibase=str(declared.public_key_multibase),
        use=declared.use,
        state=declared.standing,
        revoked=declared.revoked.date if declared.revoked else None,
    )


def _definition(empty: Ledger, base: Repository, award: Award) -> str:
    badge = base.achievements[award.key.badge]
    return empty.keyed("badge-definition", achievement_bytes(badge)).hex()


def _state(award: Award, *, replaced: bool) -> State:
    if award.withdrawn:
        return "withdrawn"
    if award.revoked:
        return "revoked"
    if replaced:
        return "replaced"
    return "suspended" if award.suspended else "active"


def brought_by_change(
    plan: Plan, repository: Repository, base: Repository | None
) -> frozenset[AwardKey]:
    """Return the awards in the plan whose line is not in ``base`` just as it is now.

    An award is also brought by the change that revokes its key.
    """
    awards = {action.award.key: action.award for action in plan.actions}
    before = (award for award in base.awards if award.key in awards) if base else ()
    known = review_digests(base, before) if base else {}
    now = review_digests(repository, awards.values())
    changed = {key for key, digest in now.items() if known.get(key) != digest}
    if _revoked(repository) != (_revoked(base) if base else set()):
        changed |= {action.award.key for action in plan.actions if action.kind == "re-issue"}
    return frozenset(changed)


def _revoked(repository: Repository) -> set[str]:
    return {str(key.public_key_multibase) for key in repository.settings.keys if key.revoked}
