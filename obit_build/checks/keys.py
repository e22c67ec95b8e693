"""What is checked in the keys of obit.yaml: whose they are, which of them sign, how good they are."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
from collections.abc import Iterator

from obit_build.checks.finding import Finding, issuer_slugs, place_of, repeated, suggestion
from obit_build.credentials.issuer_keys import read_key
from obit_build.errors import KeyFormatError
from obit_build.keys import uris as signer_uris
from obit_build.model.repository import Repository
from obit_build.securing.keys import decode_multikey


def key_names_a_known_issuer(repository: Repository) -> Iterator[Finding]:
    """A key belongs to a folder of issuers/.

    The key of an unknown issuer would sign nothing.
    """
    known = issuer_slugs(repository)
    for key in repository.settings.keys:
        if key.issuer not in known:
            yield Finding(
                place_of(key, "issuer"),
                f'there is no issuer "{key.issuer}"',
                suggestion(key.issuer, known, f"add issuers/{key.issuer}/issuer.yaml"),
            )


def issuer_has_one_key(repository: Repository) -> Iterator[Finding]:
    """An issuer has one key that signs.

    With two it would not be clear which one signs. A key for tokens (`use: tokens`) is apart. To
    change keys, use `obit key rotate`: the former one becomes `state: retired`, and what it signed
    stays valid.
    """
    signing = [key for key in repository.settings.keys if key.standing == "active"]
    for position in repeated((key.issuer, key.use) for key in signing):
        yield Finding(
            place_of(signing[position], "issuer"),
            f'"{signing[position].issuer}" has a second key that signs',
            "keep one, and write state: next or state: retired at the other",
        )


def issuer_has_a_key_that_signs(repository: Repository) -> Iterator[Finding]:
    """An issuer whose key is revoked, or only next, has another one that signs.

    What a revoked key had signed is signed again, and status lists have to be signed in any case.
    An issuer that has closed has keys with `state: retired` only.
    """
    keys = repository.settings.keys
    signing = {(key.issuer, key.use) for key in keys if key.standing == "active"}
    waiting = [
        key
        for key in keys
        if key.standing in ("next", "revoked") and (key.issuer, key.use) not in signing
    ]
    told = set(repeated((key.issuer, key.use) for key in waiting))
    for position, key in enumerate(waiting):
        if position not in told:
            yield Finding(
                place_of(key, "revoked", "state"),
                f'"{key.issuer}" has no key that signs'
                + (" tokens" if key.use == "tokens" else ""),
                "declare one: make it with `obit key new`, or write state: active at a key that is next",
            )


def signing_key_has_a_signer(repository: Repository) -> Iterator[Finding]:
    """A key that signs has a signer.

    `signer` says where its private part is. A key that is retired or revoked needs none.
    """
    for key in repository.settings.keys:
        if key.signer is None and key.standing == "active":
            yield Finding(
                key.location,
                f'the key with which "{key.issuer}" signs has no signer',
                "say where its private part is, such as signer: env:OBIT_KEY",
            )


def key_revocation_is_not_of_the_future(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """A key is revoked today or earlier.

    A revocation takes effect as soon as it is published; it can't be planned. To plan the end of a
    key, write `state: retired` on its day.
    """
    for key in repository.settings.keys:
        if key.revoked and key.revoked.date > today:
            yield Finding(
                place_of(key, "revoked"),
                f"the key is revoked on a day that has not come yet, {key.revoked.date}",
                "write the day on which it was decided",
            )


def key_belongs_to_one_issuer(repository: Repository) -> Iterator[Finding]:
    """A public key belongs to one issuer.

    If two shared it, each could sign as the other.
    """
    keys = repository.settings.keys
    for position in repeated(key.public_key_multibase for key in keys):
        yield Finding(
            place_of(keys[position], "public_key_multibase"),
            "this public key is also the key of another issuer",
            "make a key for each issuer with `obit key new`",
        )


def key_is_a_good_key(repository: Repository) -> Iterator[Finding]:
    """A public key is one that can be trusted: Ed25519, or for tokens also P-256 or RSA.

    A mistyped character makes it another key or none; a few special keys accept anybody's
    signature.
    """
    for key in repository.settings.keys:
        try:
            (decode_multikey if key.use == "credentials" else read_key)(key.public_key_multibase)
        except KeyFormatError as error:
            yield Finding(place_of(key, "public_key_multibase"), error.message, error.fix)


def token_key_is_declared(repository: Repository) -> Iterator[Finding]:
    """An issuer whose tokens need a key of their own declares it.

    `token: ES256` and `token: RS256` are signed with a key under `keys:` that says `use: tokens`.
    """
    keys = repository.settings.keys
    declared = {key.issuer for key in keys if (key.use, key.standing) == ("tokens", "active")}
    for slug, profile in repository.profiles.items():
        if keys and profile.token in ("ES256", "RS256") and slug not in declared:
            yield Finding(
                place_of(profile, "token"),
                f'no key is declared for the tokens of "{slug}"',
                "add one under keys: in obit.yaml with use: tokens",
            )


def signer_is_known(repository: Repository) -> Iterator[Finding]:
    """A signer is a kind that obit knows.

    `env:NAME` is an environment variable with the private key, `file:PATH` a file; keys on a device,
    in an agent or on a server have addresses of their own. Neither the private key itself nor a PIN
    ever stands in obit.yaml.
    """
    for key in repository.settings.keys:
        # It is not shown: it may be the private key itself.
        if key.signer is not None and not signer_uris.is_well_formed(key.signer):
            yield Finding(
                place_of(key, "signer"),
                "this is not a place where a private key can be",
                f"write {signer_uris.expected_form(key.signer)}; if this is the key itself, "
                "consider it stolen and make a new one",
            )
