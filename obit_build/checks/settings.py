"""What is checked in obit.yaml: the address in every signature, languages, issuers' keys."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from obit_build import durations, signer_uris
from obit_build.checks.finding import Finding, issuer_slugs, place_of, repeated, suggestion
from obit_build.errors import KeyFormatError
from obit_build.issuer_keys import read_key
from obit_build.keys import decode_multikey
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

    Buttons and headings come from it. French, Dutch and English are built in; any other needs a
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


def key_names_a_known_issuer(repository: Repository) -> Iterator[Finding]:
    """A key belongs to a folder of issuers/.

    The key of an unknown issuer would sign nothing.
    """
    known = issuer_slugs(repository)
    for key in repository.settings.keys:
        if key.issuer not in known:
            yield Finding(
                place_of(key, "issuer"),
                f'there is no issuer "{key.issuer}"',
                suggestion(key.issuer, known, f"add issuers/{key.issuer}/issuer.yaml"),
            )


def issuer_has_one_key(repository: Repository) -> Iterator[Finding]:
    """An issuer has one key to sign with.

    With two it would not be clear which one signs. A key for tokens (`use: tokens`) is apart. To change keys, put the new one in the place of
    the old: the ledger remembers the old one, and what it signed stays valid.
    """
    keys = repository.settings.keys
    for position in repeated((key.issuer, key.use) for key in keys):
        yield Finding(
            place_of(keys[position], "issuer"),
            f'"{keys[position].issuer}" has a second key',
            "keep the one that signs from now on",
        )


def key_belongs_to_one_issuer(repository: Repository) -> Iterator[Finding]:
    """A public key belongs to one issuer.

    If two shared it, each could sign as the other.
    """
    keys = repository.settings.keys
    for position in repeated(key.public_key_multibase for key in keys):
        yield Finding(
            place_of(keys[position], "public_key_multibase"),
            "this public key is also the key of another issuer",
            "make a key for each issuer with `obit key new`",
        )


def key_is_a_good_key(repository: Repository) -> Iterator[Finding]:
    """A public key is one that can be trusted: Ed25519, or for tokens also P-256 or RSA.

    A mistyped character makes it another key or none; a few special keys accept anybody's
    signature.
    """
    for key in repository.settings.keys:
        try:
            (decode_multikey if key.use == "credentials" else read_key)(key.public_key_multibase)
        except KeyFormatError as error:
            yield Finding(place_of(key, "public_key_multibase"), error.message, error.fix)


def token_key_is_declared(repository: Repository) -> Iterator[Finding]:
    """An issuer whose tokens need a key of their own declares it.

    `token: ES256` and `token: RS256` are signed with a key under `keys:` that says `use: tokens`.
    """
    keys = repository.settings.keys
    declared = {key.issuer for key in keys if key.use == "tokens"}
    for slug, profile in repository.profiles.items():
        if keys and profile.token in ("ES256", "RS256") and slug not in declared:
            yield Finding(
                place_of(profile, "token"),
                f'no key is declared for the tokens of "{slug}"',
                "add one under keys: in obit.yaml with use: tokens",
            )


def signer_is_known(repository: Repository) -> Iterator[Finding]:
    """A signer is a kind that obit knows.

    `env:NAME` is an environment variable with the private key, `file:PATH` a file; keys on a device,
    in an agent or on a server have addresses of their own. Neither the private key itself nor a PIN
    ever stands in obit.yaml.
    """
    for key in repository.settings.keys:
        if not signer_uris.is_well_formed(
            key.signer
        ):  # not shown: it may be the private key itself
            yield Finding(
                place_of(key, "signer"),
                "this is not a place where a private key can be",
                f"write {signer_uris.expected_form(key.signer)}; if this is the key itself, "
                "consider it stolen and make a new one",
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
