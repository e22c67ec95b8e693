"""Files of ``approvals/``: written by ``obit approve``, read as strictly as they are written.

A file is one statement with one signature under it, so that a jury signs a session once:

    obit-approval/1
    by jury-a
    <digest> pare-feu v1 2026-06-30 7f3k9m2q
    -----BEGIN SSH SIGNATURE-----

Only the digests count (:func:`~obit_build.credentials.digests.review_digests`); the words behind each are for
people. The signature covers every byte above it, in the namespace ``obit-approval``.
"""

import hashlib
import re
from collections.abc import Mapping

from obit_build.errors import KeyFormatError
from obit_build.model.approval import Approval
from obit_build.model.award import AwardKey
from obit_build.problems import Location, Problem
from obit_build.reading.kinds import SLUG
from obit_build.securing.sshsig import BEGIN, read_signature

FOLDER = "approvals/"
HEADER = "obit-approval/1"
NAMESPACE = "obit-approval"

RULES: dict[str, str] = {
    "approval-is-whole": "An approval is as `obit approve` wrote it.\n\nIt is a list of awards with a signature under it. A changed byte would make the signature worthless: approve again instead of editing.",
}
_LINE = re.compile(r"([0-9a-f]{64}) ([!-~]+ v[!-~]+ [0-9]{4}-[0-9]{2}-[0-9]{2} [!-~]+)")


def statement(by: str, digests: Mapping[AwardKey, str]) -> bytes:
    """Write what an approver signs about these awards."""
    lines = [HEADER, f"by {by}"]
    lines += [f"{digest} {in_words(key)}" for key, digest in sorted(digests.items())]
    return "".join(line + "\n" for line in lines).encode("ascii")


def in_words(key: AwardKey) -> str:
    """Name an award for people, in one line without a person's name."""
    again = f"#{key.n}" if key.n != 1 else ""
    return f"{key.badge} v{key.version} {key.issued.isoformat()} {key.recipient}{again}"


def file_name(message: bytes, by: str) -> str:
    """Return where a signed statement is kept."""
    return f"{FOLDER}{hashlib.sha256(message).hexdigest()[:16]}.{by}.txt"


def is_approval(path: str) -> bool:
    """Tell whether a file of the repository is an approval, by where it lies."""
    return path.startswith(FOLDER) and path.endswith(".txt")


def read_approval(path: str, data: bytes) -> tuple[Approval | None, list[Problem]]:
    """Read one file; the approval is None if there is a problem. The signature is not verified."""
    try:
        return _read(path, data), []
    except (ValueError, KeyFormatError):
        problem = Problem(
            location=Location(path),
            check="approval-is-whole",
            message="this is not an approval as obit approve writes it",
            fix="delete it, and approve again with obit approve",
        )
        return None, [problem]


def _read(path: str, data: bytes) -> Approval:
    text = data.decode("ascii")
    above, begin, below = text.partition(BEGIN)
    header, by, *lines = above.split("\n")
    name = by.removeprefix("by ")
    if not lines or lines.pop():
        raise ValueError  # the last line has no end
    digests = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None or found[1] in digests:
            raise ValueError
        digests[found[1]] = found[2]
    if header != HEADER or by != f"by {name}" or not SLUG.fullmatch(name) or not digests:
        raise ValueError
    read_signature(begin + below)
    return Approval(
        path=path,
        by=name,
        message=above.encode("ascii"),
        signature=begin + below,
        digests=digests,
        location=Location(path),
    )
