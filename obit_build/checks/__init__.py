"""The checks: each is a function, its id is its name, its docstring is its page.

``(Repository) -> Iterator[Finding]``; those that depend on the day take ``today``. All of them run,
whatever the others find, on whatever could be read.
"""

import dataclasses
import datetime
import inspect
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

from obit_build.approving.files import RULES as OF_APPROVALS
from obit_build.centre.around import around, digests
from obit_build.centre.awards import READ_AGAIN
from obit_build.centre.endorsements import RULES as OF_ENDORSEMENTS
from obit_build.centre.sources import RULES as OF_FILES
from obit_build.checks import (
    alignments,
    approvers,
    awards,
    badges,
    catalogues,
    endorsements,
    frameworks,
    issuers,
    keys,
    languages,
    ledger,
    measures,
    pathways,
    people,
    replacements,
    results,
    settings,
    theme,
)
from obit_build.checks.finding import Finding
from obit_build.checks.pictures import picture_problems
from obit_build.fingerprint import fingerprint
from obit_build.model.repository import Repository
from obit_build.people.recipients import RULES as OF_THE_PEOPLE_LIST
from obit_build.pictures.picture import RULES as OF_PICTURES
from obit_build.problems import Problem
from obit_build.reading.kinds import RULES as OF_VALUES
from obit_build.reading.nodes import RULES as OF_YAML
from obit_build.remembered import Remembered

Check = Callable[[Repository], Iterator[Finding]]
DatedCheck = Callable[..., Iterator[Finding]]

_OF_ALL: tuple[Check, ...] = (
    settings.site_is_https,
    settings.site_is_a_plain_address,
    settings.site_language_is_given_once,
    settings.site_language_has_phrases,
    catalogues.catalogue_can_be_read,
    catalogues.phrase_is_known,
    catalogues.phrase_has_the_values_of_its_place,
    catalogues.catalogue_is_whole,
    settings.default_issuer_is_known,
    settings.repository_is_a_page_on_a_forge,
    settings.repository_is_on_a_known_forge,
    keys.key_names_a_known_issuer,
    keys.issuer_has_one_key,
    keys.issuer_has_a_key_that_signs,
    keys.key_belongs_to_one_issuer,
    keys.key_is_a_good_key,
    keys.signing_key_has_a_signer,
    keys.signer_is_known,
    keys.token_key_is_declared,
    settings.status_lists_are_signed_often,
    theme.theme_colours_can_be_read,
    theme.theme_picture_is_there,
    ledger.ledger_is_where_one_can_be,
    ledger.ledger_genesis_is_a_digest,
    issuers.country_is_two_letters,
    issuers.coordinates_lie_on_earth,
    approvers.approver_key_is_a_good_key,
    approvers.approver_account_is_plain,
    approvers.approver_can_be_recognised,
    approvers.approver_is_listed_once,
    approvers.approvals_are_possible,
    approvers.holding_approver_has_a_code,
    approvers.approval_signature_holds,
    approvers.owners_are_up_to_date,
    badges.name_is_not_reserved,
    badges.badge_has_an_issuer,
    badges.badge_names_a_known_issuer,
    badges.creator_is_known,
    badges.prerequisite_is_known,
    badges.prerequisites_run_in_no_circle,
    badges.version_is_plain,
    badges.related_badge_is_named,
    badges.former_version_is_a_former_one,
    badges.eqf_level_exists,
    badges.tag_is_given_once,
    badges.tags_sort_alike,
    badges.amount_is_not_negative,
    badges.duration_is_sensible,
    badges.markdown_has_no_html,
    frameworks.framework_name_is_given_once,
    frameworks.framework_code_is_given_once,
    frameworks.framework_code_is_plain,
    measures.result_id_is_given_once,
    measures.required_level_is_on_the_scale,
    measures.required_value_is_possible,
    measures.value_range_runs_upwards,
    measures.rubric_has_levels,
    measures.weights_add_up,
    languages.badge_is_in_the_default_language,
    languages.text_is_in_every_language,
    languages.text_is_in_a_language_of_the_site,
    awards.award_names_a_known_recipient,
    awards.draft_is_not_awarded,
    awards.award_is_of_the_current_version,
    awards.award_is_given_once,
    awards.award_number_counts_from_one,
    replacements.replaced_award_exists,
    replacements.replacement_comes_later,
    replacements.award_is_replaced_once,
    replacements.replacements_run_in_no_circle,
    endorsements.endorsement_is_about_its_folder,
    endorsements.endorsement_names_a_known_version,
    endorsements.endorsement_language_is_known,
    endorsements.endorsement_is_given_once,
    endorsements.endorser_is_another_body,
    pathways.pathway_names_known_badges,
    pathways.pathway_milestone_is_known,
    pathways.pathway_names_a_badge_once,
    pathways.pathway_milestone_comes_last,
    pathways.pathway_has_badges_on_the_way,
    pathways.pathway_rule_is_possible,
    people.shown_name_has_consent,
    people.holder_page_has_consent,
    people.public_files_name_no_person,
)
"""Checks that look at the repository as a whole."""
_OF_EACH: tuple[Check, ...] = (
    alignments.alignment_names_its_framework,
    alignments.alignment_names_the_version,
    alignments.alignment_is_given_once,
    alignments.alignment_address_is_public,
    frameworks.alignment_leads_to_a_listed_entry,
    awards.source_is_known,
    awards.award_language_is_one_of_the_badges,
    awards.validity_begins_after_the_decision,
    awards.validity_ends_after_it_begins,
    awards.activity_ends_after_it_begins,
    awards.activity_ends_before_the_decision,
    awards.decision_comes_after_the_award,
    awards.award_is_revoked_or_suspended,
    awards.credits_are_available,
    awards.evidence_says_something,
    results.result_answers_a_description,
    results.result_is_given_once,
    results.result_says_something,
    results.achieved_level_is_on_the_scale,
    results.rubric_result_names_a_level,
    results.result_value_is_possible,
    results.status_fits_what_is_measured,
    results.result_reaches_what_is_required,
)
"""Checks that look at what each award says by itself: of a large centre all of them look at some awards, then at
the next, since lines may have to be read again for it (:mod:`obit_build.centre.awards`)."""
_DATED_OF_ALL: tuple[DatedCheck, ...] = (
    settings.accessibility_claim_rests_on_an_audit,
    awards.award_is_not_of_the_future,
    awards.decision_is_not_of_the_future,
    endorsements.endorsement_signature_holds,
    endorsements.endorsement_can_be_checked_here,
    endorsements.endorsement_counts_today,
    keys.key_revocation_is_not_of_the_future,
    people.consent_is_not_of_the_future,
)
_DATED_OF_EACH: tuple[DatedCheck, ...] = (alignments.alignment_was_checked_lately,)

CHECKS = _OF_ALL + _OF_EACH
DATED_CHECKS = _DATED_OF_ALL + _DATED_OF_EACH

# A day has begun somewhere fourteen hours before it begins in Greenwich; a centre that decides in
# the evening of its own today has not decided in the future.
EARLIEST_ZONE = datetime.timedelta(hours=14)


def check_id(check: Callable[..., object]) -> str:
    """Return the id of a check function: ``award_is_given_once`` is ``award-is-given-once``."""
    return getattr(check, "__name__", "").replace("_", "-")


def today_at(at: datetime.datetime) -> datetime.date:
    """Return the latest day that it is anywhere at a time (aware)."""
    return (at.astimezone(datetime.UTC) + EARLIEST_ZONE).date()


SOUND = "sound"
"""What it is remembered as which files of awards gave no cause for a finding by themselves."""


def run_checks(
    repository: Repository, *, at: datetime.datetime, remembered: Remembered | None = None
) -> list[Problem]:
    """Run every check as of the time ``at`` (aware); return the problems, sorted, each once.

    Awards of which the run before has found that all is well by themselves are not looked at again by themselves.
    """
    today = today_at(at)
    found = set(picture_problems(repository))
    for check in _OF_ALL:
        found.update(_problems(check_id(check), check(repository)))
    for dated in _DATED_OF_ALL:
        found.update(_problems(check_id(dated), dated(repository, today=today)))
    return sorted(found | _found_in_each(repository, today, remembered or Remembered()))


def _found_in_each(
    repository: Repository, today: datetime.date, remembered: Remembered
) -> set[Problem]:
    """Return what there is to say of awards by themselves, and of everything without them."""
    made_from, files = fingerprint(today, around(repository)), digests(repository)
    sound = remembered.recall(SOUND, made_from) or {}
    known = {path for path, digest in files.items() if sound.get(path) == digest}
    general = _of_each(dataclasses.replace(repository, awards=()), today)
    found: set[Problem] = set()
    for part in _parts(repository, known):
        found |= _of_each(part, today) - general
    spoken_of = {problem.location.path for problem in found}
    if spoken_of <= files.keys() and known != files.keys():
        now = {path: digest for path, digest in files.items() if path not in spoken_of}
        remembered.remember(SOUND, made_from, lambda: now)
    return found | general


def _of_each(repository: Repository, today: datetime.date) -> set[Problem]:
    found: set[Problem] = set()
    for check in _OF_EACH:
        found.update(_problems(check_id(check), check(repository)))
    for dated in _DATED_OF_EACH:
        found.update(_problems(check_id(dated), dated(repository, today=today)))
    return found


def _parts(repository: Repository, known: AbstractSet[str]) -> Iterator[Repository]:
    """Yield the repository with the awards that are not in the files ``known``, some of them at a time."""
    awards = list(repository.awards)
    for path, lines in sorted(repository.award_files.items(), key=_begin, reverse=True):
        if path in known:
            del awards[lines.start : lines.stop]
    for start in range(0, len(awards), READ_AGAIN):
        yield dataclasses.replace(repository, awards=tuple(awards[start : start + READ_AGAIN]))


def _begin(file: tuple[str, range]) -> int:
    return file[1].start


def _problems(check: str, findings: Iterable[Finding]) -> Iterator[Problem]:
    for finding in findings:
        yield Problem(
            location=finding.location,
            check=check,
            message=finding.message,
            fix=finding.fix,
            level=finding.level,
        )


def catalogue() -> dict[str, str]:
    """Return every rule that the repository's files are held to: id → text, by id.

    The first line is the rule, the rest says why and what to do.
    """
    rules: dict[str, str] = {}
    tables = (
        OF_APPROVALS,
        OF_FILES,
        OF_YAML,
        OF_VALUES,
        OF_THE_PEOPLE_LIST,
        OF_PICTURES,
        OF_ENDORSEMENTS,
    )
    for table in tables:
        rules.update(table)
    for check in (*CHECKS, *DATED_CHECKS):
        rules[check_id(check)] = inspect.cleandoc(check.__doc__ or "")
    return dict(sorted(rules.items()))
