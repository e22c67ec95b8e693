"""What a centre's files are called: names that obit looks for, and names that were meant to be one of them."""

import difflib
from collections.abc import Iterable

SETTINGS, PEOPLE = "obit.yaml", "recipients.csv"
ELSEWHERE = "OBIT_RECIPIENTS"
"""The environment variable that names the people list."""
KINDS_AT_THE_TOP = {
    SETTINGS: "file",
    PEOPLE: "file",
    "approvals": "folder",
    "badges": "folder",
    "issuers": "folder",
    "frameworks": "folder",
    "pathways": "folder",
    "templates": "folder",
}
CODEOWNERS = (
    "CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS",
    ".forgejo/CODEOWNERS", ".gitea/CODEOWNERS",
)  # fmt: skip
"""Where a forge looks for the file."""


def name_meant(name: str, choices: Iterable[str]) -> str | None:
    """Return the name of ours that this one is a slip of: capitals, an ending, a letter."""
    found = difflib.get_close_matches(name.casefold(), choices, 1, cutoff=0.9)
    return found[0] if found else None
