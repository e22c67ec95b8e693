"""Previews start over when the files changed; real ledgers never do.

A preview exists to show the present files, so an edited award is shown as edited. The salt is
kept, so that the addresses of award pages stay while somebody is editing.
"""

from collections.abc import Callable

from obit_build.issuing.drafts import Drafts
from obit_build.issuing.issue import allocation
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.planning.plan import Plan
from obit_build.strict_json import JsonObject


def is_outdated(
    ledger: Ledger,
    repository: Repository,
    document_of: Callable[[IssuedAward], JsonObject],
    plan: Plan,
    *,
    only_awards: bool = False,
) -> bool:
    """Tell whether a preview shows anything that the files no longer say; ``plan`` is made of both.

    ``only_awards`` promises that all credentials said what the files said, and that nothing but files of
    awards can have changed since; the ledger's digests of awards tell the rest.
    """
    if plan.problems or plan.present != len(ledger.awards):
        return True
    if only_awards:
        return False
    awards = {ledger.award_id(award.key): award for award in repository.awards}
    drafts = Drafts(repository)

    def is_behind(issued: IssuedAward) -> bool:
        award = awards.get(issued.id)
        if award is None or award.withdrawn:
            return True
        return not _says_the_same(ledger, drafts, repository, award, issued, document_of(issued))

    return any(map(is_behind, ledger.awards.values()))


def _says_the_same(
    ledger: Ledger,
    drafts: Drafts,
    repository: Repository,
    award: Award,
    issued: IssuedAward,
    signed: JsonObject,
) -> bool:
    badge = repository.achievements.get(award.key.badge)
    issuer = repository.issuer_of(badge) if badge else None
    if badge is None or issuer is None or issuer.slug != issued.issuer:
        return False
    proofs = 1 if issuer.second_proof is None else 2
    if len(signed["proof"]) != proofs or bool(issued.token_sha256) != bool(issuer.token):
        return False
    given = allocation(ledger, issued.id, issued.list_number, issued.index)
    now = drafts.draft(badge, award, given, issuer=issuer, preview=True).document()
    return now == {name: value for name, value in signed.items() if name != "proof"}
