"""Signing with a person's own SSH key, by the program that knows where it is.

``ssh-keygen`` reads encrypted keys, asks for their passphrase and finds keys in an agent, on a card
or in a password manager; obit never sees the private key.
"""

import subprocess
from pathlib import Path

from obit_build.errors import SigningError

SECONDS = 300
"""Somebody may have to find a passphrase."""


def sign(key: Path, message: bytes, namespace: str) -> str:
    """Sign with the key in this file, or with the agent's if it is a public one; return the signature."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", str(key)],  # noqa: S607 - the user's own
            input=message,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except FileNotFoundError:
        raise SigningError(
            "the program ssh-keygen is not there", fix="install OpenSSH and try again"
        ) from None
    except subprocess.TimeoutExpired:
        raise SigningError(
            f"ssh-keygen did not end within {SECONDS} seconds", fix="try again"
        ) from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else "it does not say why"
        raise SigningError(
            f"ssh-keygen does not sign: {why}",
            fix="see that the private key lies beside the .pub file, or add it with ssh-add",
        )
    return done.stdout.decode("ascii", "replace")
