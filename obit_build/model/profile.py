"""Profile: an issuer, a creator, an assessor (Open Badges 3.0, Profile)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from obit_build.model.approver import Approver
from obit_build.model.words import (
    EmailAddress,
    FileName,
    Slug,
    Term,
    Text,
    Url,
    declare,
    place,
    places,
)
from obit_build.problems import Location

IDENTIFIER_TYPES = (
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
    "nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId",
    "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId",
    "ltiUserId", "identifier",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierEntry:
    """A number or name under which somebody else knows this thing (IdentifierEntry)."""

    identifier: str = declare("The identifier itself, such as an enterprise number.")
    identifier_type: Term = declare(
        "Its kind: a word of the standard, or `ext:` and your own.",
        default=Term("identifier"),
        terms=IDENTIFIER_TYPES,
        example="ext:LinkedIn:organizationId",
    )
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoCoordinates:
    """A place on earth (GeoCoordinates)."""

    latitude: Decimal = declare("Degrees north of the equator.", example="50.4542")
    longitude: Decimal = declare("Degrees east of Greenwich.", example="3.9523")
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address (Address)."""

    street_address: Text | None = declare("Street and number.", default=None, translated=False)
    postal_code: str | None = declare("Postal code.", default=None)
    post_office_box_number: str | None = declare("Post office box.", default=None)
    address_locality: Text | None = declare(
        "Town.", default=None, example="{fr: Mons, nl: Bergen}", translated=False
    )
    address_region: Text | None = declare("Region.", default=None, translated=False)
    address_country: Text | None = declare(
        "Country, as a name.", default=None, example="{fr: Belgique, nl: België}", translated=False
    )
    address_country_code: str | None = declare(
        "Country, as two letters (ISO 3166-1).", default=None, example="BE"
    )
    geo: GeoCoordinates | None = declare("Where it is on a map.", default=None)
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """A picture that lies beside the file that mentions it (Image)."""

    file: FileName = declare("The file's name (SVG or PNG).", shorthand=True, example="image.svg")
    caption: Text | None = declare(
        "What the picture shows, for people who can't see it.", default=None
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organisation that is only named, not an issuer of this site (Profile)."""

    name: Text = declare("Its name.", shorthand=True)
    url: Url | None = declare("Its site.", default=None)
    email: EmailAddress | None = declare("Its contact address.", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An issuer: ``issuers/<slug>/issuer.yaml`` (Profile)."""

    name: Text = declare("The issuer's name, as people know it.", example="Technocité")
    url: Url | None = declare("The issuer's own site.", default=None)
    email: EmailAddress | None = declare("Where to ask about a badge.", default=None)
    phone: str | None = declare("Telephone number.", default=None)
    description: Text | None = declare("One or two sentences about the issuer.", default=None)
    image: ImageFile | None = declare("Logo.", default=None, example="logo.svg")
    address: Address | None = declare("Postal address.", default=None)
    official: Text | None = declare(
        "The person or service responsible.", default=None, translated=False
    )
    parent_org: Organization | None = declare("The organisation it belongs to.", default=None)
    other_identifier: tuple[IdentifierEntry, ...] = declare(
        "Enterprise number, LinkedIn organisation id and the like.", default=()
    )
    quality_assurance: Text | None = declare(
        "How quality is assured (shown on the issuer's page).", default=None
    )
    token: Literal["EdDSA", "ES256", "RS256"] | None = declare(
        "Also issue each credential as a token (VC-JWT), signed in this way. EdDSA uses the "
        "issuer's key; the others need a key of their own (`use: tokens`).",
        default=None,
    )
    second_proof: Literal["eddsa-jcs-2022"] | None = declare(
        "Also sign each credential in this way; some verifiers want it.", default=None
    )
    approvers: tuple[Approver, ...] = declare(
        "Who approves this issuer's awards before they are issued.", default=()
    )
    approvals: int | None = declare(
        "How many of them it takes; 1 unless said otherwise.", default=None
    )
    approvers_hold_badge: bool = declare(
        "true counts only approvers who hold the badge themselves.", default=False
    )
    proposers: tuple[Approver, ...] = declare(
        "Who else proposes awards: a commit with one of their keys was written by no approver.",
        default=(),
    )
    slug: Slug = Slug("")
    location: Location = place()
    locations: Mapping[str, Location] = places()
