"""What an upload does, and in which order: a pure function of the built files and the stored ones.

Somebody may look at any moment, and the run may be killed at any moment. So nothing is there
before what it needs, and nothing is taken away before what no longer needs it:

1. files that are new, which nothing points to yet; pages after the rest;
2. machine files that changed, such as an issuer's keys;
3. pages, catalogue and site map that changed;
4. status lists, 5. what the site says of its own making, 6. the checkpoint;
7. what is no longer part of the site, last.

Refuses to replace a newer ledger's site by an older one's, a real site by a preview, and to take
away what a site never loses: an award's address, a status list, an issuer's keys.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from obit_build import addresses
from obit_build.errors import StorageError
from obit_build.hosting.media_types import HOST_ONLY
from obit_build.ledger.ledger import Mode
from obit_build.securing.signed_note import Checkpoint

MARK = ".nojekyll"
"""The file of the site that carries whose it is, as metadata; it is stored first."""
SITE, MODE, RULES = "obit-site", "obit-mode", "obit-rules"
"""Metadata: the site's address, whether it is a preview, and which headers were in force."""
FIX_NEWEST = (
    "build again from the newest ledger; if the ledger was put back, docs/how-to/ledger-in-git.md "
    "says what to do"
)
FIX_PLACE = "choose another bucket or folder, or look at `site` in obit.yaml"
_LISTINGS = ("catalog.json", "robots.txt", "sitemap.xml")
_KEPT = re.compile(r"awards/[a-z2-7]{32}/index\.html|status/.+\.json|issuers/[^/]+/did\.json")
_PLAIN_ETAG = re.compile(r'"?([0-9a-f]{32})"?')


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as the storage lists it."""

    size: int
    etag: str | None
    """MD5 of its bytes in hex, between quotes, unless the storage encrypts with its keeper's keys."""

    def holds(self, size: int, md5: Callable[[], str]) -> bool:
        """Whether its bytes are those of a file; ``md5`` reads the file, so it is asked last."""
        found = _PLAIN_ETAG.fullmatch(self.etag or "")
        return self.size == size and found is not None and found[1] == md5()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose site it is and how far its ledger had come."""

    site: str
    """Its address, with the last slash."""
    mode: Mode
    checkpoint: Checkpoint | None


@dataclass(frozen=True, slots=True)
class Wave:
    """Files that may be stored in any order, and at once; the next wave waits for all of them."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Everything that an upload will do."""

    waves: tuple[Wave, ...]
    unchanged: int
    strays: tuple[str, ...]
    """Stored under the site's address, but not part of it: what was withdrawn, or not ours."""

    @property
    def uploads(self) -> int:
        """How many files will be stored."""
        return sum(len(wave.paths) for wave in self.waves)


def plan_deployment(
    built: Iterable[tuple[str, int]],
    stored: Mapping[str, Stored],
    md5: Callable[[str], str],
    *,
    same_rules: bool,
) -> Deployment:
    """Compare the built files (path and bytes) with the stored ones.

    ``md5`` reads a built file. Without ``same_rules`` the stored objects have other types or
    lifetimes than they would get now, and all of them are stored again.
    """
    new: list[str] = []
    changed: list[str] = []
    left, unchanged = dict(stored), 0
    for path, size in built:
        former = left.pop(path, None)
        if path in HOST_ONLY:
            continue
        if former is None:
            new.append(path)
        elif same_rules and former.holds(size, lambda path=path: md5(path)):  # type: ignore[misc] # a default binds the loop's value
            unchanged += 1
        else:
            changed.append(path)
    return Deployment(
        waves=tuple(wave for wave in _waves(new, changed) if wave.paths),
        unchanged=unchanged,
        strays=tuple(sorted(left)),
    )


def _waves(new: list[str], changed: list[str]) -> Iterator[Wave]:
    first = [path for path in new if not path.startswith("log/")]
    yield Wave("new", tuple(sorted(path for path in first if not _is_page(path))))
    yield Wave("new pages", tuple(sorted(filter(_is_page, first))))
    later = [path for path in changed if not path.startswith(("status/", "log/"))]
    yield Wave("changed", tuple(sorted(path for path in later if not _is_page(path))))
    yield Wave("pages", tuple(sorted(filter(_is_page, later))))
    yield Wave("status lists", tuple(sorted(p for p in changed if p.startswith("status/"))))
    log = sorted(path for path in chain(new, changed) if path.startswith("log/"))
    yield Wave("log", tuple(path for path in log if path != addresses.CHECKPOINT))
    yield Wave("checkpoint", tuple(path for path in log if path == addresses.CHECKPOINT))


def _is_page(path: str) -> bool:
    return path.endswith(".html") or path in _LISTINGS


def refuse_other_site(built: Identity, stored: str | None, *, is_empty: bool) -> None:
    """Raise StorageError unless the place is empty or holds this very site.

    ``stored`` is the address of the site that is there; None if what is there is no site of obit's.
    """
    if is_empty or stored == built.site:
        return
    if stored is None:
        raise StorageError("there are files that obit did not put there", fix=FIX_PLACE)
    raise StorageError(f"another site is there: {stored[:200]}", fix=FIX_PLACE)


def refuse_older(built: Identity, live: Identity) -> None:
    """Raise StorageError if the live site is real, and this one would put it back in time."""
    if live.mode == "preview":
        return
    if built.mode == "preview":
        raise StorageError(
            "the real site is there, and a preview would take its place",
            fix="publish the preview to another folder of the bucket",
        )
    ours, theirs = built.checkpoint, live.checkpoint
    if theirs is None:
        return
    if ours is None or ours.size < theirs.size:
        has = f"only {ours.size}" if ours else "none"
        raise StorageError(
            f"the live site shows {theirs.size} events of the ledger, the built one {has}",
            fix=FIX_NEWEST,
        )
    if ours.size == theirs.size and ours.head != theirs.head:
        raise StorageError(
            f"the live site and the built one tell different stories up to event {ours.size}",
            fix=FIX_NEWEST,
        )


def refuse_losses(strays: Iterable[str]) -> None:
    """Raise StorageError if something would go that a site keeps for ever.

    A withdrawn award keeps a page that says so; so an address that is not built any more belongs to
    an award that this ledger does not know.
    """
    lost = [path for path in strays if _KEPT.fullmatch(path)]
    awards = sum(path.startswith("awards/") for path in lost)
    if awards:
        raise StorageError(
            f"the live site has {awards} award{'s' * (awards != 1)} that the built one does not know",
            fix=FIX_NEWEST,
        )
    if lost:
        raise StorageError(
            f"the live site has {lost[0]}, which the built one lacks", fix=FIX_NEWEST
        )
