"""Addresses that open a forge's editor in the browser with a new file begun.

GitHub: ``/new/BRANCH?filename=PATH&value=TEXT``; Forgejo and Gitea the same below ``/_new/BRANCH/``;
GitLab: ``/-/new/BRANCH?file_name=PATH&content=TEXT``, of which present versions show the name and
leave the text out (gitlab-org/gitlab#594214). Branch, path and text are percent-encoded, whatever
is in them. A repository's address is https, without a user, a question or a fragment.
"""

from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

Forge = Literal["github", "gitlab", "forgejo"]

FILLS_TEXT: frozenset[Forge] = frozenset(("github", "forgejo"))
"""Forges whose editor shows the text of the address, not its name alone."""

_HOSTS: dict[str, Forge] = {"codeberg.org": "forgejo"}
_NAMES: dict[str, Forge] = {
    "github": "github",
    "gitlab": "gitlab",
    "forgejo": "forgejo",
    "gitea": "forgejo",
}
"""How a host's name begins → the forge that it is: ``github.com``, ``gitlab.example.org``."""


def forge_of(address: str) -> Forge | None:
    """Tell the forge by its host: one that is well known, or whose name begins with the forge's."""
    host = urlsplit(address).hostname or ""
    return _HOSTS.get(host) or _NAMES.get(host.partition(".")[0])


def is_repository(address: str) -> bool:
    """Tell whether an address can be a repository's page: https, a host, an owner and a name."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    names = [name for name in parts.path.split("/") if name]
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and "?" not in address
        and "#" not in address
        and len(names) > 1
        and not names[-1].endswith(".git")
        and not {"-", ".", ".."} & set(names)
    )


def new_file(forge: Forge, repository: str, branch: str, path: str, text: str) -> str:
    """Return the address of the editor with a file of this path and text, on a copy of a branch."""
    base, at = repository.rstrip("/"), quote(branch, safe="/")
    match forge:
        case "github":
            return f"{base}/new/{at}?{_query(filename=path, value=text)}"
        case "forgejo":
            return f"{base}/_new/{at}/?{_query(filename=path, value=text)}"
        case "gitlab":
            return f"{base}/-/new/{at}?{_query(file_name=path, content=text)}"


def _query(**values: str) -> str:
    return urlencode(values, safe="/", quote_via=quote)
