"""``gcpkms:projects/…/cryptoKeyVersions/N``: a key in the Google Cloud Key Management Service.

Credentials come from where the Google SDK looks for them (application default credentials).
Ed25519 (EC_SIGN_ED25519) signs the message itself, P-256 (EC_SIGN_P256_SHA256) a SHA-256 digest
made here. What is sent carries its CRC-32C, and the service must confirm that it has checked it.
Needs the extra ``gcpkms``.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build.errors import SigningError
from obit_build.signers.remote import (
    RemoteSigner,
    no_answer,
    raw_from_der,
    read_public_key,
    within,
)

MAX_RAW = 65_536
"""Bytes of a message; the service's general limit for data."""
POLYNOMIAL = 0x82F63B78
REASONS = {
    "FailedPrecondition": "the key version is not enabled",
    "NotFound": "there is no such key version",
    "PermissionDenied": "these credentials may not use it",
    "Unauthenticated": "the credentials are not known or have run out",
}


def open_gcp_kms(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Ask the service for the public key and return its signer."""
    del environment, root  # the SDK finds its own credentials; nothing is in the repository
    name = uri.removeprefix("gcpkms:")
    service = _service(uri)

    def public_key() -> Any:
        return _ask(uri, service.get_public_key, {"name": name}, seconds)

    key = read_public_key(within(seconds, uri, public_key).pem.encode(), uri)
    raw = isinstance(key, Ed25519PublicKey)

    def sign(message: bytes) -> bytes:
        data = message if raw else sha256(message).digest()
        field = {"data": data} if raw else {"digest": {"sha256": data}}
        sums = {("data_crc32c" if raw else "digest_crc32c"): {"value": crc32c(data)}}
        answer = _ask(uri, service.asymmetric_sign, {"name": name, **field, **sums}, seconds)
        if answer.name != name or not (
            answer.verified_data_crc32c if raw else answer.verified_digest_crc32c
        ):
            raise SigningError(
                f"{uri} did not confirm that the message arrived whole", fix="try again"
            )
        return answer.signature if raw else raw_from_der(answer.signature, uri)

    return RemoteSigner(uri, key, sign, seconds=seconds, limit=MAX_RAW if raw else None)


def _service(uri: str) -> Any:
    try:
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - an extra
        from google.cloud import kms  # noqa: PLC0415 - same
    except ImportError:
        raise SigningError(
            "obit was installed without what Google Cloud KMS needs",
            fix='pip install "obit-build[gcpkms]"',
        ) from None
    try:
        return kms.KeyManagementServiceClient()
    except GoogleAuthError as error:
        raise SigningError(
            f"{uri} can't be used: the Google SDK reports {type(error).__name__}",
            fix="set GOOGLE_APPLICATION_CREDENTIALS or log in with gcloud",
        ) from None


def _ask(uri: str, question: Any, request: Mapping[str, Any], seconds: float) -> Any:
    from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415 - an extra
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - same

    try:
        return question(request=request, timeout=seconds, retry=None)
    except GoogleAPIError as error:
        kind = type(error).__name__
        if kind == "DeadlineExceeded":
            raise no_answer(uri, seconds) from None
        reason = REASONS.get(kind, f"the service reports {kind}")
    except GoogleAuthError as error:
        reason = f"the Google SDK reports {type(error).__name__}"
    raise SigningError(
        f"{uri} can't be used: {reason}",
        fix="it needs cloudkms.cryptoKeyVersions.viewPublicKey and useToSign on the key",
    )


def crc32c(data: bytes) -> int:
    """Return the CRC-32C (Castagnoli, RFC 3720, B.4) of ``data``."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder = remainder >> 8 ^ _TABLE[(remainder ^ byte) & 0xFF]
    return remainder ^ 0xFFFFFFFF


def _row(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(map(_row, range(256)))
