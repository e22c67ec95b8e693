"""From a signer's URI to a signer: ``env:NAME``, ``file:PATH``; and the preview key.

The passphrase of an encrypted key is read from ``NAME_PASSPHRASE`` for ``env:NAME`` and from
``OBIT_KEY_PASSPHRASE`` for ``file:``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from obit_build import durable
from obit_build.errors import SigningError
from obit_build.jwk import Algorithm
from obit_build.signers.signer import Signer, from_pem, new_pem
from obit_build.signers.token_keys import new_token_pem

MAX_PEM = 10_000
SCHEMES = ("env", "file")


def open_signer(uri: str, *, environment: Mapping[str, str], root: Path) -> Signer:
    """Open the signer that ``uri`` names; relative paths count from the repository's folder."""
    scheme, _, rest = uri.partition(":")
    if scheme == "env" and rest:
        return _from_environment(rest, environment)
    if scheme == "file" and rest:
        return _from_file(root / rest, uri, environment.get("OBIT_KEY_PASSPHRASE"))
    raise SigningError(
        f'"{uri[:60]}" is not a signer that obit knows', fix="write env:NAME or file:PATH"
    )


def _from_environment(name: str, environment: Mapping[str, str]) -> Signer:
    pem = environment.get(name)
    if not pem:
        raise SigningError(
            f"the environment variable {name} is not set",
            fix="set it to the key's PEM text; in CI, from the protected environment's secret",
        )
    # "replace": what can't be encoded is no PEM, and an encoding error would quote the secret.
    return from_pem(
        pem.encode(errors="replace"), environment.get(f"{name}_PASSPHRASE"), f"env:{name}"
    )


def _from_file(path: Path, uri: str, passphrase: str | None) -> Signer:
    try:
        with path.open("rb") as file:
            pem = file.read(MAX_PEM)
    except OSError as error:
        raise SigningError(
            f"the key file of {uri} can't be read: {error.strerror}",
            fix="check the path, or make a key with `obit key new`",
        ) from error
    return from_pem(pem, passphrase, uri)


def preview_signer(folder: Path, entropy: Callable[[int], bytes]) -> Signer:
    """Return the preview key of this clone; make it on first use, readable by its owner only."""
    path = folder / "preview-key.pem"
    if not path.exists():
        durable.write(path, new_pem(entropy(32), None), mode=0o600)
    return _from_file(path, "file:.obit/preview-key.pem", None)


def preview_token_signer(
    folder: Path, algorithm: Algorithm, entropy: Callable[[int], bytes]
) -> Signer:
    """Return this clone's preview key for tokens of one kind; make it on first use."""
    if algorithm == "EdDSA":
        return preview_signer(folder, entropy)
    path = folder / f"preview-{algorithm.lower()}-key.pem"
    if not path.exists():
        durable.write(path, new_token_pem(algorithm, entropy(32)), mode=0o600)
    return _from_file(path, f"file:.obit/{path.name}", None)
