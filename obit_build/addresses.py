"""Where everything lies on the site. Machine files never change their address (design, section 6).

Paths are relative to the site's root, without a leading slash; ids are absolute URLs.
"""

import re

from obit_build.model.settings import Settings

BADGES = "badges/"
FILTERS = "badges/filters.css"
"""The style sheet of the catalogue's filters."""
FRAMEWORKS = "frameworks/"
PATHWAYS = "pathways/"
ACCESSIBILITY = "accessibility/"
FEED = "feed.xml"
MANIFEST = "site.webmanifest"
PRIVACY = "privacy/"
LEGAL = "legal/"
PUBLICATION = "publication/"
"""The page that says when and from what the site was made."""
ISSUERS = "issuers/"
VERIFY = "verify/"
USE = "use/"
PLAIN_CODE = re.compile(r"(?!.*\.(?:html|json)$)[A-Za-z0-9](?:[A-Za-z0-9._~+-]{0,98}[A-Za-z0-9])?")
"""A framework entry's code that can be part of an address as it is, and of a folder's name."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def url(settings: Settings, path: str) -> str:
    """Return the absolute address of a path of the site."""
    return f"{settings.base}/{path}"


def in_language(settings: Settings, page: str, language: str) -> str:
    """Return the absolute address of a page (given by its neutral path) in one language."""
    return url(settings, page if language == settings.default_language else f"{language}/{page}")


def award_page(award_id: str) -> str:
    """Path of an award's page."""
    return f"awards/{award_id}/"


def holder_page(token: str) -> str:
    """Path of the page with all badges of one person."""
    return f"holders/{token}/"


def credential_file(award_id: str) -> str:
    """Path of a signed credential."""
    return f"awards/{award_id}/credential.json"


def assertion_file(award_id: str) -> str:
    """Path of an award's Open Badges 2.0 Assertion; its id is this address."""
    return f"awards/{award_id}/assertion.json"


def endorsement_file(page: str, name: str) -> str:
    """Path of a signed endorsement, beside the page of what it is about."""
    return f"{page}endorsements/{name}.json"


def token_file(award_id: str) -> str:
    """Path of a credential's token (JWT)."""
    return f"awards/{award_id}/credential.jwt"


def certificate_file(award_id: str, language: str) -> str:
    """Path of an award's certificate (PDF) in one language."""
    return f"awards/{award_id}/certificate.{language}.pdf"


def jwk_file(slug: str, thumbprint: str) -> str:
    """Path of one of an issuer's keys as a bare JWK."""
    return f"issuers/{slug}/keys/{thumbprint}.jwk.json"


def search_file(language: str) -> str:
    """Path of the words by which badges are found in one language."""
    return f"badges/search.{language}.json"


def badge_page(slug: str) -> str:
    """Path of a badge's page."""
    return f"badges/{slug}/"


def badge_version(slug: str, version: str) -> str:
    """Folder of one version of a badge, with its machine files."""
    return f"badges/{slug}/v{version}/"


def achievement_file(slug: str, version: str, language: str | None = None) -> str:
    """Path of an Achievement document: in one language, or the default language's copy."""
    name = f"achievement.{language}.json" if language else "achievement.json"
    return badge_version(slug, version) + name


def badge_class_file(slug: str, version: str, language: str) -> str:
    """Path of an Open Badges 2.0 BadgeClass."""
    return badge_version(slug, version) + f"badgeclass.{language}.json"


def badge_image(slug: str, version: str, kind: str) -> str:
    """Path of a badge's unbaked picture; ``kind`` is png or svg."""
    return badge_version(slug, version) + f"image.{kind}"


def poster(slug: str, version: str, language: str) -> str:
    """Path of the picture that other services show beside a link to a badge."""
    return badge_version(slug, version) + f"poster.{language}.png"


def icon(name: str) -> str:
    """Path of the site's icon of a size in pixels, or for one use."""
    return f"icons/{name}.png"


def pathway_page(slug: str) -> str:
    """Path of a pathway's page."""
    return f"pathways/{slug}/"


def framework_page(slug: str) -> str:
    """Path of a framework's page."""
    return f"{FRAMEWORKS}{slug}/"


def entry_page(slug: str, code: str) -> str:
    """Path of the page of one entry of a framework."""
    return f"{FRAMEWORKS}{slug}/{code}/"


def is_of_frameworks(settings: Settings, address: str) -> bool:
    """Tell whether an address lies among this site's own pages about frameworks."""
    return address.startswith(url(settings, FRAMEWORKS))


def entry_at(settings: Settings, address: str) -> tuple[str, str] | None:
    """Return (framework, code) of the entry whose page on this site has that address."""
    if not is_of_frameworks(settings, address):
        return None
    slug, _, code = address.removeprefix(url(settings, FRAMEWORKS)).removesuffix("/").partition("/")
    return (slug, code) if _SLUG.fullmatch(slug) and PLAIN_CODE.fullmatch(code) else None


def issuer_page(slug: str) -> str:
    """Path of an issuer's page."""
    return f"issuers/{slug}/"


def did_file(slug: str) -> str:
    """Path of an issuer's DID document."""
    return f"issuers/{slug}/did.json"


def profile_file(slug: str) -> str:
    """Path of an issuer's Profile document."""
    return f"issuers/{slug}/profile.json"


def issuer_file(slug: str) -> str:
    """Path of an issuer's Open Badges 2.0 Issuer document."""
    return f"issuers/{slug}/ob2.json"


def revocation_file(slug: str) -> str:
    """Path of an issuer's Open Badges 2.0 RevocationList."""
    return f"issuers/{slug}/ob2-revocations.json"


def logo_file(slug: str, name: str) -> str:
    """Path of an issuer's logo, with the extension of the file ``name``."""
    return f"issuers/{slug}/logo.{name.rsplit('.', 1)[-1].lower()}"


def status_list(issuer: str, number: int) -> str:
    """Path of a revocation list."""
    return f"status/{issuer}/{number}.json"


def suspension_list(issuer: str, number: int) -> str:
    """Path of the list that tells suspensions from revocations."""
    return f"status/{issuer}/{number}-suspension.json"


CHECKPOINT = "log/checkpoint"
"""Path of the ledger's signed checkpoint."""
PROVENANCE = "log/provenance.json"
"""Path of what the site was made from."""
