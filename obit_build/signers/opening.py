"""From a signer's URI to a signer, and the preview key. The one door to all kinds of signers.

The passphrase of an encrypted key is read from ``NAME_PASSPHRASE`` for ``env:NAME`` and from
``OBIT_KEY_PASSPHRASE`` for ``file:``. What the others need stands in their modules.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from obit_build import durable
from obit_build.errors import SigningError
from obit_build.keys import uris as signer_uris
from obit_build.securing.jwk import Algorithm
from obit_build.signers.aws_kms import open_aws_kms
from obit_build.signers.gcp_kms import open_gcp_kms
from obit_build.signers.pkcs11 import open_pkcs11
from obit_build.signers.program import open_program
from obit_build.signers.remote import PATIENCE
from obit_build.signers.signer import Signer, from_pem, new_pem
from obit_build.signers.ssh_agent import open_agent
from obit_build.signers.token_keys import new_token_pem
from obit_build.signers.vault import open_vault

MAX_PEM = 10_000


class Opener(Protocol):
    """Opens the signers of one kind."""

    def __call__(
        self, uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
    ) -> Signer:
        """Return the signer of a well-formed URI; raise SigningError."""


def open_signer(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float = PATIENCE
) -> Signer:
    """Open the signer that ``uri`` names; relative paths count from the repository's folder.

    Give up whatever does not answer within ``seconds``. Raise SigningError (exit code 4) for
    whatever is missing, wrong, refused or silent; no message holds a secret.
    """
    if not signer_uris.is_well_formed(uri):  # not shown: it may be the private key itself
        raise SigningError(
            "this is not a place where a private key can be",
            fix=f"write {signer_uris.expected_form(uri)}; docs/how-to/keys.md lists the others",
        )
    return OPENERS[uri.partition(":")[0]](uri, environment=environment, root=root, seconds=seconds)


def _from_environment(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> Signer:
    del root, seconds  # it is at hand
    name = uri.removeprefix("env:")
    pem = environment.get(name)
    if not pem:
        raise SigningError(
            f"the environment variable {name} is not set",
            fix="set it to the key's PEM text; in CI, from the protected environment's secret",
        )
    # "replace": what can't be encoded is no PEM, and an encoding error would quote the secret.
    return from_pem(pem.encode(errors="replace"), environment.get(f"{name}_PASSPHRASE"), uri)


def _from_file(uri: str, *, environment: Mapping[str, str], root: Path, seconds: float) -> Signer:
    del seconds  # it is at hand
    path = root / uri.removeprefix("file:")
    return _read(path, uri, environment.get("OBIT_KEY_PASSPHRASE"))


def _read(path: Path, uri: str, passphrase: str | None) -> Signer:
    try:
        with path.open("rb") as file:
            pem = file.read(MAX_PEM)
    except OSError as error:
        raise SigningError(
            f"the key file of {uri} can't be read: {error.strerror}",
            fix="check the path, or make a key with `obit key new`",
        ) from error
    return from_pem(pem, passphrase, uri)


OPENERS: Mapping[str, Opener] = MappingProxyType(
    {
        "awskms": open_aws_kms,
        "env": _from_environment,
        "exec": open_program,
        "file": _from_file,
        "gcpkms": open_gcp_kms,
        "pkcs11": open_pkcs11,
        "ssh-agent": open_agent,
        "vault": open_vault,
    }
)
SCHEMES = tuple(sorted(OPENERS))


def throwaway_signer(algorithm: Algorithm, entropy: Callable[[int], bytes]) -> Signer:
    """Return a signer with a new key that is kept nowhere: for trials, never for what is published."""
    seed = hashlib.sha256(b"throw-away" + entropy(32)).digest()
    pem = new_pem(seed, None) if algorithm == "EdDSA" else new_token_pem(algorithm, seed)
    return from_pem(pem, None, "throw-away")


def preview_signer(folder: Path, entropy: Callable[[int], bytes]) -> Signer:
    """Return the preview key of this clone; make it on first use, readable by its owner only."""
    path = folder / "preview-key.pem"
    if not path.exists():
        durable.write(path, new_pem(entropy(32), None), mode=0o600)
    return _read(path, "file:.obit/preview-key.pem", None)


def preview_token_signer(
    folder: Path, algorithm: Algorithm, entropy: Callable[[int], bytes]
) -> Signer:
    """Return this clone's preview key for tokens of one kind; make it on first use."""
    if algorithm == "EdDSA":
        return preview_signer(folder, entropy)
    path = folder / f"preview-{algorithm.lower()}-key.pem"
    if not path.exists():
        durable.write(path, new_token_pem(algorithm, entropy(32)), mode=0o600)
    return _read(path, f"file:.obit/{path.name}", None)
