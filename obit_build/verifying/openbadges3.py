"""Steps 3 to 10 for Open Badges 3.0, whichever data model and whichever way of signing it has."""

from obit_build.harmless import shown
from obit_build.strict_json import JsonObject
from obit_build.verifying.contexts import is_model_1
from obit_build.verifying.endorsements import check_endorsements
from obit_build.verifying.form import begins, check_form, ends
from obit_build.verifying.key import site_of
from obit_build.verifying.kinds import instant
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.recipient import check_recipient, kind_of_recipient
from obit_build.verifying.report import Summary, refusal
from obit_build.verifying.run import Generation, Run, StepOutcome
from obit_build.verifying.secured import check_signature
from obit_build.verifying.shape import OPEN_BADGE_CREDENTIAL, OPEN_BADGE_CREDENTIAL_1
from obit_build.verifying.status import check_status
from obit_build.verifying.words import joined, say


def _form(run: Run) -> StepOutcome:  # 3
    old = is_model_1(run.document)
    check_form(OPEN_BADGE_CREDENTIAL_1 if old else OPEN_BADGE_CREDENTIAL, run.document)
    return "passed", say("form.passed"), ""


def _signature(run: Run) -> StepOutcome:  # 4
    signed = check_signature(run.secured, run.at, run.fetch)
    run.notices += signed.notices
    issuer = issuer_of(run.document)
    if issuer.startswith(("did:key:", "did:jwk:")):
        run.notices.append(say("notice.bare-key"))
    site, name = site_of(issuer), issuer_name(run.document)
    who = f"{name} ({site})" if name else site
    message: str = say("signature.passed", who=who)
    if signed.others:
        message = joined(message, say("signature.others", kinds=", ".join(signed.others)))
    return "passed", message, ""


def _refresh(run: Run) -> StepOutcome:  # 5
    if "refreshService" not in run.document:
        return "skipped", say("refresh.none"), "refresh.none"
    return "skipped", say("refresh.not-done"), "refresh.not-done"


def _status(run: Run) -> StepOutcome:  # 6
    message, reason = check_status(run.document, run.at, run.fetch)
    return "passed", message, reason


def _dates(run: Run) -> StepOutcome:  # 7
    first, last = begins(run.document), ends(run.document)
    start, end = instant(first), instant(last)
    if start is None or start > run.at:
        raise refusal("dates.not-yet-valid", "fix.come-back", begin=str(first)[:10])
    if end is None:
        return "passed", say("dates.passed.open", begin=first[:10]), ""
    if end < run.at:
        raise refusal("dates.expired", "fix.renewed", end=last[:10])
    return "passed", say("dates.passed", begin=first[:10], end=last[:10]), ""


def _recipient(run: Run) -> StepOutcome:  # 8
    if run.recipient is None:
        return "skipped", say("recipient.not-asked"), "recipient.not-asked"
    return "passed", check_recipient(run.document["credentialSubject"], run.recipient), ""


def _endorsements(run: Run) -> StepOutcome:  # 9
    return check_endorsements(run.document, run.at, run.fetch)


def _image(_run: Run) -> StepOutcome:  # 10
    return "skipped", say("image.not-signed"), "image.not-signed"


def issuer_name(document: JsonObject) -> str:
    """Return the issuer's name as the document gives it, safe to show."""
    issuer = document.get("issuer")
    return shown(issuer.get("name"), 80) if isinstance(issuer, dict) else ""


def _summary(document: JsonObject) -> Summary:
    """Collect what the document says of itself, whatever its form."""
    subject = document.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    return Summary(
        credential_id=shown(document.get("id"), 300),
        name=shown(document.get("name")),
        achievement_name=shown(achievement.get("name")),
        achievement_id=shown(achievement.get("id"), 300),
        issuer_id=shown(issuer_of(document), 300),
        issuer_name=issuer_name(document),
        valid_from=shown(begins(document), 40),
        valid_until=shown(ends(document), 40),
        awarded_date=shown(document.get("awardedDate"), 40),
        recipient_kind=shown(kind_of_recipient(subject), 60),
    )


OPEN_BADGES_3 = Generation(
    words="version.passed",
    form=_form,
    signature=_signature,
    refresh=_refresh,
    status=_status,
    dates=_dates,
    recipient=_recipient,
    endorsements=_endorsements,
    image=_image,
    summary=_summary,
)
