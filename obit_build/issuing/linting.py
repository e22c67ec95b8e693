"""Lint first: everything that a run would sign is signed with a throw-away key and verified.

So a mistake that only a finished credential shows is found before the real key is asked for its
first signature, as certification authorities do (security reference, 3.5, step 9). The whole
plan is carried out beside the ledger, on a replay and a stage of its own, and thrown away; it costs as
much computing as the signing itself, and no request to a device or a server.
"""

from collections.abc import Mapping
from dataclasses import replace

from obit_build.issuing.issue import carry_out
from obit_build.issuing.run import Circumstances
from obit_build.issuing.signing import Signer
from obit_build.ledger.files import LedgerReader, Staged
from obit_build.ledger.replay import Replay
from obit_build.model.repository import Repository
from obit_build.planning.plan import Plan


def needs_lint(plan: Plan) -> bool:
    """Whether the plan has credentials to sign."""
    return any(action.kind in ("issue", "re-issue") for action in plan.actions)


def lint(
    plan: Plan,
    store: LedgerReader,
    replay: Replay,
    repository: Repository,
    run: Circumstances,
    throwaway: Mapping[str, Signer],
) -> None:
    """Carry the plan out for trial; raise CredentialError for what would not verify.

    ``throwaway`` maps kinds of token (``EdDSA``, ``ES256``, ``RS256``) to signers; the first signs
    the credentials, too. Store and replay stay as they are.
    """
    trial = replace(
        run,
        signers=dict.fromkeys(repository.profiles, throwaway["EdDSA"]),
        token_signers={
            slug: throwaway[profile.token]
            for slug, profile in repository.profiles.items()
            if profile.token
        },
    )
    carry_out(plan, Staged(store), replay.fork(), repository, trial)
