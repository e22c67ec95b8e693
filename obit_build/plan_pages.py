"""A plan, written: for a terminal, for a review, for programs. Recipients by code only."""

import json
from collections.abc import Mapping

from obit_build.plan import IRREVERSIBLE, Kind, Plan

SIGNS: Mapping[Kind, str] = {
    "issue": "+", "revoke": "-", "suspend": "!", "reinstate": "~", "replace": ">",
}  # fmt: skip


def to_text(plan: Plan) -> str:
    """Write the plan for a terminal; recipients by code only."""
    lines = [f"{headline(plan)}"]
    for (kind, badge, day), codes in _groups(plan).items():
        lines.append(f"  {SIGNS[kind]} {kind:<9} {badge}  {day}  {', '.join(codes)}")
    if any(action.kind in IRREVERSIBLE for action in plan.actions):
        lines.append("  revoke and replace can't be undone")
    return "\n".join(lines) + "\n"


def headline(plan: Plan) -> str:
    """Return the counts in one line, such as ``3 to issue, 1 to revoke, 412 unchanged``."""
    kinds: tuple[Kind, ...] = ("issue", "revoke", "suspend", "reinstate", "replace")
    counts = [f"{plan.count(kind)} to {kind}" for kind in kinds if plan.count(kind)]
    return ", ".join([*(counts or ["nothing to do"]), f"{plan.unchanged} unchanged"])


def _groups(plan: Plan) -> dict[tuple[Kind, str, str], list[str]]:
    groups: dict[tuple[Kind, str, str], list[str]] = {}
    for action in plan.actions:
        key = action.award.key
        group = (action.kind, f"{key.badge} v{key.version}", key.issued.isoformat())
        groups.setdefault(group, []).append(key.recipient)
    return groups


def to_markdown(plan: Plan) -> str:
    """Write the plan for a review comment. Slugs, codes and dates need no escaping: they are plain."""
    lines = [f"### obit plan: {headline(plan)}", ""]
    if plan.actions:
        lines += ["| | Badge | Issued | Recipients |", "|-|-|-|-|"]
    for (kind, badge, day), codes in _groups(plan).items():
        mark = "⚠️ " if kind in IRREVERSIBLE else ""
        named = " ".join(f"`{code}`" for code in codes[:40])
        more = f" and {len(codes) - 40} more" if len(codes) > 40 else ""
        lines.append(f"| {mark}{kind} | {badge} | {day} | {len(codes)} ({named}{more}) |")
    if any(action.kind in IRREVERSIBLE for action in plan.actions):
        lines += ["", "⚠️ can't be undone."]
    return "\n".join(lines) + "\n"


def to_json(plan: Plan) -> str:
    """Write the plan as JSON: one object per action."""
    actions = [
        {
            "action": action.kind,
            "badge": action.award.key.badge,
            "version": action.award.key.version,
            "issued": action.award.key.issued.isoformat(),
            "recipient": action.award.key.recipient,
            "n": action.award.key.n,
            "irreversible": action.kind in IRREVERSIBLE,
        }
        for action in plan.actions
    ]
    return json.dumps({"actions": actions, "unchanged": plan.unchanged}, indent=2) + "\n"
