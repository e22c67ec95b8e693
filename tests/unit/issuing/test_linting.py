import dataclasses

import pytest
from centre import (
    NOON,
    a_badge,
    a_centre,
    an_award,
    decided,
    fixed_entropy,
    issue,
    ledger_files,
    signers_of,
    text,
)

from obit_build.errors import CredentialError
from obit_build.issuing import issue as issuing
from obit_build.issuing import linting
from obit_build.issuing.run import Circumstances
from obit_build.ledger.files import Staged
from obit_build.ledger.folder import FolderStore
from obit_build.model.profile import Profile
from obit_build.model.words import Slug
from obit_build.planning.plan import make_plan
from obit_build.signers.opening import throwaway_signer


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


def throwaway(*kinds):
    return {kind: throwaway_signer(kind, fixed_entropy) for kind in ("EdDSA", *kinds)}


def a_run(signers):
    return Circumstances(
        at=NOON,
        main="c0ffee",
        mode="live",
        signers=signers,
        token_signers=signers,
        entropy=fixed_entropy,
    )


def linted(repository, store, signers, kinds=()):
    """Lint what would be issued; return the stage and the replay."""
    stage, replay = Staged(store), store.replay()
    ledger = issuing.begin(stage, replay, repository, a_run(signers))
    plan = make_plan(repository, ledger)
    linting.lint(plan, stage, replay, repository, a_run(signers), throwaway(*kinds))
    return stage, replay


def test_linting_asks_no_real_key_and_changes_nothing(store):
    before = a_centre([an_award(), an_award("2m8qa4xd")])
    issue(before, store, signers_of())
    files, signers = ledger_files(store), signers_of()
    after = a_centre([an_award(revoked=decided()), an_award("2m8qa4xd"), an_award(badge="reseaux")])

    stage, replay = linted(after, store, signers)

    assert [signer.calls for signer in signers.values()] == [0, 0]
    assert stage.files == {}
    assert replay.ledger() == store.replay().ledger()
    assert ledger_files(store) == files


def test_the_last_bad_credential_is_found_before_the_first_is_signed(store):
    # Engines sort these two tags differently, which only the canonical form shows.
    odd = a_badge("reseaux", "technocite", tag=(text("a\U0001f600"), text("a\ufb01")))
    repository = a_centre([an_award(), an_award(badge="reseaux")])
    repository = dataclasses.replace(
        repository, achievements={**repository.achievements, "reseaux": odd}
    )
    signers = signers_of()

    with pytest.raises(CredentialError) as caught:
        linted(repository, store, signers)

    assert caught.value.message.startswith("badges/reseaux/awards/2026-03-14.yaml:3:5: two values ")
    assert [signer.calls for signer in signers.values()] == [0, 0]
    assert ledger_files(store) == {}


@pytest.mark.parametrize("token", ["EdDSA", "ES256", "RS256"])
def test_tokens_are_linted_too(store, token):
    profile = Profile(name=text("CITC"), slug=Slug("citc"), token=token)
    repository = a_centre([an_award()])
    repository = dataclasses.replace(repository, profiles={**repository.profiles, "citc": profile})

    stage, _ = linted(repository, store, signers_of(), [token])

    assert list(stage.files) == ["log/00000001.json"], (
        "only the beginning, which the run itself made"
    )


def test_only_plans_with_credentials_need_it(store):
    repository = a_centre([an_award()])
    issue(repository, store, signers_of())
    ledger = store.replay().ledger()

    assert linting.needs_lint(make_plan(repository, None))
    assert not linting.needs_lint(make_plan(repository, ledger))
    assert not linting.needs_lint(make_plan(a_centre([an_award(revoked=decided())]), ledger))
