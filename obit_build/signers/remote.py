"""A signer whose key is elsewhere: on a device, in an agent, on a server, behind a program.

One class for all of them. What differs is a function that takes a message and answers with a
signature. Every question has an end: who does not answer in time is given up. Every answer is
checked with the public key before anybody sees it, so that a confused device signs nothing.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from obit_build.errors import SigningError
from obit_build.securing.keys import refuse_weak
from obit_build.signers.signer import Alg, never_copied, refuse_known

PATIENCE = 30.0
"""Seconds after which somebody who does not answer is given up."""
SIGNATURE_BYTES = 64
POINT_BYTES = 65
KEY_BYTES = 32

Result = TypeVar("Result")
PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey


class RemoteSigner:
    """Signs by asking whatever holds the key, and believes nothing that does not verify."""

    __slots__ = ("_ask", "_key", "_limit", "_seconds", "alg", "public_key", "uri")

    def __init__(
        self,
        uri: str,
        key: PublicKey,
        ask: Callable[[bytes], bytes],
        *,
        seconds: float,
        limit: int | None = None,
    ) -> None:
        """``limit``: the longest message in bytes that can be signed there."""
        self.uri = uri
        self.alg, self.public_key = _identity(key, uri)
        self._key = key
        self._ask = ask
        self._seconds = seconds
        self._limit = limit

    def sign(self, message: bytes) -> bytes:
        """Return the raw 64 bytes of the signature; raise SigningError for anything else."""
        if self._limit is not None and len(message) > self._limit:
            raise SigningError(
                f"the message is too long for {self.uri}: "
                f"{len(message)} bytes, where {self._limit} are the most",
                fix="use another signer for messages of this size",
            )
        signature = within(self._seconds, self.uri, lambda: self._ask(message))
        if not _is_good(self._key, signature, message):
            raise SigningError(
                f"the signature that {self.uri} made does not fit its public key",
                fix="see that the address names one key, and that the device is not broken",
            )
        return signature

    def __repr__(self) -> str:
        return f"RemoteSigner({self.alg}, {self.uri})"

    def __reduce__(self) -> str:
        raise never_copied()


def within(seconds: float, uri: str, question: Callable[[], Result]) -> Result:
    """Return the answer to ``question``; raise SigningError if there is none in time.

    It is asked in a thread of its own, because a device's library can't be interrupted. A thread
    that hangs does not keep the process from ending.
    """
    answer: Future[Result] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise no_answer(uri, seconds) from None


def no_answer(uri: str, seconds: float) -> SigningError:
    """Return the error for somebody who did not answer in time."""
    return SigningError(
        f"{uri} did not answer within {seconds:g} seconds",
        fix="see that it is running, unlocked and not waiting for a confirmation; then try again",
    )


def read_public_key(data: bytes, uri: str) -> PublicKey:
    """Read a public key, raw (32 or 65 bytes), as DER or as PEM; raise SigningError."""
    try:
        if len(data) == KEY_BYTES:
            return Ed25519PublicKey.from_public_bytes(data)
        if len(data) == POINT_BYTES:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
        pem = data.lstrip().startswith(b"-----BEGIN")
        load = serialization.load_pem_public_key if pem else serialization.load_der_public_key
        key = load(data)
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError(
            f"the public key of {uri} can't be read", fix="it must be an Ed25519 or a P-256 key"
        ) from None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, Ed25519PublicKey):
        return key
    raise other_kind(uri)


def other_kind(uri: str) -> SigningError:
    """Return the error for a key that is neither of the two kinds."""
    return SigningError(
        f"the key in {uri} is neither an Ed25519 nor a P-256 key",
        fix="make an Ed25519 key there, or name another one",
    )


def raw_signature(r: int, s: int) -> bytes:
    """Write an ECDSA signature as r ‖ s, 64 bytes (RFC 7518, 3.4); raise ValueError."""
    try:
        return r.to_bytes(KEY_BYTES, "big") + s.to_bytes(KEY_BYTES, "big")
    except OverflowError:
        raise ValueError from None


def raw_from_der(signature: bytes, uri: str) -> bytes:
    """Rewrite an ECDSA signature from DER; raise SigningError if it is none."""
    try:
        return raw_signature(*decode_dss_signature(signature))
    except ValueError:
        raise SigningError(
            f"{uri} answered with something that is not a signature",
            fix="see that the address names a key for signatures",
        ) from None


def _identity(key: PublicKey, uri: str) -> tuple[Alg, bytes]:
    if isinstance(key, Ed25519PublicKey):
        public = key.public_bytes_raw()
        refuse_weak(public)
        refuse_known(public, uri)
        return "Ed25519", public
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return "ES256", point


def _is_good(key: PublicKey, signature: bytes, message: bytes) -> bool:
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
