"""A site that was built and lies in a folder: its files, and what it says of itself.

Answers addresses as object storage in front of the world would, so that the judgement of an audit
can be asked before anything is uploaded. Refuses folders that obit did not make, links, and names
that the site can't have: they are not what was verified.
"""

import os
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

from obit_build import addresses
from obit_build.errors import CanonicalizationError, LedgerError, PublishError, SourceError
from obit_build.hosting.hosts import CORS, INDEX, Host, reply
from obit_build.hosting.hosts import Kind as HostKind
from obit_build.hosting.settings import object_headers
from obit_build.network.http_answers import Answer
from obit_build.publishing.publish import is_site
from obit_build.securing.signed_note import Checkpoint, read_checkpoint
from obit_build.strict_json import JsonObject, parse

MAX_JSON_BYTES = 64 * 1024 * 1024
"""Of the site's own catalogue, which grows with its badges and public awards."""
FIX_BUILD = "run obit build again, and publish the folder that it made as it is"
_STORAGE = Host(name="s3")


class BuiltSite:
    """A built site on this computer."""

    def __init__(self, root: Path) -> None:
        if not is_site(root):
            raise SourceError(
                f"{root.name} is not a site that obit built", fix="name the folder of obit build"
            )
        self.root = root

    def paths(self) -> tuple[str, ...]:
        """List all files, sorted; links are left out."""
        found = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in found))

    def __call__(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is none."""
        file = self.root / path
        return file.read_bytes() if file.is_file() else None

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Yield path and bytes of every file; raise PublishError for anything but files and folders."""
        yield from _walk(self.root, "")

    def md5(self, path: str) -> str:
        """Return the MD5 of a file in hex, which is what object storage calls its ETag."""
        return md5((self.root / path).read_bytes(), usedforsecurity=False).hexdigest()

    def document(self, path: str) -> JsonObject:
        """Return one of the site's JSON documents; raise PublishError if it is missing or broken."""
        try:
            return parse(self(path) or b"", limit=MAX_JSON_BYTES)
        except CanonicalizationError:
            raise PublishError(
                f"{path} is missing or damaged: the site is not whole", fix=FIX_BUILD
            ) from None

    def checkpoint(self) -> Checkpoint | None:
        """Return how far the ledger had come; None if the site shows no checkpoint."""
        data = self(addresses.CHECKPOINT)
        try:
            return None if data is None else read_checkpoint(data)
        except LedgerError as error:
            raise PublishError(f"{addresses.CHECKPOINT}: {error.message}", fix=FIX_BUILD) from error

    def answering(self, base: str, url: str) -> Answer:
        """Answer as object storage would; ``base`` is the site's address, with its last slash."""
        found = reply(_STORAGE, "/" + url.removeprefix(base), self._look)
        if found.location:
            return Answer(status=found.status, headers={"location": base + found.location[1:]})
        if found.status != 200:
            return Answer(status=found.status)
        headers = {**object_headers(found.file), CORS: "*"}
        body = (self.root / found.file).read_bytes()
        return Answer(status=200, headers={k.lower(): v for k, v in headers.items()}, body=body)

    def _look(self, path: str) -> HostKind:
        file = self.root / path
        if file.is_dir():
            return "folder" if (file / INDEX).is_file() else "nothing"
        return "file" if file.is_file() else "nothing"


def _walk(folder: Path, above: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = above + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{path}/")
        elif entry.is_file(follow_symlinks=False):
            yield path, entry.stat(follow_symlinks=False).st_size
        else:
            raise PublishError(f"{path[:200]} is not a file that obit made", fix=FIX_BUILD)
