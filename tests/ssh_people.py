"""People with SSH keys, made and used by the real ssh-keygen."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Person:
    """Somebody with a key: its file, and its public line."""

    name: str
    path: Path

    @property
    def public(self) -> str:
        return self.path.with_name(self.path.name + ".pub").read_text().strip()

    @property
    def config(self) -> tuple[str, ...]:
        """What tells Git to sign commits with this key."""
        return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.path}")

    def sign(self, message: bytes, namespace: str, *options: str) -> str:
        return subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(self.path), *options],
            input=message, check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip


def a_person(folder: Path, name: str, *options: str) -> Person:
    """Make a key; ``options`` are ssh-keygen's, such as ``-t rsa``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    kind = options or ("-t", "ed25519")
    subprocess.run(
        ["ssh-keygen", "-q", "-N", "", "-C", f"{name}@example", "-f", str(path), *kind], check=True
    )
    return Person(name, path)


def ssh_keygen_accepts(
    folder: Path, person: Person, message: bytes, signature: str, namespace: str
) -> bool:
    """Ask ssh-keygen itself whether this person signed the message."""
    (folder / "allowed").write_text(f"{person.name} {person.public}\n")
    (folder / "signature").write_text(signature)
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-n", namespace, "-I", person.name, "-f", str(folder / "allowed"),
         "-s", str(folder / "signature")],
        input=message, check=False, capture_output=True,
    )  # fmt: skip
    return done.returncode == 0
