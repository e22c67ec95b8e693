"""What is audited and what it is held against: the live site, and what the asker knows of it.

The live site is asked through one function from an address to an answer, so that the judgement
opens no socket. A copy on this computer stands for the site whose address is in its signatures.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.errors import FetchError, GoneError
from obit_build.harmless import shown
from obit_build.ledger.ledger import Ledger
from obit_build.network.http_answers import GONE, Answer, asked_once
from obit_build.reading.kinds import SLUG
from obit_build.strict_json import JsonObject
from obit_build.verifying.key import Fetch

Get = Callable[[str], Answer]
"""From an absolute address to what its server answers; raises FetchError."""

MAX_REDIRECTS = 2
FIX_DEPLOY = "deploy the built site again, all of it"


class LiveSite:
    """The site as the world sees it; each address is asked once."""

    def __init__(self, asked: str, get: Get) -> None:
        self.asked = asked.rstrip("/")
        self._ask = asked_once(get)

    def answer(self, path: str) -> Answer:
        """Ask for a path of the site, following no redirect; raise FetchError."""
        return self._ask(f"{self.asked}/{path}")

    def page(self, path: str) -> Answer:
        """Ask for a page as a browser does: a redirect within the site is followed."""
        url = f"{self.asked}/{path}"
        for _ in range(MAX_REDIRECTS):
            answer = self._ask(url)
            target = answer.target(url)
            if not target.startswith(f"{self.asked}/"):
                return answer
            url = target
        return self._ask(url)

    def fetching(self, base: str, elsewhere: Fetch) -> Fetch:
        """Return a verifier's way to files: those below ``base`` from here, others ``elsewhere``."""

        def fetch(url: str) -> bytes:
            if not url.startswith(f"{base}/"):
                return elsewhere(url)
            answer = self.answer(url.removeprefix(f"{base}/"))
            if answer.status == GONE:
                raise GoneError("the site answers that it was taken down for good", fix=FIX_DEPLOY)
            if not answer.is_there:
                raise FetchError(f"the site answers with {said(answer)}", fix=FIX_DEPLOY)
            return answer.body

        return fetch


def said(answer: Answer) -> str:
    """Say what a server did in place of sending the file."""
    if answer.is_redirect:
        return f"a redirect to {shown(answer.header('location'), 100) or 'nowhere'}"
    return f"the error {answer.status}"


def _no_event(_number: int) -> bytes | None:
    return None


def _no_bytes(_path: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the asker knows; all of it may be absent."""

    ledger: Ledger | None = None
    credential: Callable[[str], bytes | None] = _no_bytes
    """Award id → the issued credential's bytes."""
    status: Callable[[str], bytes | None] = _no_bytes
    """Path of a status list → the newest copy that the ledger holds."""
    event: Callable[[int], bytes | None] = _no_event
    """Number of an event, from 1 → its bytes."""
    built: Sequence[str] = ()
    """Paths of the site that was built, sorted."""
    read: Callable[[str], bytes | None] = _no_bytes
    """Path of the built site → bytes."""
    badges: Mapping[str, bytes] = field(default_factory=dict)
    """Badges that somebody showed: a name → a file's bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit under way."""

    site: LiveSite
    base: str
    """The address that is in the signatures, without its last slash."""
    catalog: JsonObject
    known: Known
    at: datetime.datetime
    fetch: Fetch
    sample: int | None
    """How many awards and other files to look at; None: all."""
    is_copy: bool = False
    """Whether a copy on this computer stands for the site."""

    @property
    def issuers(self) -> tuple[str, ...]:
        """The slugs of all issuers that the ledger, the built site or the catalogue names."""
        named = {key.issuer for key in self.known.ledger.keys} if self.known.ledger else set()
        named |= {path.split("/")[1] for path in self.known.built if _is_did_file(path)}
        return tuple(sorted(named | set(_slugs(self.catalog))))

    @property
    def lists(self) -> tuple[tuple[str, int], ...]:
        """Issuer and number of every status list that the ledger or the built site names."""
        if self.known.ledger:
            newest = sorted(self.known.ledger.lists.items())
            return tuple((slug, n) for slug, last in newest for n in range(1, last + 1))
        found = (path.removesuffix(".json").split("/") for path in self.known.built)
        return tuple(
            sorted((p[1], int(p[2])) for p in found if p[0] == "status" and p[-1].isdigit())
        )

    @property
    def awards(self) -> tuple[str, ...]:
        """The ids of all awards that should be there, oldest first as far as that is known."""
        if self.known.ledger:
            states = self.known.ledger.awards.items()
            return tuple(name for name, award in states if award.state != "withdrawn")
        built = {path.split("/")[1] for path in self.known.built if _is_credential(path)}
        return tuple(sorted(built | set(self.listed)))

    @property
    def listed(self) -> tuple[str, ...]:
        """The ids of the awards in the live catalogue."""
        found = self.catalog.get("awards")
        entries = found if isinstance(found, list) else []
        urls = [x.get("credential") for x in entries if isinstance(x, dict)]
        begin = f"{self.base}/"
        paths = (url.removeprefix(begin) for url in urls if isinstance(url, str))
        return tuple(sorted(path.split("/")[1] for path in paths if _is_credential(path)))

    def sampled(self, names: Sequence[str]) -> tuple[str, ...]:
        """Choose from names, oldest first: the newest, and others that the ledger's head draws.

        The same site and ledger give the same choice; each new event another one.
        """
        if self.sample is None or len(names) <= self.sample:
            return tuple(names)
        newest = list(names[len(names) - self.sample // 2 :])
        seed = self.known.ledger.head if self.known.ledger else ""
        others = sorted(set(names) - set(newest), key=lambda name: _drawn(seed, name))
        chosen = {*newest, *others[: self.sample - len(newest)]}
        return tuple(name for name in names if name in chosen)


def _drawn(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()


def _is_did_file(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 3 and path == addresses.did_file(parts[1])


def _is_credential(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 3 and path == addresses.credential_file(parts[1])


def _slugs(catalog: JsonObject) -> Iterator[str]:
    issuers = catalog.get("issuers")
    for issuer in issuers if isinstance(issuers, list) else []:
        slug = issuer.get("slug") if isinstance(issuer, dict) else None
        if isinstance(slug, str) and SLUG.fullmatch(slug):
            yield slug


def failed(message: str, fix: str) -> Finding:
    """Make a finding of something that is wrong."""
    return Finding("failed", message, fix)


def warning(message: str, fix: str) -> Finding:
    """Make a finding of something that should be better."""
    return Finding("warning", message, fix)


def passed(message: str) -> Finding:
    """Make a finding of something that is as it should be."""
    return Finding("passed", message)


def skipped(message: str) -> Finding:
    """Make a finding of something that was not looked at."""
    return Finding("skipped", message)
