"""Settings of the whole site: ``obit.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from obit_build.model.award import Decision, Visibility
from obit_build.model.profile import ImageFile
from obit_build.model.words import (
    Colour,
    Duration,
    EmailAddress,
    Language,
    PublicKeyMultibase,
    Slug,
    Text,
    Url,
    declare,
    place,
    places,
)
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is published about people."""

    contact: EmailAddress | None = declare("Where people ask about their data.", default=None)
    retention: Duration | None = declare("How long awards are kept.", default=None, example="P5Y")
    identity: Literal["hashed-email", "pseudonym"] = declare(
        "What ties a credential to its holder: a salted hash of the e-mail address, or a random number.",
        default="hashed-email",
    )
    visibility: Visibility = declare(
        "What awards are unless they say otherwise.", default="unlisted"
    )
    controller: Text | None = declare(
        "Who decides about the data; without it, who publishes the site.",
        default=None,
        translated=False,
    )
    basis: Text | None = declare(
        "Why data are kept, and on what legal basis (Markdown).", default=None
    )
    logs: Text | None = declare(
        "What the host records of visitors, and for how long (Markdown).", default=None
    )
    text: Text | None = declare("What the privacy page says besides (Markdown).", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Legal:
    """What the legal notice says. Without it, the default issuer publishes the site."""

    publisher: Text | None = declare("Who publishes the site.", default=None, translated=False)
    address: Text | None = declare(
        "The publisher's postal address.", default=None, translated=False
    )
    responsible: Text | None = declare(
        "Who answers for the content.", default=None, translated=False
    )
    number: str | None = declare("The publisher's registration number.", default=None)
    host: Text | None = declare(
        "Who hosts the site: name and address.", default=None, translated=False
    )
    host_url: Url | None = declare("The host's website.", default=None)
    text: Text | None = declare("What the notice says besides (Markdown).", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """To whom weaknesses of the site are reported, as ``/.well-known/security.txt`` says."""

    contact: EmailAddress | None = declare("The address for reports by e-mail.", default=None)
    page: Url | None = declare("A page or form for reports.", default=None)
    policy: Url | None = declare("What may be tried, and what becomes of a report.", default=None)
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility:
    """What the accessibility statement says. Without an audit it claims nothing."""

    status: Literal["not-audited", "none", "partial", "full"] = declare(
        "What the audit found (WCAG 2.2 AA, RGAA 4.1): nothing conforms, a part does, or everything; "
        "or that there was none.",
        default="not-audited",
    )
    audited: date | None = declare("The day of the audit.", default=None, example="2026-09-30")
    auditor: Text | None = declare("Who audited the site.", default=None, translated=False)
    report: Url | None = declare("Where the audit's report can be read.", default=None)
    known_problems: Text | None = declare(
        "What does not work yet, and by when it will (Markdown).", default=None
    )
    contact: EmailAddress | None = declare(
        "Where people report a barrier; without it, `privacy.contact`.", default=None
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDeclaration:
    """An issuer's signing key: the public part, where the signer finds the private one, its state."""

    issuer: Slug = declare("A folder of issuers/.")
    public_key_multibase: PublicKeyMultibase = declare(
        "The public key, as `obit key show` prints it.", example="z6Mk…"
    )
    signer: str | None = declare(
        "Where the private key is: `env:NAME`, `file:PATH`, or on a device, in an agent or on a server "
        "(docs/how-to/keys.md). A key that signs has one.",
        default=None,
        example="env:OBIT_KEY_TECHNOCITE",
    )
    use: Literal["credentials", "tokens"] = declare(
        "What it signs: credentials and status lists, or tokens (`token:` in issuer.yaml).",
        default="credentials",
    )
    state: Literal["next", "active", "retired"] = declare(
        "`next`: published, signs nothing yet; `active`: signs; `retired`: signs nothing more, and what "
        "it signed stays good.",
        default="active",
    )
    revoked: Decision | None = declare(
        "Disowned for good, with everything that was ever signed with it: date, and the reason for your "
        "colleagues.",
        default=None,
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()

    @property
    def standing(self) -> Literal["next", "active", "retired", "revoked"]:
        """Where the key stands in its life; a revocation counts more than any state."""
        return "revoked" if self.revoked else self.state

    @property
    def can_sign(self) -> bool:
        """Whether it signs or will; nothing is asked of the signer of any other key."""
        return self.standing in ("next", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDeclaration:
    """The ledger of issued credentials: where it is kept, and how it began."""

    at: str = declare(
        "A folder, or a branch of a Git repository: `git:REMOTE#BRANCH` (docs/how-to/ledger-in-git.md).",
        default=".obit/ledger",
        example="git:origin#obit-ledger",
    )
    genesis: str | None = declare(
        "The SHA-256 of the ledger's first event, as the first `obit issue` prints it. "
        "With it no other ledger is taken for this one.",
        default=None,
        example="3ae0…",
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeRepository:
    """Where these files are on a forge, so that badges' pages lead staff to a new award."""

    url: Url = declare(
        "The repository's page, as the browser shows it.",
        shorthand=True,
        example="https://github.com/ORG/badges",
    )
    forge: Literal["github", "gitlab", "forgejo"] | None = declare(
        "Whose editor it is; needed where the address does not tell.", default=None
    )
    branch: str = declare("The branch that awards are proposed for.", default="main")
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What badges and awards are unless they say otherwise."""

    issuer: Slug | None = declare("The issuer of badges that name none.", default=None)
    expires: Duration | None = declare("Validity of badges that name none.", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of the pages on one ground; each stands for the default one."""

    accent: Colour | None = declare("Links, buttons, rules.", default=None, example='"#0b5563"')
    paper: Colour | None = declare("The ground of the page.", default=None, example='"#f5f3ed"')
    sheet: Colour | None = declare("The ground of boxes.", default=None, example='"#fffefb"')
    ink: Colour | None = declare("Text.", default=None, example='"#17212b"')
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Palette):
    """How the pages look; finer changes are made in ``templates/``."""

    dark: Palette = declare(
        "The same on a dark ground, for visitors who prefer that. Without `accent`, the light one is lightened.",
        default=Palette(),
    )
    logo: ImageFile | None = declare(
        "The mark beside the site's name: an SVG or PNG in templates/assets/.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The site's settings: ``obit.yaml``."""

    site: Url = declare(
        "The address where the site is published. It is inside every signature: choose it once.",
        example="https://badges.example.org/",
    )
    languages: tuple[Language, ...] = declare(
        "The site's languages; the first is the default.", default=(Language("en"),), least=1
    )
    title: Text | None = declare("The site's name.", default=None)
    tagline: Text | None = declare("One sentence under the name.", default=None)
    specimen: bool = declare(
        "true marks the whole site and every credential as a specimen.", default=False
    )
    disclaimer: Text | None = declare("What a badge of this site is not.", default=None)
    funding_notice: Text | None = declare("Who paid for it.", default=None)
    funding_logo: ImageFile | None = declare(
        "Their emblem, shown beside it: an SVG or PNG in templates/assets/.", default=None
    )
    theme: Theme = declare("Colours and logo.", default=Theme())
    attributions: tuple[Text, ...] = declare(
        "Sources to name at the foot of each page, in the words that they ask for.",
        default=(),
        example="[{en: This service uses ESCO.}]",
        translated=False,
    )
    defaults: Defaults = declare("Defaults for badges.", default=Defaults())
    privacy: Privacy = declare("What is published about people.", default=Privacy())
    legal: Legal = declare("What the legal notice says.", default=Legal())
    accessibility: Accessibility = declare(
        "What the accessibility statement says.", default=Accessibility()
    )
    security: Security = declare("To whom weaknesses of the site are reported.", default=Security())
    repository: ForgeRepository | None = declare(
        "Where this repository is on GitHub, GitLab, Forgejo or Gitea. With it, the page of each badge has a "
        "link for staff that begins an award in the forge's editor; its address alone is enough "
        "(docs/how-to/award-many.md).",
        default=None,
        example="https://github.com/ORG/badges",
    )
    recipients: str | None = declare(
        "Where the people list is, if it is kept apart: the path of a file, absolute or from this folder. "
        "The environment variable OBIT_RECIPIENTS names another one.",
        default=None,
        example="../vault/recipients.csv",
    )
    keys: tuple[KeyDeclaration, ...] = declare(
        "The issuers' signing keys. Without them only a preview can be built.", default=()
    )
    ledger: LedgerDeclaration | None = declare(
        "Where issued credentials are recorded.", default=None
    )
    status_valid_for: Duration = declare(
        "How long a signed status list may be trusted before it is signed again.",
        default=Duration("P7D"),
    )
    openbadges2: bool = declare(
        "true publishes a hosted Open Badges 2.0 twin of each award, for older backpacks.",
        default=True,
    )
    certificates: bool = declare(
        "true makes a certificate (PDF) of each award in each language; needs the extra `obit-build[pdf]` "
        "(docs/how-to/certificates.md).",
        default=False,
    )
    show_approvers: bool = declare(
        "true tells on each award's page who approved it.", default=False
    )
    maintainers: tuple[str, ...] = declare(
        "Accounts or teams on the forge that look after settings, lists of approvers and workflows (for `obit codeowners`).",
        default=(),
        example="[org/office]",
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()

    @property
    def base(self) -> str:
        """The site's address without the last slash."""
        return self.site.rstrip("/")

    @property
    def default_language(self) -> str:
        """The language of the neutral addresses."""
        return self.languages[0]
