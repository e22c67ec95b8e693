"""Profiles as Open Badges 3.0 JSON, and what all our documents share: language, images, order.

Everything multi-valued is an array and empty values are left out, which is the one shape that
every engine accepts (standards reference, section 2).
"""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from obit_build import addresses
from obit_build.model.profile import Address, GeoCoordinates, IdentifierEntry, Organization, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Slug, Text
from obit_build.securing.canonical import CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject

CONTEXT = [CREDENTIALS_V2, OPEN_BADGES_3]


def without_empty(members: JsonObject) -> JsonObject:
    """Leave out members that have no value: the standard knows no null and no empty array."""
    return {name: value for name, value in members.items() if value not in (None, [], {}, "")}


class Speaker:
    """Chooses texts in one language, with the site's default as the fallback."""

    def __init__(self, settings: Settings, language: str) -> None:
        self.language = language
        self._languages = (language, language.split("-", maxsplit=1)[0], settings.default_language)

    def __call__(self, text: Text | None) -> str | None:
        """Return the text in the best language, or None."""
        return None if text is None else text.text(*self._languages)


def number(value: Decimal | None) -> int | float | None:
    """Write a number so that all languages read it alike: whole numbers without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def image(url: str, caption: str | None = None) -> JsonObject:
    """Write an Image object; a bare string is refused by validators."""
    return without_empty({"id": url, "type": "Image", "caption": caption})


def has_openbadges2(settings: Settings, profile: Profile | None) -> bool:
    """Whether an issuer's awards have Open Badges 2.0 twins: that standard asks for its e-mail."""
    return settings.openbadges2 and profile is not None and bool(profile.email)


def identifiers(entries: Iterable[IdentifierEntry]) -> list[JsonObject]:
    """Write IdentifierEntry objects."""
    return [
        {
            "type": "IdentifierEntry",
            "identifier": entry.identifier,
            "identifierType": str(entry.identifier_type),
        }
        for entry in entries
    ]


def _geo(geo: GeoCoordinates | None) -> JsonObject | None:
    if geo is None:
        return None
    at = {"latitude": number(geo.latitude), "longitude": number(geo.longitude)}
    return {"type": "GeoCoordinates", **at}


def _address(address: Address | None, say: Speaker) -> JsonObject | None:
    if address is None:
        return None
    return without_empty(
        {
            "type": ["Address"],
            "streetAddress": say(address.street_address),
            "postalCode": address.postal_code,
            "postOfficeBoxNumber": address.post_office_box_number,
            "addressLocality": say(address.address_locality),
            "addressRegion": say(address.address_region),
            "addressCountry": say(address.address_country),
            "addressCountryCode": address.address_country_code,
            "geo": _geo(address.geo),
        }
    )


def organization_node(organization: Organization, say: Speaker) -> JsonObject:
    """Write an organisation that is only named; its address is its id, else a name-based UUID."""
    name = say(organization.name) or ""
    return without_empty(
        {
            "id": str(organization.url or uuid.uuid5(uuid.NAMESPACE_URL, name).urn),
            "type": ["Profile"],
            "name": name,
            "url": organization.url,
            "email": organization.email,
        }
    )


def profile_node(repository: Repository, profile: Profile, language: str) -> JsonObject:
    """Write an issuer's Profile as it stands inside a credential."""
    settings, say = repository.settings, Speaker(repository.settings, language)
    logo = None
    if profile.image:
        path = addresses.logo_file(profile.slug, profile.image.file)
        logo = image(addresses.url(settings, path), say(profile.image.caption))
    return without_empty(
        {
            "id": did_for(settings.base, profile.slug),
            "type": ["Profile"],
            "name": say(profile.name),
            "url": profile.url,
            "email": profile.email,
            "phone": profile.phone,
            "description": say(profile.description),
            "image": logo,
            "address": _address(profile.address, say),
            "official": say(profile.official),
            "parentOrg": organization_node(profile.parent_org, say) if profile.parent_org else None,
            "otherIdentifier": [
                *identifiers(profile.other_identifier),
                *_older_identity(settings, profile),
            ],
        }
    )


def _older_identity(settings: Settings, profile: Profile) -> list[JsonObject]:
    """Name the issuer's Open Badges 2.0 document (implementation guide of 3.0, "Issuers")."""
    if not has_openbadges2(settings, profile):
        return []
    at = addresses.url(settings, addresses.issuer_file(profile.slug))
    return [{"type": "IdentifierEntry", "identifier": at, "identifierType": "identifier"}]


def profile_document(repository: Repository, profile: Profile, language: str) -> JsonObject:
    """Write an issuer's stand-alone Profile document."""
    return {"@context": CONTEXT, **profile_node(repository, profile, language)}


def somebody(
    repository: Repository, who: Slug | Organization | None, say: Speaker
) -> JsonObject | None:
    """Write a creator or assessor: one of the site's profiles by name only, or an organisation."""
    if isinstance(who, Organization):
        return organization_node(who, say)
    if who is None or who not in repository.profiles:
        return None
    profile = repository.profiles[who]
    did = did_for(repository.settings.base, profile.slug)
    # Only id, type and name: the same node twice would be merged under the signature.
    return {"id": did, "type": ["Profile"], "name": say(profile.name)}
