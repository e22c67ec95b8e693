"""A commit as Git keeps it: which SSH key signed it.

Only the key counts. The names and addresses in a commit are whatever its author typed (threat T11):
Git itself calls a commit good whose author is somebody else than its signer.
"""

from obit_build.errors import KeyFormatError
from obit_build.securing.sshsig import SshKey, is_signed, read_signature

NAMESPACE = "git"


def signing_key(raw: bytes) -> SshKey | None:
    """Return the SSH key whose signature of this commit holds; None if there is none that does."""
    headers, blank, message = raw.partition(b"\n\n")
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside = b""
    for line in headers.split(b"\n"):
        if not line.startswith(b" "):
            inside = line.partition(b" ")[0]
        if inside == b"gpgsig":
            signature.append(line.removeprefix(b"gpgsig").removeprefix(b" "))
        elif inside != b"gpgsig-sha256":
            kept.append(line)
    try:
        read = read_signature(b"\n".join(signature).decode("ascii") + "\n")
    except (KeyFormatError, UnicodeDecodeError):
        return None
    payload = b"\n".join(kept) + blank + message
    return read.key if is_signed(payload, read, NAMESPACE) else None
