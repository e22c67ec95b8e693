"""Ask GitHub's interface how a repository is protected: reads only, and only where it is told to.

The token goes to the one host that ``GITHUB_API_URL`` names (api.github.com unless it says
otherwise), over https; plain http is for a server on this computer. What GitHub does not tell this
token is None.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from obit_build.doctor.facts import ForgeAnswers
from obit_build.errors import CanonicalizationError, FetchError
from obit_build.network.http_answers import Answer, asked_once
from obit_build.network.web import Web, own_server
from obit_build.strict_json import JsonObject, parse

API = "https://api.github.com"
MAX_BYTES = 1_000_000


class GitHub:
    """One repository, seen with one token."""

    __slots__ = ("_base", "_get", "name")

    def __init__(self, name: str, token: str, api: str = API) -> None:
        self.name = name
        self._base = api.rstrip("/")
        web = Web(
            own=own_server(api),
            max_bytes=MAX_BYTES,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": "obit-doctor",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        self._get = asked_once(web.get)

    def answers(self, environments: Iterable[str], branches: Iterable[str]) -> ForgeAnswers:
        """Ask for everything that is judged; a host that can't be asked is told in ``trouble``."""
        try:
            return self._asked(environments, branches)
        except FetchError as error:
            return ForgeAnswers(name=self.name, trouble=error.message)

    def _asked(self, environments: Iterable[str], branches: Iterable[str]) -> ForgeAnswers:
        repository = self._object("")
        if repository is None:
            return ForgeAnswers(
                name=self.name, trouble=f"GitHub does not show {self.name} to this token"
            )
        main = str(repository.get("default_branch") or "main")
        return ForgeAnswers(
            name=self.name,
            repository=repository,
            environments=dict(self._environments(environments)),
            rules={
                branch: self._list(f"/rules/branches/{quote(branch, safe='')}")
                for branch in sorted({main, *branches})
            },
            pages=self._object("/pages"),
        )

    def _environments(self, names: Iterable[str]) -> Iterator[tuple[str, JsonObject | None]]:
        """Ask for environments; one that GitHub neither shows nor denies is left out."""
        for name in sorted(names):
            path = f"/environments/{quote(name, safe='')}"
            found = self._object(path)
            if found is not None or self._answer(path).is_missing:
                yield name, found

    def _object(self, path: str) -> JsonObject | None:
        body = self._body(path)
        try:
            return None if body is None else parse(body)
        except CanonicalizationError:
            return None

    def _list(self, path: str) -> list[JsonObject] | None:
        body = self._body(path)
        if body is None:
            return None
        try:
            found: Any = parse(b'{"items":' + body + b"}").get("items")
        except CanonicalizationError:
            return None
        return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else None

    def _body(self, path: str) -> bytes | None:
        answer = self._answer(path)
        return answer.body if answer.is_there else None

    def _answer(self, path: str) -> Answer:
        return self._get(f"{self._base}/repos/{self.name}{path}")


def github_of(environment: Mapping[str, str], name: str) -> GitHub | None:
    """Return the repository as the environment's token sees it; None without a token or a name."""
    named = environment.get("GITHUB_REPOSITORY") or name
    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN") or ""
    if not named or not token or not token.isascii() or not token.isprintable():
        return None
    return GitHub(named, token, environment.get("GITHUB_API_URL") or API)
