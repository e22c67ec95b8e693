"""Reviews on the forge, as a workflow read them from its API (``--reviews reviews.json``).

    {"format": "obit-reviews/1", "pull_requests": [
      {"head": "<commit>", "proposers": ["trainer"],
       "approved_by": [{"account": "marie-d", "commit": "<commit>"}]}]}

``proposers`` are the accounts that opened the pull request or pushed to it, as the forge knows them;
``commit`` is the one that was reviewed. The answer of GitHub's GraphQL interface to the query in
``.github/workflows/publish.yml`` is read as well. The file is as trustworthy as the job that writes
it: it is made where a contributor's text decides nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

from obit_build.errors import ApprovalError, CanonicalizationError
from obit_build.strict_json import JsonObject, parse

FORMAT = "obit-reviews/1"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?(?:\[bot\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A proposal that was merged, and who approved it."""

    head: str
    proposers: frozenset[str]
    approved_by: tuple[tuple[str, str], ...]
    """(account, commit that was reviewed)."""

    @property
    def commits(self) -> frozenset[str]:
        """Every commit that is asked about."""
        return frozenset({self.head, *(commit for _, commit in self.approved_by)})


def read_reviews(data: bytes) -> tuple[PullRequest, ...]:
    """Read the file; raise ApprovalError if it is not as described above."""
    try:
        return _requests(parse(data))
    except (CanonicalizationError, KeyError, TypeError, ValueError):
        raise ApprovalError(
            "the file of reviews is not as obit reads it",
            fix="see docs/how-to/approvals.md for what a workflow writes into it",
        ) from None


def _requests(document: JsonObject) -> tuple[PullRequest, ...]:
    if "data" in document and not document.get("errors"):
        nodes = document["data"]["repository"]["pullRequests"]["nodes"]
        return tuple(map(_from_github, nodes))
    if document["format"] != FORMAT:
        raise ValueError
    return tuple(map(_pull_request, document["pull_requests"]))


def _from_github(node: Any) -> PullRequest:
    """Read a PullRequest of GitHub's GraphQL interface; an account that was deleted is null."""
    authors = (
        author["user"]
        for one in node["commits"]["nodes"]
        for author in one["commit"]["authors"]["nodes"]
    )
    proposers = [person["login"] for person in (node["author"], *authors) if person]
    approving = [
        {"account": review["author"]["login"], "commit": review["commit"]["oid"]}
        for review in node["latestReviews"]["nodes"]
        if review["state"] == "APPROVED" and review["author"] and review["commit"]
    ]
    return _pull_request(
        {"head": node["headRefOid"], "proposers": proposers, "approved_by": approving}
    )


def _pull_request(one: Any) -> PullRequest:
    return PullRequest(
        head=_matched(_COMMIT, one["head"]),
        proposers=frozenset(_matched(_ACCOUNT, account) for account in one["proposers"]),
        approved_by=tuple(
            (_matched(_ACCOUNT, review["account"]), _matched(_COMMIT, review["commit"]))
            for review in one["approved_by"]
        ),
    )


def _matched(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value
