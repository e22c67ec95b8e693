"""A plan as a document that can be approved, and the refusal of anything else.

The document binds what would be done (each award by the digest of all that is reviewed), the commit
that is published and the point at which the ledger stands; ``digest`` is the SHA-256 of that
binding part. Issuing with a document signs what is in it or nothing (threats T9, T10). Award ids
are not in it, because they are the addresses of unlisted pages.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from obit_build.counting import several
from obit_build.credentials.digests import review_digests
from obit_build.errors import CanonicalizationError, PlanError
from obit_build.keys.plan import KeyChange
from obit_build.ledger.ledger import Ledger
from obit_build.ledger.replay import GENESIS_PREV
from obit_build.model.repository import Repository
from obit_build.planning.plan import IRREVERSIBLE, Plan
from obit_build.strict_json import JsonObject, parse

FORMAT = "obit-plan/1"
MAX_BYTES = 64 * 1024 * 1024
SHOWN = 5
"""How many differences a refusal names."""
_HEX = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|")
FIX = "make the plan again and have it approved"

Entry = tuple[str, str, str, str, str, int, str]
"""Action, badge, version, day, recipient's code, n, and the digest of what was reviewed."""

_STEPS = {"sign": "signing with"}
KeyEntry = tuple[str, str, str, str, str]
"""Step, issuer, key, use, and the day of a revocation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedPlan:
    """What was approved, as read from its document."""

    site: str
    commit: str
    ledger_size: int
    ledger_head: str
    entries: frozenset[Entry]
    keys: frozenset[KeyEntry] = frozenset()
    digest: str


def approvable(
    plan: Plan, repository: Repository, *, commit: str, ledger: Ledger | None
) -> ApprovedPlan:
    """Return what approving this plan would approve. ``ledger`` is None before its first event."""
    digests = review_digests(repository, (action.award for action in plan.actions))
    entries = frozenset(
        (
            action.kind,
            (key := action.award.key).badge,
            key.version,
            key.issued.isoformat(),
            key.recipient,
            key.n,
            digests[key],
        )
        for action in plan.actions
    )
    bare = ApprovedPlan(
        site=repository.settings.base,
        commit=commit,
        ledger_size=ledger.size if ledger else 0,
        ledger_head=ledger.head if ledger else GENESIS_PREV,
        entries=entries,
        keys=frozenset(map(_key_entry, plan.keys)),
        digest="",
    )
    return replace(bare, digest=_digest(_binding(bare)))


def _key_entry(change: KeyChange) -> KeyEntry:
    step = "sign" if change.signs or change.step == "activate" else change.step
    return step, change.issuer, change.key, change.use, str(change.date or "")


def to_json(
    approved: ApprovedPlan, *, unchanged: int, more: Mapping[str, Any] | None = None
) -> str:
    """Write the document. ``more`` is information for people; it is not approved."""
    document = {
        **_binding(approved),
        "irreversible": sorted({e[0] for e in approved.entries} & set(IRREVERSIBLE)),
        "unchanged": unchanged,
        **(more or {}),
        "digest": approved.digest,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _binding(approved: ApprovedPlan) -> JsonObject:
    names = ("action", "badge", "version", "issued", "recipient", "n", "content")
    of_keys = ("step", "issuer", "key", "use", "date")
    return {
        "format": FORMAT,
        "site": approved.site,
        "commit": approved.commit,
        "ledger": {"size": approved.ledger_size, "head": approved.ledger_head},
        "actions": [dict(zip(names, e, strict=True)) for e in sorted(approved.entries)],
        "keys": [dict(zip(of_keys, e, strict=True)) for e in sorted(approved.keys)],
    }


def _digest(binding: JsonObject) -> str:
    text = json.dumps(binding, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_plan(data: bytes) -> ApprovedPlan:
    """Read a plan's document; raise PlanError if it is none, or was changed after it was made."""
    try:
        document = parse(data, limit=MAX_BYTES)
    except CanonicalizationError as error:
        raise PlanError(f"the plan can't be read: {error.message}", fix=FIX) from None
    try:
        found = _read(document)
    except (KeyError, TypeError, ValueError):
        raise PlanError("the plan is not one that obit plan --out wrote", fix=FIX) from None
    if _digest(_binding(found)) != found.digest:
        raise PlanError("the plan was changed after it was made: its digest is another", fix=FIX)
    return found


def _read(document: JsonObject) -> ApprovedPlan:
    ledger = document["ledger"]
    entries = frozenset(map(_entry, document["actions"]))
    keys = frozenset(map(_key_of, document["keys"]))
    size, commit = ledger["size"], document["commit"]
    if (
        document["format"] != FORMAT
        or type(size) is not int
        or not _HEX.fullmatch(ledger["head"])
        or not _COMMIT.fullmatch(commit)
        or len(entries) != len(document["actions"])
        or len(keys) != len(document["keys"])
    ):
        raise ValueError
    return ApprovedPlan(
        site=_text(document["site"]),
        commit=commit,
        ledger_size=size,
        ledger_head=ledger["head"],
        entries=entries,
        keys=keys,
        digest=_text(document["digest"]),
    )


def _key_of(change: Mapping[str, Any]) -> KeyEntry:
    step, issuer, key, use, day = (
        _text(change[n]) for n in ("step", "issuer", "key", "use", "date")
    )
    return step, issuer, key, use, day


def _entry(action: Mapping[str, Any]) -> Entry:
    if type(action["n"]) is not int or not _HEX.fullmatch(action["content"]):
        raise ValueError
    texts = [_text(action[n]) for n in ("action", "badge", "version", "issued", "recipient")]
    return (*texts, action["n"], action["content"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def refuse_other_plan(approved: ApprovedPlan, now: ApprovedPlan) -> None:
    """Raise PlanError unless what would be done now is what was approved.

    A run that goes on where another was interrupted finds a longer ledger and less to do; all that
    is left must have been approved.
    """
    if now.site != approved.site:
        raise PlanError(
            f"the plan was approved for {_said(approved.site)}, not {now.site}", fix=FIX
        )
    if now.commit != approved.commit:
        raise PlanError(
            f"the plan was approved for commit {_short(approved.commit)}; "
            f"this is {_short(now.commit)}",
            fix=FIX,
        )
    if now.ledger_size < approved.ledger_size:
        raise PlanError(
            f"the plan was approved when the ledger had {several(approved.ledger_size, 'event')}; "
            f"this one has {now.ledger_size}",
            fix="use the ledger that the plan was made with",
        )
    if now.ledger_size == approved.ledger_size and now.ledger_head != approved.ledger_head:
        raise PlanError(
            "the plan was approved for another ledger",
            fix="use the ledger that the plan was made with",
        )
    differences = list(_differences(approved, now))
    if differences:
        raise PlanError("this is not what was approved: " + _listed(differences), fix=FIX)


def _differences(approved: ApprovedPlan, now: ApprovedPlan) -> Iterator[str]:
    for key in sorted(now.keys - approved.keys):
        yield f"{_told_of_key(key)} was not in the plan"
    acts = {entry[:-1] for entry in approved.entries}
    for entry in sorted(now.entries - approved.entries):
        what = "was edited since" if entry[:-1] in acts else "was not in the plan"
        yield f"{_told(entry)} {what}"
    still = {entry[:-1] for entry in now.entries}
    if now.ledger_size == approved.ledger_size:
        for entry in sorted(approved.entries - now.entries):
            if entry[:-1] not in still:
                yield f"{_told(entry)} was in the plan and is gone"
        for key in sorted(approved.keys - now.keys):
            yield f"{_told_of_key(key)} was in the plan and is gone"


def _listed(differences: Sequence[str]) -> str:
    shown = differences[:SHOWN]
    more = len(differences) - len(shown)
    return "; ".join([*shown, *([f"and {more} more"] if more else [])])


def _told(entry: Entry) -> str:
    kind, badge, version, issued, recipient, n, _ = entry
    again = f" no. {n}" if n != 1 else ""
    return _said(f"{kind} {badge} v{version} of {issued} for {recipient}{again}")


def _told_of_key(entry: KeyEntry) -> str:
    step, issuer, key, *_ = entry
    return _said(f"{_STEPS.get(step, step)} the key {key} of {issuer}")


def _said(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def _short(commit: str) -> str:
    return commit[:12] or "none"
