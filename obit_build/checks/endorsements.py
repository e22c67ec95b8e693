"""What is checked in endorsements that other bodies have signed (Open Badges 3.0, section 10)."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
from collections.abc import Iterator

from obit_build.centre.endorsements import (
    FIX_FILE,
    check_endorsement,
    counts,
    files_of_site,
    language_of,
    said,
    subject_of,
)
from obit_build.checks.finding import Finding, issuer_slugs, repeated
from obit_build.credentials.credential import day
from obit_build.credentials.issuer_keys import document_of
from obit_build.model.endorsement import Endorsement
from obit_build.model.repository import Repository
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject
from obit_build.verifying.report import VerificationError


def endorsement_is_about_its_folder(repository: Repository) -> Iterator[Finding]:
    """An endorsement is about the issuer or the badge in whose folder it lies.

    The subject's id is the issuer's DID, an Achievement of the badge, or the credential of one of
    its awards, at the address where this site publishes it.
    """
    for endorsement in repository.endorsements:
        parent, slug = endorsement.folder.split("/")
        subject = subject_of(repository.settings, endorsement.subject)
        wanted = {"issuers": ("issuer",), "badges": ("badge", "award")}[parent]
        if subject is None:
            yield Finding(
                endorsement.location,
                "what it endorses is not on this site",
                f"ask for an endorsement of {_wished(repository, endorsement)}",
            )
        elif subject.kind not in wanted or (subject.kind != "award" and subject.name != slug):
            yield Finding(
                endorsement.location,
                f'it is about the {subject.kind} "{subject.name}"',
                f"move it to {'issuers' if subject.kind == 'issuer' else 'badges'}/"
                f"{'<badge>' if subject.kind == 'award' else subject.name}/endorsements/",
            )


def _wished(repository: Repository, endorsement: Endorsement) -> str:
    """Say which id the endorsement should have been about."""
    parent, slug = endorsement.folder.split("/")
    if parent == "issuers":
        return did_for(repository.settings.base, slug)
    badge = repository.achievements.get(slug)
    version = badge.version if badge else "1"
    language = repository.settings.default_language
    return f"{repository.settings.base}/badges/{slug}/v{version}/achievement.{language}.json"


def endorsement_names_a_known_version(repository: Repository) -> Iterator[Finding]:
    """An endorsement of a badge is about a version that exists or existed.

    The present one, one that was awarded, or one that the badge names in `related`.
    """
    for endorsement in repository.endorsements:
        subject = subject_of(repository.settings, endorsement.subject)
        badge = repository.achievements.get(subject.name) if subject else None
        if subject is None or subject.kind != "badge" or badge is None:
            continue
        known = {badge.version, *(x.version for x in badge.related if x.url is None)}
        known |= {a.key.version for a in repository.awards if a.key.badge == badge.slug}
        if subject.version not in known:
            yield Finding(
                endorsement.location,
                f'the badge "{badge.slug}" has no version "{subject.version}"',
                f'ask for an endorsement of version "{badge.version}"',
            )


def endorsement_signature_holds(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """An endorsement's signature holds.

    Otherwise nobody signed this text: it was changed, or it is a forgery.
    """
    for endorsement, error, failed in _bad(repository, today):
        if failed:
            yield Finding(endorsement.location, said(error), FIX_FILE)


def endorsement_can_be_checked_here(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """An endorsement's signature can be checked without asking anybody.

    That is so for endorsers with a `did:key`, and for issuers of this site. Keys of other sites are
    never fetched here: the pages say that such a signature was not checked. An endorser who signs
    with `obit endorse --did-key` needs no site for its key.
    """
    for endorsement, error, failed in _bad(repository, today):
        if not failed:
            yield Finding(
                endorsement.location,
                f"it could not be checked here: {said(error)}",
                "leave it so, and its page says that it was not checked; or ask for one by a did:key",
                "warning",
            )


def _bad(
    repository: Repository, today: datetime.date
) -> Iterator[tuple[Endorsement, VerificationError, bool]]:
    """Pair endorsements that don't pass with the reason, and whether it is final."""
    base = repository.settings.base
    fetch = files_of_site(repository.settings, _did_documents(repository), {})
    ours = {did_for(base, slug) for slug in issuer_slugs(repository)}
    at = datetime.datetime.combine(today, datetime.time(23, 59, 59), datetime.UTC)
    for endorsement in repository.endorsements:
        try:
            check_endorsement(endorsement, at, fetch)
        except VerificationError as error:
            # A former key of our own stands in the ledger, which is not read here.
            former = error.reason == "key.not-listed" and endorsement.endorser in ours
            yield endorsement, error, error.outcome == "failed" and not former


def _did_documents(repository: Repository) -> Iterator[JsonObject]:
    """Yield what obit.yaml alone tells of the issuers' keys."""
    declared = repository.settings.keys
    for issuer in sorted({str(key.issuer) for key in declared}):
        own = [key for key in declared if key.issuer == issuer]
        revoked = {str(k.public_key_multibase): day(k.revoked.date) for k in own if k.revoked}
        names = [str(key.public_key_multibase) for key in own]
        yield document_of(did_for(repository.settings.base, issuer), names, revoked=revoked)


def endorsement_counts_today(repository: Repository, *, today: datetime.date) -> Iterator[Finding]:
    """An endorsement has begun and has not ended.

    One that does not count is published but not shown.
    """
    at = datetime.datetime.combine(today, datetime.time(12), datetime.UTC)
    for endorsement in repository.endorsements:
        if not counts(endorsement, at):
            until = endorsement.valid_until
            over = until is not None and until < at
            day = (until if over and until else endorsement.valid_from).date()
            yield Finding(
                endorsement.location,
                f"it ended on {day}" if over else f"it begins on {day}",
                "ask the endorser for a new one" if over else "add it on that day",
                "warning",
            )


def endorsement_language_is_known(repository: Repository) -> Iterator[Finding]:
    """An endorsement's language is one of the site's, and that of what it is about.

    The file's name ends in it: `cluster-cyber.nl.json`. Without it the comment is taken to be in
    the language of the Achievement, or in the site's default language.
    """
    known = repository.settings.languages
    for endorsement in repository.endorsements:
        subject = subject_of(repository.settings, endorsement.subject)
        language = language_of(endorsement, subject)
        if language is not None and language not in known:
            yield Finding(
                endorsement.location,
                f'"{language}" is not a language of the site',
                f"rename it to end in one of: {', '.join(f'.{x}.json' for x in known)}",
                "warning",
            )
        elif subject and subject.language and language != subject.language:
            yield Finding(
                endorsement.location,
                f'it is named as "{language}", but what it endorses is in "{subject.language}"',
                f"rename it to end in .{subject.language}.json",
                "warning",
            )


def endorsement_is_given_once(repository: Repository) -> Iterator[Finding]:
    """An endorsement is given once.

    Two files of one id would look like two opinions.
    """
    ids = [str(endorsement.document["id"]) for endorsement in repository.endorsements]
    for position in repeated(ids):
        former = repository.endorsements[ids.index(ids[position])]
        yield Finding(
            repository.endorsements[position].location,
            f"this is the endorsement of {former.path} again",
            "remove one of the two",
        )


def endorser_is_another_body(repository: Repository) -> Iterator[Finding]:
    """An endorsement comes from another body than the issuer.

    An issuer's praise of its own badge says nothing new.
    """
    for endorsement in repository.endorsements:
        parent, slug = endorsement.folder.split("/")
        badge = repository.achievements.get(slug)
        issuer = repository.issuer_of(badge) if badge else None
        own = slug if parent == "issuers" else (issuer.slug if issuer else "")
        if own and endorsement.endorser == did_for(repository.settings.base, own):
            yield Finding(
                endorsement.location,
                f'"{own}" endorses itself',
                "leave it out, and ask a body that is not the issuer",
                "warning",
            )
