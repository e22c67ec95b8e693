"""What is checked in obit.yaml: the address in every signature, languages, status lists."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from obit_build import durations, forge_editor
from obit_build.checks.finding import Finding, issuer_slugs, place_of, repeated, suggestion
from obit_build.model.repository import Repository
from obit_build.phrases import SHIPPED

LOCAL_HOSTS = frozenset(("localhost", "127.0.0.1", "::1"))
LONGEST_STATUS_DAYS = 31
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


def site_is_https(repository: Repository) -> Iterator[Finding]:
    """The site's address begins with https.

    Issuers are found at this address; over http anybody on the way could put another key in its
    place. `http://localhost` is allowed for trials.
    """
    settings = repository.settings
    parts = urlsplit(settings.site)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        secure = "https" + settings.site.removeprefix("http")
        yield Finding(
            place_of(settings, "site"),
            "the site's address does not begin with https://",
            f"write {secure}",
        )


def site_is_a_plain_address(repository: Repository) -> Iterator[Finding]:
    """The site's address is a plain host name and path.

    The issuers' identifiers (did:web) are made of it and it is inside every signature: a name in
    lower case, no number in place of a name, no `?` and no `#`, and a path of plain letters.
    """
    settings = repository.settings
    at, address = place_of(settings, "site"), settings.site
    parts = urlsplit(address)
    host = parts.hostname or ""
    if "?" in address or "#" in address:
        yield Finding(
            at, "the site's address has a part that begins with ? or #", "end it before that part"
        )
        return
    if host not in LOCAL_HOSTS:
        if _is_ip(host):
            yield Finding(
                at,
                "the site's address is a number, not a name",
                "write the host's name; credentials outlive the number",
            )
        elif host not in parts.netloc:
            yield Finding(
                at,
                "the site's address has capitals in its host name",
                f"write {address.replace(parts.netloc, parts.netloc.lower(), 1)}",
            )
        elif not _HOST.fullmatch(host):
            yield Finding(
                at,
                f'"{host}" is not the full name of a host',
                "write it like badges.example.org; a name with accents in its xn-- form",
            )
    if not _PATH.fullmatch(parts.path):
        yield Finding(
            at,
            "the path of the site's address is not plain",
            "use letters, digits, hyphens and single slashes",
        )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit()  # 127.1 and 2130706433 are numbers as well
    return True


def site_language_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A language of the site is listed once.

    Each language has its own pages; the first is the default.
    """
    settings = repository.settings
    for position in repeated(settings.languages):
        yield Finding(
            place_of(settings, "languages"),
            f'the language "{settings.languages[position]}" is listed twice',
            "remove one of the two",
        )


def site_language_has_phrases(repository: Repository) -> Iterator[Finding]:
    """A language of the site has a catalogue of phrases.

    Buttons and headings come from it. French, Dutch, English and German are built in; any other needs a
    file `templates/locale/<language>.yaml`, a translation of one of these.
    """
    settings = repository.settings
    for language in settings.languages:
        tags = (language, language.split("-")[0])
        if not any(tag in SHIPPED or f"locale/{tag}.yaml" in repository.templates for tag in tags):
            yield Finding(
                place_of(settings, "languages"),
                f'there are no phrases for the language "{language}"',
                f"translate them in templates/locale/{language}.yaml, or choose one of: {', '.join(SHIPPED)}",
            )


def default_issuer_is_known(repository: Repository) -> Iterator[Finding]:
    """The default issuer is a folder of issuers/.

    Badges that name no issuer are issued by it.
    """
    slug, known = repository.settings.defaults.issuer, issuer_slugs(repository)
    if slug is not None and slug not in known:
        yield Finding(
            repository.settings.defaults.location,
            f'there is no issuer "{slug}"',
            suggestion(slug, known, f"add issuers/{slug}/issuer.yaml"),
        )


def status_lists_are_signed_often(repository: Repository) -> Iterator[Finding]:
    """A signed status list is valid for a month at most.

    Until it runs out, somebody could show an old list on which a revoked badge is still good.
    A week is usual.
    """
    settings = repository.settings
    length = durations.parts(settings.status_valid_for)
    days = length["years"] * 365 + length["months"] * 31 + length["weeks"] * 7 + length["days"]
    if not any(length.values()):
        yield Finding(
            place_of(settings, "status_valid_for"),
            "status lists would never be valid",
            "write P7D for seven days",
        )
    elif days + length["hours"] / 24 > LONGEST_STATUS_DAYS:
        yield Finding(
            place_of(settings, "status_valid_for"),
            "status lists would be valid for more than a month",
            "write P7D for seven days",
            "warning",
        )


def repository_is_a_page_on_a_forge(repository: Repository) -> Iterator[Finding]:
    """The repository's address is its page on a forge, over https.

    Badges' pages lead the centre's staff from there to the editor. So it ends with the owner's and the
    repository's name, and holds no user, no password, no `.git` and no `?`.
    """
    at = repository.settings.repository
    if at is None or forge_editor.is_repository(at.url):
        return
    better = "https" + at.url.rstrip("/").removesuffix(".git").removeprefix("https").removeprefix(
        "http"
    )
    yield Finding(
        place_of(at, "url"),
        "this is not the https address of a repository's page",
        f"write {better}"
        if forge_editor.is_repository(better)
        else "open the repository in the browser and copy its address, like https://github.com/ORG/badges",
    )


def repository_is_on_a_known_forge(repository: Repository) -> Iterator[Finding]:
    """It is known which forge the repository is on.

    Each has its own way to begin a file in its editor. Well-known hosts, and those whose name begins
    with `github.`, `gitlab.`, `forgejo.` or `gitea.`, tell by themselves.
    """
    at = repository.settings.repository
    if at is None or at.forge or not forge_editor.is_repository(at.url):
        return
    if forge_editor.forge_of(at.url) is None:
        yield Finding(
            place_of(at, "url"),
            "the address does not tell which forge this is",
            "write url: before the address, and below it forge: github, gitlab or forgejo (also for Gitea)",
        )


def accessibility_claim_rests_on_an_audit(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """What the accessibility statement claims was found by an audit, on a day that has come.

    Without an audit a site may not call itself compliant, not even in part (RGAA 4.1); the
    statement then says that nobody has looked.
    """
    said = repository.settings.accessibility
    if said.status != "not-audited" and said.audited is None:
        yield Finding(
            place_of(said, "status"),
            "the statement says what an audit found, but not when there was one",
            "add a line audited: with its day, or write status: not-audited",
        )
    elif said.audited is not None and said.audited > today:
        yield Finding(
            place_of(said, "audited"),
            "the audit took place on a day that has not come yet",
            "write the day of the audit",
        )
