"""The kinds of value that a field can hold: what they look like, and how text becomes one.

Each converter takes the text as typed and returns the value, or raises :class:`NotThis` with
the rule that the text breaks.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from obit_build.model.words import (
    Code,
    Colour,
    Duration,
    EmailAddress,
    FileName,
    Language,
    PublicKeyMultibase,
    Slug,
    Url,
)

RULES: dict[str, str] = {
    "field-is-known": "A file has only the fields that exist.\n\nA misspelt field would be ignored, and nobody would notice. The message suggests the nearest name.",
    "field-is-there": "A file has the fields that are needed.\n\nThe reference lists them for each kind of file.",
    "field-has-its-kind": "A field holds the kind of value it is made for.\n\nText where text belongs, a list where a list belongs, a date where a date belongs.",
    "text-is-not-empty": "A text that is given says something.\n\nRemove the field, or fill it in.",
    "language-is-a-tag": "A language is written as a tag.\n\nOpen Badges 3.0 allows `fr`, `nl-BE` or `zh-Hant-TW`: language in lower case, country in capitals.",
    "slug-is-plain": "A name in an address is plain.\n\nLower-case letters, digits and single hyphens, at most 64 characters, so that it means the same on every computer and in every link.",
    "code-is-plain": "A recipient's code is plain.\n\n3 to 64 letters, digits, dots, hyphens and underscores; it begins with a letter or a digit. Never an e-mail address, a name or a national number.",
    "date-is-a-day": "A date is written as year-month-day.\n\n`2026-03-14`. Other spellings mean different days in different countries.",
    "duration-is-iso-8601": "A duration is written as ISO 8601.\n\n`P3Y` is three years, `P18M` eighteen months, `P7D` seven days.",
    "number-is-plain": "A number is plain.\n\nDigits with a decimal point: `2.5`.",
    "address-is-absolute": "An address is complete.\n\nIt begins with `https://` (or `http://` where a framework's identifiers do), names a host, and holds no spaces and none of `<>\"{}|\\^` and the backtick.",
    "e-mail-is-plausible": "An e-mail address is plausible.\n\nOne `@`, a domain with a dot, no spaces.",
    "colour-is-a-number": 'A colour is written as six hexadecimal digits.\n\n`"#0b5563"`: two each for red, green and blue, as drawing programs show them. In YAML a `#` begins a comment unless the value is in quotes.',
    "file-name-stays-in-its-folder": "A picture lies beside the file that mentions it.\n\nA file name holds no slash and no `..`, so that nothing outside the folder can be published.",
    "term-is-in-the-vocabulary": "A term is one of the standard's words.\n\nOther software understands the words of Open Badges 3.0. Your own begin with `ext:`.",
    "choice-is-one-of-the-list": "A choice is one of the list.\n\nThe message shows the list.",
    "key-is-a-multikey": "A public key is written as Multikey text.\n\n`z6Mk…` (Ed25519, 48 characters), as `obit key show` prints it.",
}


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
DURATION = re.compile(
    r"P(?=[0-9T])(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?(?:T[0-9]{1,5}H(?:[0-9]{1,2}M)?)?"
)
EMAIL = re.compile(
    r'[^@\s<>"(),:;\[\]\\]{1,64}@[^@\s<>"(),:;\[\]\\.]+(?:\.[^@\s<>"(),:;\[\]\\.]+)+'
)
IRI_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
MULTIKEY = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{20,1500}")
MAX_SLUG = 64


class NotThis(Exception):  # noqa: N818 - a value was not of its kind; becomes a Problem at once
    """A scalar is not of the wanted kind."""

    def __init__(self, check: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.check, self.message, self.fix = check, message, fix


def _matching(
    pattern: re.Pattern[str], kind: type, check: str, said: str, fix: str
) -> Callable[[str], object]:
    def convert(value: str) -> object:
        if not pattern.fullmatch(value):
            raise NotThis(check, f'"{shown(value)}" is not {said}', fix)
        return kind(value)

    return convert


def shown(value: str) -> str:
    """Shorten a value for a message, without line breaks and control characters."""
    flat = "".join(c if c.isprintable() else " " for c in value)
    return flat if len(flat) <= 60 else flat[:57] + "..."


def to_date(value: str) -> datetime.date:
    """Read a calendar day; nothing but ``YYYY-MM-DD``."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise NotThis(
                "date-is-a-day",
                f'"{value}" is not a day that exists',
                "write a day like 2026-03-14",
            ) from None
    raise NotThis(
        "date-is-a-day", f'"{shown(value)}" is not a date', "write year-month-day, like 2026-03-14"
    )


def _to_number(value: str) -> Decimal:
    try:
        if NUMBER.fullmatch(value):
            return Decimal(value)
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        pass
    raise NotThis("number-is-plain", f'"{shown(value)}" is not a number', "write it like 2.5")


def _to_int(value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
        raise NotThis(
            "number-is-plain", f'"{shown(value)}" is not a whole number', "write it like 5"
        )
    return int(value)


def to_bool(value: str) -> bool:
    """Read YAML 1.2's two booleans."""
    if value in ("true", "True", "TRUE"):
        return True
    if value in ("false", "False", "FALSE"):
        return False
    raise NotThis(
        "choice-is-one-of-the-list",
        f'"{shown(value)}" is neither true nor false',
        "write true or false",
    )


def to_url(value: str) -> Url:
    """Read an absolute http(s) address."""
    wrong = NotThis(
        "address-is-absolute",
        f'"{shown(value)}" is not a complete address',
        "write it like https://example.org/page, with %20 for a space",
    )
    if IRI_FORBIDDEN.search(value) or len(value) > 2000:
        raise wrong
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise wrong
    return Url(value)


def _to_text(value: str) -> str:
    if not value.strip():
        raise NotThis("text-is-not-empty", "the text is empty", "fill it in, or remove the field")
    return value


def to_slug(value: str) -> Slug:
    """Read a name for addresses."""
    if not SLUG.fullmatch(value) or len(value) > MAX_SLUG:
        raise NotThis(
            "slug-is-plain",
            f'"{shown(value)}" is not a plain name',
            "use lower-case letters, digits and single hyphens, at most 64",
        )
    return Slug(value)


def _to_code(value: str) -> Code:
    if not CODE.fullmatch(value):
        # The value is kept to ourselves: what stands where a code belongs may be a name.
        raise NotThis(
            "code-is-plain",
            "this is not a recipient's code",
            "use 3 to 64 letters, digits, dots, hyphens or underscores",
        )
    return Code(value)


def _to_colour(value: str) -> Colour:
    digits = value.removeprefix("#").lower()
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        raise NotThis(
            "colour-is-a-number",
            f'"{shown(value)}" is not a colour',
            'write six digits in quotes, like "#0b5563"',
        )
    return Colour(f"#{digits}")


CONVERTERS: dict[type, tuple[str, Callable[[str], object]]] = {
    str: ("text", _to_text),
    int: ("a whole number", _to_int),
    Decimal: ("a number", _to_number),
    bool: ("true or false", to_bool),
    datetime.date: ("a date like 2026-03-14", to_date),
    Url: ("an address", to_url),
    Slug: ("a plain name", to_slug),
    Code: ("a recipient's code", _to_code),
    Language: ("a language", _matching(LANGUAGE, Language, "language-is-a-tag", "a language tag", "write it like fr, nl-BE or en")),
    Duration: ("a duration", _matching(DURATION, Duration, "duration-is-iso-8601", "a duration", "write P3Y for three years, P18M for 18 months, P7D for 7 days")),
    EmailAddress: ("an e-mail address", _matching(EMAIL, EmailAddress, "e-mail-is-plausible", "an e-mail address", "write it like name@example.org")),
    Colour: ('a colour in quotes, like "#0b5563"', _to_colour),
    FileName: ("a file name", _matching(FILE_NAME, FileName, "file-name-stays-in-its-folder", "the name of a file beside this one", "put the file in this folder and write its name alone, such as image.svg")),
    PublicKeyMultibase: ("a public key", _matching(MULTIKEY, PublicKeyMultibase, "key-is-a-multikey", "a Multikey", "copy what `obit key show` prints")),
}  # fmt: skip


def slug_like(name: str) -> str:
    """Turn a name into a plain one: ``Tableur 1 (été)`` → ``tableur-1-ete``; may be empty."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:MAX_SLUG].strip("-")
