"""A plan, written: for a terminal, and for a review's comment. Recipients by code only.

The comment is one, found again by its first line and rewritten; its first visible line holds the
counts. It speaks the site's default language, with the words that obit ships: the words of a
repository's own templates are part of what is reviewed.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from obit_build.credentials.credential import valid_until
from obit_build.harmless import code_span, harmless, in_markdown
from obit_build.keys.plan import KeyChange
from obit_build.model.award import AwardKey
from obit_build.phrases import Phrases, phrases_for
from obit_build.planning import approval_words as plan_approvals
from obit_build.planning.plan import IRREVERSIBLE, Action, Kind, Plan
from obit_build.planning.remarks import Remark
from obit_build.planning.review import Review

MARKER = "<!-- obit plan -->"
"""The first line of the comment: by this a workflow finds the one that it wrote before."""
MAX_COMMENT_BYTES = 60_000
"""GitHub takes 65 536 characters, with everything that a workflow may put around it."""
MAX_CODES = 40
MAX_REMARKS = 20
SIGNS: Mapping[Kind, str] = {
    "issue": "+", "re-issue": "*", "revoke": "-", "suspend": "!", "reinstate": "~", "replace": ">",
    "withdraw": "x",
}  # fmt: skip


def headline(plan: Plan) -> str:
    """Return the counts in one line, such as ``3 to issue, 1 to revoke, 412 unchanged``."""
    counts = {kind: plan.count(kind) for kind in SIGNS}
    return _counts(counts, plan.keys, plan.unchanged, phrases_for("en"))


def _counts(
    counts: Mapping[Kind, int], changes: Sequence[KeyChange], unchanged: int, words: Phrases
) -> str:
    """Write the counts; an issuer's first key comes with its first awards and is worth no word there."""
    said = _counted(words, counts)
    telling = [change for change in changes if not said or not change.is_first]
    said += [words.count("plan.key_changes", len(telling))] if telling else []
    rest = words.count("plan.unchanged", unchanged)
    return ", ".join([*(said or [words.phrase("plan.nothing")]), rest])


def to_text(review: Review) -> str:
    """Write the plan for a terminal; recipients by code only."""
    words = phrases_for("en")
    lines = [_headline(review, words)]
    lines += [f"  k {_becomes(change, words, change.key)}" for change in review.keys]
    for group in _groups(review):
        badge = f"{group.key.badge} v{group.key.version}"
        day = group.key.issued.isoformat()
        kind = f"{SIGNS[group.kind]} {group.kind:<9}"
        codes = ", ".join(group.codes[:MAX_CODES]) + _more_codes(group, words)
        lines.append(f"  {kind} {badge}  {day}  {codes}")
    final = [kind for kind in IRREVERSIBLE if review.counts().get(kind)]
    if final:
        lines.append(f"  {' and '.join(final)} can't be undone")
    if any(change.is_final for change in review.keys):
        lines.append("  a key never goes back")
    if review.waiting:
        lines.append(f"  {review.waiting} more on the base already, not issued yet")
    lines += [f"  note: {_remark(r, phrases_for('en'), str(r.key.recipient), r.key.badge)}"
              for r in review.remarks[:MAX_REMARKS]]  # fmt: skip
    lines += _more_remarks(review, "  ")
    lines += [f"  {text}" for _, text in plan_approvals.lines(review, phrases_for("en"), harmless)]
    for change in review.hasty:
        said = words.phrase("plan.key_hasty", name=change.key, issuer=change.issuer)
        lines.append(f"  note: {said}")
    if review.reissues_unknown:
        lines.append(f"  {words.phrase('plan.reissues_unknown')}")
    if review.approvers_unread:
        lines.append(f"  {words.phrase('plan.approvers_unread')}")
    return "\n".join(lines) + "\n"


def to_markdown(review: Review) -> str:
    """Write the plan for a review's comment and a job's summary: less than 60 kB, one marker line."""
    words = phrases_for(review.repository.settings.default_language)
    t = words.phrase
    top = [MARKER, f"### obit plan: {_headline(review, words)}", "", _identity(review, words)]
    bottom = list(_notes(review, words))
    top += [""] if review.keys else []
    for change in review.keys:
        said = _becomes(change, words, code_span(change.key))
        top.append(f"- 🔑 {f'**{said}**' if change.is_final else said}")
    rows = [_row(group, review, words) for group in _groups(review)]
    if rows:
        names = (
            t("plan.badge"), t("plan.session"), t("plan.recipients"),
            t("award.issued_on"), t("award.valid_until"),
        )  # fmt: skip
        top += ["", f"| | {' | '.join(names)} |", "|-|-|-|-|-|-|"]
    room = MAX_COMMENT_BYTES - sum(len(line.encode()) + 1 for line in (*top, *bottom)) - 200
    shown = _as_many_as_fit(rows, room)
    if len(shown) < len(rows):
        more = words.count("plan.more_lines", len(rows) - len(shown))
        shown.append(f"| | … {more} | | | | |")
    return "\n".join([*top, *shown, *bottom]) + "\n"


def _as_many_as_fit(rows: list[str], room: int) -> list[str]:
    shown = []
    for row in rows:
        room -= len(row.encode()) + 1
        if room < 0:
            break
        shown.append(row)
    return shown


@dataclass(slots=True)
class _Group:
    """Awards of one kind, badge, day and session: one line."""

    kind: Kind
    key: AwardKey
    """Of the first of them."""
    session: str
    until: datetime.date | None
    codes: list[str]


def _groups(review: Review) -> list[_Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    for action in review.actions:
        key, session = action.award.key, action.award.session
        until = _until(review, action)
        of = (action.kind, key.badge, key.version, key.issued, session, until)
        group = groups.setdefault(of, _Group(action.kind, key, session, until, []))
        group.codes.append(key.recipient)
    return list(groups.values())


def _until(review: Review, action: Action) -> datetime.date | None:
    badge = review.repository.achievements[action.award.key.badge]
    return valid_until(review.repository.settings, badge, action.award)


def _becomes(change: KeyChange, words: Phrases, key: str) -> str:
    """Say what becomes of a key; ``key`` is how it is written there."""
    t = words.phrase
    said = {
        "publish": t("plan.key_publish", name=key, issuer=change.issuer),
        "activate": t("plan.key_activate", name=key, issuer=change.issuer),
        "retire": t("plan.key_retire", name=key, issuer=change.issuer),
        "revoke": t("plan.key_revoke", name=key, issuer=change.issuer),
    }
    return said["activate" if change.signs else change.step]


def _headline(review: Review, words: Phrases) -> str:
    return _counts(review.counts(), review.keys, review.plan.unchanged, words)


def _counted(words: Phrases, counts: Mapping[Kind, int]) -> list[str]:
    t = words.phrase
    said: Mapping[Kind, str] = {
        "issue": t("plan.to_issue", n=counts.get("issue")),
        "re-issue": t("plan.to_reissue", n=counts.get("re-issue")),
        "revoke": t("plan.to_revoke", n=counts.get("revoke")),
        "suspend": t("plan.to_suspend", n=counts.get("suspend")),
        "reinstate": t("plan.to_reinstate", n=counts.get("reinstate")),
        "replace": t("plan.to_replace", n=counts.get("replace")),
        "withdraw": t("plan.to_withdraw", n=counts.get("withdraw")),
    }
    return [text for kind, text in said.items() if counts.get(kind)]


def _row(group: _Group, review: Review, words: Phrases) -> str:
    t = words.phrase
    kinds: Mapping[Kind, str] = {
        "issue": f"🏅 {t('plan.issue')}",
        "re-issue": f"🔁 {t('plan.reissue')}",
        "revoke": f"⛔ {t('plan.revoke')}",
        "suspend": f"⏸️ {t('plan.suspend')}",
        "reinstate": f"▶️ {t('plan.reinstate')}",
        "replace": f"⛔ {t('plan.replace')}",
        "withdraw": f"⛔ {t('plan.withdraw')}",
    }
    kind = kinds[group.kind]
    mark = f"**{kind}**" if group.kind in IRREVERSIBLE else kind
    codes = " ".join(map(code_span, group.codes[:MAX_CODES])) + _more_codes(group, words)
    cells = (
        mark,
        f"{_badge(review, group.key, words)} (v{group.key.version})",
        in_markdown(group.session),
        f"{len(group.codes)} ({codes})",
        words.date(group.key.issued),
        words.date(group.until) if group.until else t("badge.validity_none"),
    )
    return f"| {' | '.join(cells)} |"


def _more_codes(group: _Group, words: Phrases) -> str:
    """Say how many codes a line leaves out; the award files and the plan's file have them all."""
    more = len(group.codes) - MAX_CODES
    return " " + words.phrase("plan.more_recipients", n=more) if more > 0 else ""


def _badge(review: Review, key: AwardKey, words: Phrases) -> str:
    name = review.repository.achievements[key.badge].name
    return in_markdown(name.text(words.language))


def _identity(review: Review, words: Phrases) -> str:
    commit = review.document.commit
    return words.phrase(
        "plan.identity",
        digest=code_span(review.document.digest[:16]),
        commit=code_span(commit[:12] if commit else "?"),
    )


def _notes(review: Review, words: Phrases) -> Iterator[str]:
    t = words.phrase
    standing = plan_approvals.lines(review, words, in_markdown)
    if standing:
        yield ""
    yield from (f"- {'✅' if is_done else '🖊️'} {text}" for is_done, text in standing[:MAX_REMARKS])
    if len(standing) > MAX_REMARKS:
        yield f"- … +{len(standing) - MAX_REMARKS}"
    for change in review.hasty:
        said = t("plan.key_hasty", name=code_span(change.key), issuer=change.issuer)
        yield from ("", f"⚠️ {said}")
    if review.reissues_unknown:
        yield from ("", f"⚠️ {t('plan.reissues_unknown')}")
    if review.approvers_unread:
        yield from ("", f"⚠️ {t('plan.approvers_unread')}")
    final = any(review.counts().get(kind) for kind in IRREVERSIBLE)
    if final or any(change.is_final for change in review.keys):
        yield from ("", f"⛔ {t('plan.final')}")
    if review.waiting:
        yield from ("", words.count("plan.waiting", review.waiting))
    if review.remarks:
        yield ""
    for remark in review.remarks[:MAX_REMARKS]:
        code = code_span(remark.key.recipient)
        said = _remark(remark, words, code, _badge(review, remark.key, words))
        yield f"- ⚠️ {said}"
    yield from _more_remarks(review, "- ")


def _remark(remark: Remark, words: Phrases, code: str, badge: str) -> str:
    t, day = words.phrase, words.date(remark.day)
    if remark.kind == "holds-already":
        return t("plan.holds_already", code=code, badge=badge, date=day)
    return t("plan.counts_later", code=code, badge=badge, date=day)


def _more_remarks(review: Review, bullet: str) -> list[str]:
    more = len(review.remarks) - MAX_REMARKS
    return [harmless(f"{bullet}… +{more}")] if more > 0 else []
