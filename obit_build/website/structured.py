"""What search engines read about badges and issuers: JSON-LD in the words of schema.org.

A badge is an ``EducationalOccupationalCredential``, the offer and not anybody's award: pages of
awards have no such data. Each page says it in its own language, about the same thing (``@id``): the
badge's definition, the issuer's page.
"""

from decimal import Decimal

from obit_build import addresses, prose
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.settings import Settings
from obit_build.strict_json import JsonObject
from obit_build.website.editions import Edition, web_address
from obit_build.website.issuer_pages import IssuerView
from obit_build.website.pages import BadgeView

CONTEXT = "https://schema.org"
ACHIEVEMENT_TYPES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#AchievementType"
EQF = "European Qualifications Framework"
MAX_DESCRIPTION = 500


def badge_data(badge: Achievement, view: BadgeView, edition: Edition) -> JsonObject:
    """Describe a badge, in one language."""
    settings = edition.settings
    definition = addresses.achievement_file(badge.slug, badge.version)
    duration = badge.expires or settings.defaults.expires
    issuer = organization(view.issuer, settings) if view.issuer else None
    return _given(
        {
            "@context": CONTEXT,
            "@type": "EducationalOccupationalCredential",
            "@id": addresses.url(settings, definition),
            "name": str(view.name),
            "description": _plain(str(view.description)),
            "url": edition.address(addresses.badge_page(badge.slug)),
            "image": addresses.url(settings, view.image_png),
            "inLanguage": [tag for tag, _ in view.languages],
            "version": badge.version,
            "credentialCategory": _category(badge, view),
            "competencyRequired": [_competency(entry, edition) for entry in badge.alignment],
            "educationalLevel": _level(badge.eqf_level),
            "timeRequired": _hours(badge.hours),
            "validFor": str(duration) if duration else None,
            "keywords": [str(tag) for tag in view.tags],
            "recognizedBy": issuer,
            "publisher": issuer,
        }
    )


def issuer_data(view: IssuerView, edition: Edition) -> JsonObject:
    """Describe an issuer, in one language."""
    more = _given(
        {
            "description": _plain(str(view.description)) if view.description else None,
            "email": view.email,
            "sameAs": [view.website.href] if view.website else [],
        }
    )
    return {"@context": CONTEXT, **organization(view, edition.settings), **more}


def organization(view: IssuerView, settings: Settings) -> JsonObject:
    """Name an issuer, with what tells it from others of the name."""
    page = addresses.url(settings, addresses.issuer_page(view.slug))
    return _given(
        {
            "@type": "Organization",
            "@id": page,
            "name": str(view.name),
            "url": page,
            "logo": addresses.url(settings, view.logo) if view.logo else None,
            "identifier": view.did,
        }
    )


def _category(badge: Achievement, view: BadgeView) -> JsonObject:
    """Say what kind of credential it is: a word of the vocabulary of Open Badges, or of one's own."""
    term = str(badge.achievement_type)
    own = term.startswith("ext:")
    return _given(
        {
            "@type": "DefinedTerm",
            "name": view.type,
            "termCode": term.removeprefix("ext:"),
            "inDefinedTermSet": None if own else ACHIEVEMENT_TYPES,
        }
    )


def _competency(entry: Alignment, edition: Edition) -> JsonObject:
    said = edition.maybe(entry.target_description)
    framework = " ".join(x for x in (entry.target_framework, entry.target_version) if x)
    return _given(
        {
            "@type": "DefinedTerm",
            "name": str(edition.say(entry.target_name)),
            "description": _plain(str(said)) if said else None,
            "termCode": entry.target_code,
            "url": web_address(entry.target_url),
            "inDefinedTermSet": {"@type": "DefinedTermSet", "name": framework}
            if framework
            else None,
        }
    )


def _level(eqf: int | None) -> JsonObject | None:
    if eqf is None:
        return None
    framework = {"@type": "DefinedTermSet", "name": EQF}
    return {
        "@type": "DefinedTerm",
        "name": f"EQF {eqf}",
        "termCode": str(eqf),
        "inDefinedTermSet": framework,
    }


def _hours(hours: Decimal | None) -> str | None:
    """Write a workload as an ISO 8601 duration, to the minute."""
    if not hours:
        return None
    whole, minutes = divmod(round(hours * 60), 60)
    return "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes else "")


def _plain(text: str) -> str:
    return prose.to_words(text, MAX_DESCRIPTION)


def _given(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value not in (None, [], "")}
