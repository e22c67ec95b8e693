"""``vault:KEY@VERSION``: a key in the transit engine of an OpenBao or Vault server.

The server is VAULT_ADDR, the token VAULT_TOKEN or the content of the file VAULT_TOKEN_FILE; the
namespace VAULT_NAMESPACE and the certificates VAULT_CACERT are used if they are set. The engine is
mounted at ``transit`` unless the URI says otherwise: ``vault:MOUNT/KEY@VERSION``. The token needs
``read`` on ``MOUNT/keys/KEY`` and ``update`` on ``MOUNT/sign/KEY``, nothing else.

Refused: http to anywhere but this machine, redirects. Proxies are not used: the token is sent to
VAULT_ADDR only.
"""

import base64
import binascii
import http.client
import json
import re
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from obit_build.errors import SigningError
from obit_build.network.public_hosts import OWN_COMPUTER
from obit_build.signers.remote import (
    PublicKey,
    RemoteSigner,
    no_answer,
    other_kind,
    read_public_key,
    within,
)

MAX_ANSWER = 1_000_000
MAX_MESSAGE = 1_000_000
MAX_TOKEN = 10_000
REASONS = {
    400: ("the server can't sign with that version of the key", "see `bao read transit/keys/KEY`"),
    403: (
        "the token may not use the key, or has run out",
        "it needs read on transit/keys/KEY and update on transit/sign/KEY",
    ),
    404: ("the server has no such key", "see `bao list transit/keys`"),
    503: ("the server is sealed or not ready", "unseal it, then try again"),
}
_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)


def open_vault(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Look the key up on the server and return its signer."""
    del root  # nothing of it is in the repository
    path, _, version = uri.removeprefix("vault:").rpartition("@")
    mount, _, name = path.rpartition("/")
    server = _Server(environment, uri, seconds)
    transit = _Transit(server, mount or "transit", name, version, uri)
    key = within(seconds, uri, transit.public_key)
    return RemoteSigner(uri, key, transit.sign, seconds=seconds, limit=MAX_MESSAGE)


@dataclass(frozen=True, slots=True, repr=False)
class _Transit:
    """One version of one key of the engine."""

    server: "_Server"
    mount: str
    name: str
    version: str
    uri: str

    def public_key(self) -> PublicKey:
        data = self.server.ask("GET", f"{self.mount}/keys/{self.name}", None)
        kind, versions = data.get("type"), data.get("keys")
        if kind not in ("ed25519", "ecdsa-p256") or data.get("derived"):
            raise other_kind(self.uri)
        entry = versions.get(self.version) if isinstance(versions, dict) else None
        if not isinstance(entry, dict):
            raise SigningError(
                f"the key of {self.uri} has no version {self.version}",
                fix=f"its newest version is {data.get('latest_version')}",
            )
        text = str(entry.get("public_key", ""))
        if kind == "ecdsa-p256":
            return read_public_key(text.encode(), self.uri)
        return read_public_key(_decoded(text, self.uri), self.uri)

    def sign(self, message: bytes) -> bytes:
        question = {
            "input": base64.b64encode(message).decode(),
            "key_version": int(self.version),  # never "the newest": somebody may have rotated it
            "marshaling_algorithm": "jws",  # r ‖ s for P-256; no matter for Ed25519
        }
        data = self.server.ask("POST", f"{self.mount}/sign/{self.name}", question)
        prefix, _, signature = str(data.get("signature", "")).rpartition(":")
        if prefix != f"vault:v{self.version}":
            raise _not_understood(self.uri)
        text = signature.rstrip("=").replace("-", "+").replace("_", "/")
        return _decoded(text + "=" * (-len(text) % 4), self.uri)


class _Server:
    """One connection, kept open; the token is in its headers and shows nowhere."""

    __slots__ = ("_connection", "_headers", "_lock", "_prefix", "_seconds", "_uri")
    _connection: http.client.HTTPConnection

    def __init__(self, environment: Mapping[str, str], uri: str, seconds: float) -> None:
        address = environment.get("VAULT_ADDR", "")
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise SigningError(
                f"the address of the server of {uri} is not an address",
                fix="set VAULT_ADDR like https://vault.example.org:8200",
            ) from None
        if parts.scheme != "https" and not (parts.scheme == "http" and host in OWN_COMPUTER):
            raise SigningError(
                f"the address of the server of {uri} does not begin with https://",
                fix="set VAULT_ADDR to it; http:// is for 127.0.0.1 only",
            )
        if parts.username or parts.query or parts.fragment:
            raise SigningError(
                f"the address of the server of {uri} has more than a name, a port and a path",
                fix="set VAULT_ADDR like https://vault.example.org:8200",
            )
        self._prefix = parts.path.rstrip("/") + "/v1/"
        self._headers = {"X-Vault-Request": "true", "X-Vault-Token": _token(environment, uri)}
        if namespace := environment.get("VAULT_NAMESPACE"):
            if not _TOKEN.fullmatch(namespace):
                raise SigningError(
                    f"VAULT_NAMESPACE is not the name of a namespace of the server of {uri}",
                    fix="set it like centre/badges, or leave it out",
                )
            self._headers["X-Vault-Namespace"] = namespace
        self._uri = uri
        self._seconds = seconds
        self._lock = threading.Lock()
        self._connection = _connection(parts.scheme, host, port, environment, seconds)

    def __del__(self) -> None:
        if hasattr(self, "_connection"):  # not if the address was refused
            self._connection.close()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the member ``data`` of the answer; raise SigningError for any other answer."""
        text = None if body is None else json.dumps(body).encode()
        with self._lock:
            status, answer = self._exchange(method, self._prefix + path, text)
        if status != http.HTTPStatus.OK:
            what, fix = REASONS.get(
                status, (f"the server answers with the code {status}", "see its log")
            )
            raise SigningError(f"{self._uri}: {what}", fix=fix)
        try:
            data = json.loads(answer)["data"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _not_understood(self._uri) from None
        if not isinstance(data, dict):
            raise _not_understood(self._uri)
        return data

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        kept = self._connection.sock is not None
        try:
            self._connection.request(method, path, body, self._headers)
            response = self._connection.getresponse()
            answer = response.read(MAX_ANSWER)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._connection.close()
            if kept and not isinstance(error, TimeoutError):
                return self._exchange(method, path, body)  # it had merely been closed meanwhile
            raise self._unreachable(error) from None
        if not response.isclosed():  # more than we read: never reuse what may be out of step
            self._connection.close()
        return response.status, answer

    def _unreachable(self, error: Exception) -> SigningError:
        if isinstance(error, TimeoutError):
            return no_answer(self._uri, self._seconds)
        reason = getattr(error, "strerror", None) or "it hung up"
        if isinstance(error, ssl.SSLCertVerificationError):
            reason = error.verify_message
        return SigningError(
            f"the server of {self._uri} can't be reached: {reason}",
            fix="see that VAULT_ADDR is right and the server is running",
        )


def _connection(
    scheme: str, host: str, port: int | None, environment: Mapping[str, str], seconds: float
) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        context = ssl.create_default_context(cafile=environment.get("VAULT_CACERT") or None)
    except (OSError, ssl.SSLError):
        raise SigningError(
            "the certificates of VAULT_CACERT can't be read", fix="it must be a PEM file"
        ) from None
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)


def _token(environment: Mapping[str, str], uri: str) -> str:
    token = environment.get("VAULT_TOKEN", "")
    file = environment.get("VAULT_TOKEN_FILE")
    if not token and file:
        try:
            with Path(file).open("rb") as stream:
                token = stream.read(MAX_TOKEN).decode("ascii", "replace").strip()
        except OSError as error:
            raise SigningError(
                f"the file of VAULT_TOKEN_FILE can't be read: {error.strerror}",
                fix="check the path",
            ) from None
    if not _TOKEN.fullmatch(token):  # anything else could add headers of its own
        raise SigningError(
            f"there is no token for {uri}", fix="set VAULT_TOKEN, or VAULT_TOKEN_FILE to its file"
        )
    return token


def _decoded(text: str, uri: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _not_understood(uri) from None


def _not_understood(uri: str) -> SigningError:
    return SigningError(
        f"the answer of the server of {uri} can't be understood",
        fix="see that VAULT_ADDR is an OpenBao or Vault server",
    )
