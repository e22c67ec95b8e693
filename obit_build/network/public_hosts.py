"""Which addresses a program may ask on behalf of a stranger: public hosts, over https, by name.

Refuses everything through which a file could make this machine talk to itself or to its
neighbours (threat model, T29): numeric hosts in all their spellings, names without a dot,
user names, special-purpose networks and the IPv6 forms that wrap them.
"""

import re
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from obit_build.errors import FetchError
from obit_build.harmless import shown

MAX_URL = 2000
OWN_COMPUTER = ("127.0.0.1", "localhost", "::1")
"""Names by which a person may mean a server on this computer."""
FIX_ADDRESS = "ask the issuer for its public https address"

# ipaddress.is_global differs between Python versions for several of these.
_NOT_PUBLIC_4 = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Everything outside 2000::/3 is special: loopback, local, mapped (::ffff:0:0/96), compatible
# (::/96), NAT64 (64:ff9b::/96), site-local (fec0::/10), multicast.
_LOOPBACK_4 = ip_network("127.0.0.0/8")
_GLOBAL_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])",
    re.ASCII,
)
_PRINTABLE = re.compile(r"[!-~]+")


def is_public(address: str) -> bool:
    """Tell whether a numeric address belongs to the public internet."""
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if number.version == 4:
        return not any(number in net for net in _NOT_PUBLIC_4)
    return number in _GLOBAL_6 and not any(number in net for net in _NOT_PUBLIC_6)


def is_own_computer(address: str) -> bool:
    """Tell whether a numeric address is this computer itself (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3)."""
    try:
        return address == "::1" or ip_address(address) in _LOOPBACK_4
    except ValueError:
        return False


def split_https(url: str) -> SplitResult:
    """Take an https address apart; refuse what programs read differently, and numeric hosts."""
    refused = FetchError(f'"{shown(url)}" is not a public https address', fix=FIX_ADDRESS)
    if not _PRINTABLE.fullmatch(url) or "\\" in url or len(url) > MAX_URL:
        raise refused
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    if parts.scheme != "https" or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise refused
    return parts
