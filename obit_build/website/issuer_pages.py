"""What the pages about issuers show: who they are, and by which keys their badges are recognised."""

import dataclasses
import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from obit_build import addresses
from obit_build.credentials.issuer_keys import thumbprint, to_jwk
from obit_build.ledger.keys import IssuerKey
from obit_build.ledger.ledger import Ledger
from obit_build.model.profile import Address, Profile
from obit_build.model.repository import Repository
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject
from obit_build.website.editions import (
    Edition,
    EndorsementView,
    Fact,
    Link,
    Words,
    outside,
    side_by_side,
    web_address,
)

LINKEDIN_ID = "ext:LinkedIn:organizationId"


@dataclass(frozen=True, slots=True)
class KeyView:
    """A public key, and where it stands."""

    multikey: str
    fingerprint: str
    """SHA-256 thumbprint of the key as a JWK (RFC 7638); its file has the same name."""
    state: str
    since: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerView:
    """An issuer, as cards and pages show it."""

    slug: str
    name: Words
    description: Words | None = None
    logo: str = ""
    """Path of the logo on the site, or nothing."""
    logo_alt: Words | None = None
    place: Words | None = None
    """Town and country."""
    number: str = ""
    """What an authority registered it under: the first of its identifiers."""
    website: Link | None = None
    email: str | None = None
    did: str = ""
    keys: tuple[KeyView, ...] = ()
    """Every key that it has published, oldest first."""
    facts: tuple[Fact, ...] = ()
    endorsements: tuple[EndorsementView, ...] = ()
    data: JsonObject | None = None
    """What its page says to search engines."""


def issuer_view(
    repository: Repository, ledger: Ledger, profile: Profile, edition: Edition
) -> IssuerView:
    """Show an issuer in one edition."""
    name, t = edition.say(profile.name), edition.phrases.phrase
    address = web_address(profile.url)
    has_logo = logo_source(profile) in repository.files
    caption = profile.image.caption if profile.image else None
    return IssuerView(
        slug=profile.slug,
        name=name,
        description=edition.maybe(profile.description),
        logo=addresses.logo_file(profile.slug, profile.image.file)
        if profile.image and has_logo
        else "",
        logo_alt=edition.say(caption) if caption else Words(t("issuer.logo_alt", name=name)),
        place=_town(profile.address, edition),
        number=next(
            (x.identifier for x in profile.other_identifier if x.identifier_type != LINKEDIN_ID), ""
        ),
        website=outside(address) if address else None,
        email=profile.email,
        did=did_for(edition.settings.base, profile.slug),
        keys=tuple(_key_view(key, edition) for key in ledger.published(profile.slug)),
        facts=tuple(_issuer_facts(profile, edition)),
    )


def logo_source(profile: Profile) -> str:
    """Return the path of the issuer's logo in the repository."""
    return f"issuers/{profile.slug}/{profile.image.file}" if profile.image else ""


def _town(address: Address | None, edition: Edition) -> Words | None:
    if address is None:
        return None
    town = edition.maybe(address.address_locality or address.address_region)
    country = edition.maybe(address.address_country)
    code = address.address_country_code or (str(country) if country else "")
    said = ", ".join(part for part in (str(town or ""), code) if part)
    named = town or (None if address.address_country_code else country)
    return dataclasses.replace(named or Words(""), text=said) if said else None


def _issuer_facts(profile: Profile, edition: Edition) -> Iterable[Fact]:
    t, a = edition.phrases.phrase, profile.address
    if a is not None:
        box = a.post_office_box_number
        town = edition.maybe(a.address_locality) or Words("")
        place = dataclasses.replace(town, text=f"{a.postal_code or ''} {town}".strip())
        street, region = edition.maybe(a.street_address), edition.maybe(a.address_region)
        country = edition.maybe(a.address_country) or a.address_country_code
        lines = (street, box, place, region, country)
        yield Fact(t("issuer.address"), side_by_side((x for x in lines if x), ", "))
    if profile.phone:
        yield Fact(t("issuer.phone"), profile.phone)
    if profile.official:
        yield Fact(t("issuer.official"), edition.say(profile.official))
    if profile.parent_org:
        parent = edition.say(profile.parent_org.name)
        address = web_address(profile.parent_org.url)
        link = outside(address, parent) if address else None
        yield Fact(t("issuer.parent"), parent, link)
    for entry in profile.other_identifier:
        if entry.identifier_type == LINKEDIN_ID:
            continue  # for the link that fills in a form, of no use to a reader
        yield Fact(kind_of_identifier(entry.identifier_type, edition), entry.identifier)
    if profile.quality_assurance:
        yield Fact(t("badge.quality"), edition.say(profile.quality_assurance))


def kind_of_identifier(term: str, edition: Edition) -> str:
    """Name a kind of identifier to people: in words where we have them, else as it names itself.

    What an authority of one country gives out (``ext:FR:SIREN``) is told with the country.
    """
    t, kind = edition.phrases.phrase, term.removeprefix("ext:")
    words = {
        "identifier": t("issuer.identifier"),
        "BE:enterpriseNumber": t("issuer.enterprise_number"),
    }
    country, _, name = kind.rpartition(":")
    return words.get(kind) or (f"{name} ({country})" if country else kind)


def _key_view(key: IssuerKey, edition: Edition) -> KeyView:
    t = edition.phrases.phrase
    state = {
        "next": t("issuer.key_next"),
        "active": t("issuer.key_active"),
        "retired": t("issuer.key_retired"),
        "revoked": t("issuer.key_revoked"),
    }[key.state]
    day = key.revoked or (key.since.astimezone(datetime.UTC).date() if key.since else None)
    return KeyView(
        key.public_key_multibase,
        thumbprint(to_jwk(key.public_key_multibase)),
        state,
        edition.date(day) if day else None,
    )
