"""PKCS#11 URIs (RFC 7512), cut to what names one key on one token.

Refused: ``pin-value`` (a secret), attributes that we don't know or that come twice.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from obit_build.errors import SigningError

OF_TOKEN = ("token", "serial", "model", "manufacturer")
OF_KEY = ("object", "id", "type")
QUERY = ("module-path", "pin-source")
FIX = "write pkcs11:token=LABEL;object=LABEL?module-path=/PATH/OF/LIBRARY.so"

_ATTRIBUTE = re.compile(r"([a-z-]+)=(.*)", re.ASCII)
_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11Uri:
    """Which token, which key, and where the library and the PIN are."""

    token: dict[str, str]
    label: str | None
    id: bytes | None
    module: str | None
    pin_variable: str | None
    plain: str
    """The URI without its query: what people are shown."""


def read_pkcs11_uri(uri: str) -> Pkcs11Uri:
    """Read a PKCS#11 URI; raise SigningError without repeating it."""
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    said = _attributes(path, ";", OF_TOKEN + OF_KEY)
    asked = _attributes(query, "&", QUERY)
    if said.get("type", b"private") != b"private":
        raise SigningError("the PKCS#11 address names no private key", fix="leave out type=")
    if not {"object", "id"} & said.keys() or not said.keys() & set(OF_TOKEN):
        raise SigningError("the PKCS#11 address must name a token and a key on it", fix=FIX)
    source = _text(asked, "pin-source")
    variable = _ENVIRONMENT.fullmatch(source) if source is not None else None
    if source is not None and variable is None:
        raise SigningError(
            "the PKCS#11 address takes its PIN from a place that obit does not read",
            fix="write pin-source=env:NAME and put the PIN into that environment variable",
        )
    return Pkcs11Uri(
        token={name: _text(said, name) or "" for name in OF_TOKEN if name in said},
        label=_text(said, "object"),
        id=said.get("id"),
        module=_text(asked, "module-path"),
        pin_variable=variable[1] if variable else None,
        plain=f"pkcs11:{path}",
    )


def _attributes(text: str, separator: str, known: tuple[str, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in text.split(separator) if text else []:
        match = _ATTRIBUTE.fullmatch(part)
        if match is None or match[1] not in known:
            raise SigningError(
                f"the PKCS#11 address has a part that is none of {', '.join(known)}", fix=FIX
            )
        if match[1] in found:
            raise SigningError(f"the PKCS#11 address says {match[1]} twice", fix=FIX)
        found[match[1]] = unquote_to_bytes(match[2])
    return found


def _text(attributes: dict[str, bytes], name: str) -> str | None:
    try:
        return attributes[name].decode() if name in attributes else None
    except UnicodeDecodeError:
        raise SigningError(f"the {name} of the PKCS#11 address is not UTF-8", fix=FIX) from None
