"""``awskms:KEY``: a key in the AWS Key Management Service, by id, ARN or alias.

Credentials and region come from where the AWS SDK looks for them, the region of an ARN from the
ARN. P-256 signs a SHA-256 digest made here (ECDSA_SHA_256, DIGEST). Ed25519 signs the message
itself (ED25519_SHA_512, RAW), of which the service takes 4096 bytes at most. Needs the extra
``awskms``.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build.errors import SigningError
from obit_build.signers.remote import RemoteSigner, raw_from_der, read_public_key, within

MAX_RAW = 4096
"""Bytes of a message that the service signs as it is (API reference, "Sign", Message)."""
REASONS = {
    "AccessDeniedException": "these credentials may not use it",
    "DisabledException": "the key is disabled",
    "ExpiredTokenException": "the credentials have run out",
    "InvalidKeyUsageException": "the key is not for signatures",
    "KMSInvalidStateException": "the key is disabled or will be deleted",
    "NotFoundException": "there is no such key",
    "UnrecognizedClientException": "the credentials are not known",
}


def open_aws_kms(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Ask the service for the public key and return its signer."""
    del root  # nothing of it is in the repository
    key_id = uri.removeprefix("awskms:")
    service = _service(uri, _region(key_id, environment), seconds)
    answer = within(seconds, uri, lambda: _ask(uri, service.get_public_key, KeyId=key_id))
    key = read_public_key(bytes(answer["PublicKey"]), uri)
    raw = isinstance(key, Ed25519PublicKey)

    def sign(message: bytes) -> bytes:
        answer = _ask(
            uri,
            service.sign,
            KeyId=key_id,
            Message=message if raw else sha256(message).digest(),
            MessageType="RAW" if raw else "DIGEST",
            SigningAlgorithm="ED25519_SHA_512" if raw else "ECDSA_SHA_256",
        )
        signature = bytes(answer["Signature"])
        return signature if raw else raw_from_der(signature, uri)

    return RemoteSigner(uri, key, sign, seconds=seconds, limit=MAX_RAW if raw else None)


def _region(key_id: str, environment: Mapping[str, str]) -> str | None:
    parts = key_id.split(":")
    if parts[0] == "arn" and len(parts) > 3:
        return parts[3]
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")


def _service(uri: str, region: str | None, seconds: float) -> Any:
    try:
        import boto3  # noqa: PLC0415 - an extra that few need
        from botocore.config import Config  # noqa: PLC0415 - same
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - same
    except ImportError:
        raise SigningError(
            "obit was installed without what AWS KMS needs", fix='pip install "obit-build[awskms]"'
        ) from None
    patience = Config(
        connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 2}
    )
    try:
        session = boto3.session.Session()  # of its own: the common one remembers credentials
        return session.client("kms", region_name=region, config=patience)
    except BotoCoreError as error:
        raise SigningError(
            f"{uri} can't be used: the AWS SDK reports {type(error).__name__}",
            fix="set AWS_REGION and the credentials, or name the key by its ARN",
        ) from None


def _ask(uri: str, question: Any, **arguments: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    try:
        return question(**arguments)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        reason = REASONS.get(code, f"the service reports {code[:60]}")
        fix = "see the key's policy: it needs kms:GetPublicKey and kms:Sign"
    except BotoCoreError as error:
        reason = f"the AWS SDK reports {type(error).__name__}"
        fix = "see that the credentials are set and the service can be reached"
    raise SigningError(f"{uri} can't be used: {reason}", fix=fix)
