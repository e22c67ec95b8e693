"""Keys: whether each declared signer could be opened here. Values of variables are never seen."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

import re
from collections.abc import Iterator

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, hint, warning, wrong

EXTRAS = {
    "awskms": ("boto3", "awskms"),
    "gcpkms": ("google-cloud-kms", "gcpkms"),
    "pkcs11": ("python-pkcs11", "pkcs11"),
}
"""Kind of signer → the distribution that it needs, and the extra of obit that brings it."""
WHY_SIGN = "obit issue stops when it has something to sign; checking, planning and building go on"
_PIN = re.compile(r"pin-source=env:([A-Za-z_][A-Za-z0-9_]*)")


def _signers(around: Surroundings) -> list[str]:
    declared = around.repository.settings.keys if around.repository else ()
    return sorted({key.signer for key in declared if key.signer and key.can_sign})


def signers_have_their_variables(around: Surroundings) -> Iterator[Symptom]:
    """The environment variables that signers need are set."""
    for uri in _signers(around):
        missing = [name for name in _variables(uri) if name not in around.variables]
        if missing:
            yield hint(
                f"{_kind(uri)}: signer without {' and '.join(missing)} in the environment",
                WHY_SIGN,
                "nothing, if keys are used elsewhere only (in a protected job); else set "
                + " and ".join(missing),
            )


def _kind(uri: str) -> str:
    return uri.partition(":")[0]


def _variables(uri: str) -> list[str]:
    """Name the variables without which a signer of this kind can't be opened."""
    kind, _, rest = uri.partition(":")
    if kind == "env":
        return [rest]
    if kind == "pkcs11":
        pin = _PIN.search(rest)
        module = [] if "module-path=" in rest else ["OBIT_PKCS11_MODULE"]
        return [pin[1] if pin else "OBIT_PKCS11_PIN", *module]
    return {"ssh-agent": ["SSH_AUTH_SOCK"], "vault": ["VAULT_ADDR"]}.get(kind, [])


def key_files_are_there(around: Surroundings) -> Iterator[Symptom]:
    """The files and programs that signers name are there."""
    for uri, file in sorted(around.key_files.items()):
        if not file.exists:
            yield hint(
                f"the {_kind(uri)}: signer names a file that is not there",
                WHY_SIGN,
                "nothing, if keys are used elsewhere only; else look at `signer` in obit.yaml",
            )
        elif not file.is_executable:
            yield wrong(
                "the program of the exec: signer can't be run",
                WHY_SIGN,
                "chmod +x, and begin it with #! and the program that reads it",
            )


def keys_are_kept_to_oneself(around: Surroundings) -> Iterator[Symptom]:
    """No key file is in the repository, or readable by others."""
    for uri, file in sorted(around.key_files.items()):
        if not uri.startswith("file:") or not file.exists:
            continue
        if file.is_tracked:
            yield wrong(
                f"a private key is in a Git repository ({uri})",
                "whoever can read the repository can sign in your name, for ever: Git forgets nothing",
                "treat it as stolen: revoke it, make a new one outside of every repository",
            )
        elif file.mode & 0o077:
            yield warning(
                f"others on this computer can read a private key ({uri})",
                "each of them can sign in your name",
                "chmod 600 on the file",
            )


def extras_are_installed(around: Surroundings) -> Iterator[Symptom]:
    """The libraries that the declared kinds of signers need are installed."""
    for kind in sorted({_kind(uri) for uri in _signers(around)} & EXTRAS.keys()):
        distribution, extra = EXTRAS[kind]
        if distribution not in around.tools.installed:
            yield warning(
                f"a {kind}: signer is declared, but {distribution} is not installed",
                WHY_SIGN,
                f"install obit-build[{extra}]",
            )
