"""``ssh-agent:SHA256:…``: a key in an SSH agent (draft-ietf-sshm-ssh-agent, "Signature request").

The agent signs the bytes as they are, so its Ed25519 signatures are those of RFC 8032. Keys on
security keys (``sk-``) sign something else around the message and are refused. Each question is
a connection of its own, so that an agent may be restarted in between.
"""

import base64
import hashlib
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build.errors import SigningError
from obit_build.signers.remote import (
    PublicKey,
    RemoteSigner,
    no_answer,
    other_kind,
    raw_signature,
    within,
)

LIST, LISTED, SIGN, SIGNED = 11, 12, 13, 14
MAX_ANSWER = 262_144
MAX_MESSAGE = 200_000
"""OpenSSH's agent takes 256 KiB with everything around it."""


def open_agent(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Find the key with this fingerprint in the agent at SSH_AUTH_SOCK."""
    del root  # nothing of it is in the repository
    path = environment.get("SSH_AUTH_SOCK")
    if not path or not hasattr(socket, "AF_UNIX"):
        raise SigningError(
            "there is no SSH agent: SSH_AUTH_SOCK is not set",
            fix='start one with: eval "$(ssh-agent)" && ssh-add KEYFILE',
        )
    agent = _Agent(path, uri, seconds)
    blob = within(seconds, uri, agent.key)
    return RemoteSigner(
        uri,
        _public_key(blob, uri),
        lambda message: agent.sign(blob, message),
        seconds=seconds,
        limit=MAX_MESSAGE,
    )


@dataclass(frozen=True, slots=True)
class _Agent:
    path: str
    uri: str
    seconds: float

    def key(self) -> bytes:
        """Return the public key's blob with the fingerprint that is asked for."""
        answer = self._ask(bytes([LIST]), LISTED)
        wanted = self.uri.rpartition(":")[2]
        for blob in list(_strings(answer[4:], self.uri))[::2]:  # each is followed by a comment
            if base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=") == wanted:
                return blob
        raise SigningError(
            f"the SSH agent does not hold the key {self.uri.removeprefix('ssh-agent:')}",
            fix="add it with ssh-add; `ssh-add -l` shows the fingerprints that the agent holds",
        )

    def sign(self, blob: bytes, message: bytes) -> bytes:
        question = bytes([SIGN]) + _string(blob) + _string(message) + struct.pack(">I", 0)
        (answer,) = _strings(self._ask(question, SIGNED), self.uri, 1)
        kind, signature = _strings(answer, self.uri, 2)
        if kind == b"ssh-ed25519":
            return signature
        r, s = _strings(signature, self.uri, 2)
        try:
            return raw_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        except ValueError:
            raise _not_understood(self.uri) from None

    def _ask(self, question: bytes, expected: int) -> bytes:
        """Send one message and return the body of the answer, which must be ``expected``."""
        end = time.monotonic() + self.seconds
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self.seconds)
                connection.connect(self.path)
                connection.sendall(_string(question))
                size = struct.unpack(">I", self._read(connection, 4, end))[0]
                if not 1 <= size <= MAX_ANSWER:
                    raise _not_understood(self.uri)
                answer = self._read(connection, size, end)
        except TimeoutError:
            raise no_answer(self.uri, self.seconds) from None
        except OSError as error:
            raise SigningError(
                f"the SSH agent can't be reached: {error.strerror or 'it hung up'}",
                fix="see that it is running: ssh-add -l",
            ) from None
        if answer[0] != expected:
            raise SigningError(
                f"the SSH agent refuses to sign with {self.uri.removeprefix('ssh-agent:')}",
                fix="see that the key is still in the agent, unlocked, and that you confirmed its use",
            )
        return answer[1:]

    def _read(self, connection: socket.socket, size: int, end: float) -> bytes:
        data = b""
        while len(data) < size:
            connection.settimeout(max(end - time.monotonic(), 0.001))
            part = connection.recv(size - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes, uri: str, count: int | None = None) -> Iterator[bytes]:
    """Read the SSH strings that ``data`` is made of, ``count`` of them if it is given."""
    found = []
    while data:
        size = struct.unpack(">I", data[:4])[0] if len(data) >= 4 else len(data)
        if size > len(data) - 4:
            raise _not_understood(uri)
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    if count is not None and len(found) != count:
        raise _not_understood(uri)
    return iter(found)


def _not_understood(uri: str) -> SigningError:
    return SigningError(
        f"the SSH agent's answer about {uri.removeprefix('ssh-agent:')} can't be understood",
        fix="see that SSH_AUTH_SOCK leads to an SSH agent",
    )


def _public_key(blob: bytes, uri: str) -> PublicKey:
    kind = next(_strings(blob, uri), b"")
    if kind.startswith(b"sk-"):
        raise SigningError(
            f"{uri} is on a security key, which signs more than the message",
            fix="use a key without sk- in its type",
        )
    if kind not in (b"ssh-ed25519", b"ecdsa-sha2-nistp256"):
        raise other_kind(uri)
    try:
        key = serialization.load_ssh_public_key(kind + b" " + base64.b64encode(blob))
    except (ValueError, UnsupportedAlgorithm):
        raise _not_understood(uri) from None
    if isinstance(key, Ed25519PublicKey | ec.EllipticCurvePublicKey):
        return key
    raise other_kind(uri)  # pragma: no cover - the two kinds above are these two classes
