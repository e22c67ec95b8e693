"""Where object storage is: ``s3://bucket/prefix``, and the address of a server that is not Amazon's.

Refuses whatever else could stand in an address, above all a user and a password: secrets belong
into the environment, where no log shows them.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from obit_build.errors import ArgumentError
from obit_build.network.public_hosts import OWN_COMPUTER

SCHEME = "s3://"
ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
"""Where the SDKs of S3 look for a server's address, best first."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}")


@dataclass(frozen=True, slots=True)
class StorageAddress:
    """A bucket and the folder in it that holds a site; ``prefix`` has no slash at its ends."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        """Write it as people do."""
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")


def read_storage(text: str) -> StorageAddress:
    """Read ``s3://bucket/prefix``; raise ArgumentError, which never repeats what was written."""
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    segments = prefix.removesuffix("/").split("/") if prefix else []
    if not text.startswith(SCHEME) or not _BUCKET.fullmatch(bucket):
        raise ArgumentError(
            "this is not the address of a bucket",
            fix="write it like s3://badges-example/site; credentials belong into the environment",
        )
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise ArgumentError(
            "the folder in the bucket has characters that addresses can't have as they are",
            fix="use plain letters, digits, dots and hyphens",
        )
    return StorageAddress(bucket, "/".join(segments))


def read_endpoint(text: str) -> str:
    """Read the address of a server that speaks S3, without a slash at its end; https, but for this computer.

    Raises ArgumentError, which never repeats what was written.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_endpoint() from None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not host or not plain or parts.scheme not in ("https", "http"):
        raise _no_endpoint()
    if parts.scheme == "http" and host not in OWN_COMPUTER:
        raise ArgumentError(
            "the storage would be asked without encryption",
            fix="use its https address; plain http is for this computer alone",
        )
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _no_endpoint() -> ArgumentError:
    return ArgumentError(
        "the endpoint is not the address of a server",
        fix="write it like https://s3.example.org; credentials belong into the environment",
    )
