"""Reviews on the forge, as a workflow read them from its API (``--reviews reviews.json``).

    {"format": "obit-reviews/1", "pull_requests": [
      {"head": "<commit>", "proposers": ["trainer"],
       "commits": ["<commit>"], "merged_as": "<commit>",
       "approved_by": [{"account": "marie-d", "commit": "<commit>"}]}]}

``proposers`` are the accounts that opened the pull request or wrote in it, as the forge knows them.
``commits`` are those of its commits of which the forge vouches for that: the name and the address in
a commit are whatever somebody typed, and a forge turns an address into an account without asking who
pushed it. ``merged_as`` is the commit that it became, if all of its commits are vouched for; both may
be left out. ``commit`` is the one that was reviewed. The answer of GitHub's GraphQL interface to the
query in ``.github/workflows/publish.yml`` is read as well. The file is as trustworthy as the job that
writes it: it is made where a contributor's text decides nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

from obit_build.errors import ApprovalError, CanonicalizationError
from obit_build.strict_json import JsonObject, parse

FORMAT = "obit-reviews/1"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?(?:\[bot\])?")
_WEB_EDITOR = "web-flow"
"""The account with which GitHub signs what is written in its pages; the author is who was logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A proposal that was merged, and who approved it."""

    head: str
    proposers: frozenset[str]
    approved_by: tuple[tuple[str, str], ...]
    """(account, commit that was reviewed)."""
    commits: frozenset[str] = frozenset()
    """Those of its commits that were surely written by nobody but the proposers."""
    merged_as: str | None = None
    """The commit that it became, if there is none among its commits that others may have written."""

    @property
    def asked_about(self) -> frozenset[str]:
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
    commits = [one["commit"] for one in node["commits"]["nodes"]]
    vouched = [commit["oid"] for commit in commits if _is_vouched_for(commit)]
    all_vouched = _is_whole(node["commits"]) and len(vouched) == len(commits)
    merged = node["mergeCommit"] if all_vouched else None
    people = [node["author"], *(person for commit in commits for person in _people(commit))]
    approving = [
        {"account": review["author"]["login"], "commit": review["commit"]["oid"]}
        for review in node["latestOpinionatedReviews"]["nodes"]
        if review["state"] == "APPROVED" and review["author"] and review["commit"]
    ]
    return _pull_request({
        "head": node["headRefOid"],
        "proposers": [person["login"] for person in people if person],
        "commits": vouched,
        "merged_as": merged and merged["oid"],
        "approved_by": approving,
    })  # fmt: skip


def _people(commit: Any) -> list[Any]:
    """Return who wrote a commit, as far as GitHub knows: its authors, and who signed it."""
    signature = commit["signature"]
    signer = signature["signer"] if signature and signature["isValid"] else None
    authors = [author["user"] for author in commit["authors"]["nodes"]]
    return [*authors, *([signer] if signer and signer["login"] != _WEB_EDITOR else [])]


def _is_vouched_for(commit: Any) -> bool:
    """Tell whether somebody's signature says who wrote a commit, and all of them are known.

    GitHub also signs what it makes of a whole pull request, in the name of who opened it: that
    says nothing about who wrote what is in it.
    """
    authors, signature = commit["authors"], commit["signature"]
    made_of = commit["associatedPullRequests"]
    return bool(
        signature
        and signature["isValid"]
        and signature["signer"]
        and _is_whole(authors)
        and all(author["user"] for author in authors["nodes"])
        and _is_whole(made_of)
        and all((one["mergeCommit"] or {}).get("oid") != commit["oid"] for one in made_of["nodes"])
    )


def _is_whole(connection: Any) -> bool:
    """Tell whether a list has come from GitHub to its end."""
    return bool(connection["totalCount"] == len(connection["nodes"]))


def _pull_request(one: Any) -> PullRequest:
    return PullRequest(
        head=_matched(_COMMIT, one["head"]),
        proposers=frozenset(_matched(_ACCOUNT, account) for account in one["proposers"]),
        approved_by=tuple(
            (_matched(_ACCOUNT, review["account"]), _matched(_COMMIT, review["commit"]))
            for review in one["approved_by"]
        ),
        commits=frozenset(_matched(_COMMIT, commit) for commit in one.get("commits", ())),
        merged_as=_matched(_COMMIT, one["merged_as"]) if one.get("merged_as") else None,
    )


def _matched(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value
