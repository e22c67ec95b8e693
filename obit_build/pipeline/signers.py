"""Which signers a run has: the declared ones, opened when they are first asked for, or the preview's."""

from collections.abc import Callable, Mapping

from obit_build.issuing.signing import refuse_other_key
from obit_build.ledger.ledger import Mode
from obit_build.model.repository import Repository
from obit_build.securing.jwk import Algorithm
from obit_build.setting import Setting
from obit_build.signers.opening import (
    open_signer,
    preview_signer,
    preview_token_signer,
    throwaway_signer,
)
from obit_build.signers.signer import Signer

OWN_KEY = ("EdDSA",)
"""Kinds of token that an issuer signs with the key of its credentials."""


class _OnDemand(dict[str, Signer]):
    """Opens a signer when it is first asked for: a run without change needs no key."""

    def __init__(self, setting: Setting, repository: Repository, use: str) -> None:
        super().__init__()
        self._setting = setting
        signing = [k for k in repository.settings.keys if k.standing == "active"]
        self._declared = {str(k.issuer): k for k in signing if k.use == use}
        if use != "credentials":  # tokens of the kind EdDSA are signed with the issuer's own key
            own = {slug for slug, p in repository.profiles.items() if p.token in OWN_KEY}
            self._declared |= {
                str(k.issuer): k for k in signing if k.use == "credentials" and k.issuer in own
            }

    def __contains__(self, issuer: object) -> bool:
        return issuer in self._declared

    def __missing__(self, issuer: str) -> Signer:
        declared = self._declared[issuer]
        signer = open_signer(
            declared.signer or "", environment=self._setting.environment, root=self._setting.root
        )
        refuse_other_key(signer, declared)
        self[issuer] = signer
        return signer


def signers_of(setting: Setting, repository: Repository, mode: Mode) -> Mapping[str, Signer]:
    """Return issuer → signer: the declared ones, opened on demand, or this clone's preview key."""
    if mode == "live":
        return _OnDemand(setting, repository, "credentials")
    signer = preview_signer(setting.root / ".obit", setting.entropy)
    return dict.fromkeys(repository.profiles, signer)


def token_signers_of(setting: Setting, repository: Repository, mode: Mode) -> Mapping[str, Signer]:
    """Return issuer → signer of its tokens."""
    if mode == "live":
        return _OnDemand(setting, repository, "tokens")
    folder = setting.root / ".obit"
    return {
        slug: preview_token_signer(folder, profile.token, setting.entropy)
        for slug, profile in sorted(repository.profiles.items())
        if profile.token
    }


def throwaway_signers(
    repository: Repository, entropy: Callable[[int], bytes]
) -> Mapping[str, Signer]:
    """Return kind of token → signer with a key that nobody keeps, for all kinds that are in use."""
    kinds: set[Algorithm] = {"EdDSA"}
    kinds |= {profile.token for profile in repository.profiles.values() if profile.token}
    return {kind: throwaway_signer(kind, entropy) for kind in sorted(kinds)}
