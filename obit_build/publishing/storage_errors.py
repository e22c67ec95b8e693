"""What object storage answers when it does not do what was asked, in words for people.

Of an answer only its status and the code that it names are used. Its text stays out of messages:
it can hold the name of the key that was used, or an award's address.
"""

import re

from obit_build.errors import StorageError

FIX_AGAIN = "run the command again: it goes on where it stopped, and what is live stays whole"
FIX_RIGHTS = "docs/how-to/object-storage.md has the policy with the rights that are needed"
_CODE = re.compile(r"<Code>([A-Za-z0-9.]{1,60})</Code>")
_STATUS = re.compile(r"status code: ([1-5][0-9]{2})\b")
_ELSEWHERE = ("PermanentRedirect", "AuthorizationHeaderMalformed", "without LOCATION")
_UNKNOWN_KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken")


class RefusedError(StorageError):
    """These credentials may not do what was asked, at this one address."""


class TakenError(StorageError):
    """Somebody else has stored or changed the object in the meantime."""


def storage_error(kind: str, text: str, *, bucket: str, server: str, what: str) -> StorageError:
    """Return the error to raise; ``kind`` and ``text`` are the class and the text of the library's.

    ``what`` completes "these credentials may not …".
    """
    code = found[1] if (found := _CODE.search(text)) else ""
    status = found[1] if (found := _STATUS.search(text)) else ""
    if kind in ("AlreadyExistsError", "PreconditionError"):
        return TakenError("another run has stored something there meanwhile", fix=FIX_AGAIN)
    for does_apply, error in (
        (
            code == "NoSuchBucket",
            StorageError(
                f"there is no bucket {bucket}",
                fix="look at the name, AWS_REGION and --endpoint; obit makes no buckets",
            ),
        ),
        (
            code in _UNKNOWN_KEY,
            StorageError(
                f"{server} does not take these credentials ({code})",
                fix="look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
            ),
        ),
        (
            code == "RequestTimeTooSkewed",
            StorageError("this computer's clock is wrong", fix="set it, then try again"),
        ),
        (
            status == "301" or any(word in text for word in _ELSEWHERE),
            StorageError(
                f"the bucket {bucket} is in another region",
                fix="set AWS_REGION to the bucket's own",
            ),
        ),
        (
            status in ("401", "403") or kind in ("PermissionDeniedError", "UnauthenticatedError"),
            RefusedError(f"these credentials may not {what}", fix=FIX_RIGHTS),
        ),
        (
            bool(status),
            StorageError(
                f"{server} answers with the error {status} {code}".rstrip(), fix=FIX_AGAIN
            ),
        ),
    ):
        if does_apply:
            return error
    return StorageError(f"{server} does not answer", fix=FIX_AGAIN)
