"""Certificates → PDF, with Typst, in a process of its own that serves all certificates of a build.

A template is code of the centre's, like the templates of pages, and Typst is native code: so both
run apart, in :mod:`obit_build.pictures.typst_worker`, with limits, in a folder that holds the templates, the
theme's pictures and nothing else, and with no way to the net. Data reach the template as JSON; no
text is ever written into Typst's source. The credential is attached by the lines in :data:`MAIN`, which
no template can leave out. Same data, same template, same version of Typst: same bytes.
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from obit_build.errors import RenderError
from obit_build.pictures import png, svg, typst_worker
from obit_build.pictures.bake import kind_of
from obit_build.pictures.svg_xml import SvgError
from obit_build.strict_json import JsonObject

TEMPLATE = "certificate.typ"
SECONDS = 60
"""By the clock, for one certificate."""

MAIN = """\
#import "/certificate.typ": certificate
#let given = json(bytes(sys.inputs.given))
#let (year, month, day) = given.issued
#set document(
  title: given.document.title,
  author: given.document.author,
  date: datetime(year: year, month: month, day: day),
)
#set text(
  lang: given.language,
  region: given.region,
  font: ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"),
)
#pdf.attach(
  "credential.json",
  bytes(sys.inputs.credential),
  relationship: "source",
  mime-type: "application/vc",
  description: given.attached,
)
#certificate(given)
"""
PROBE = """\
#set document(title: "letters")
#set text(lang: "en", font: ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"))
#let it = sys.inputs.character
#it #text(weight: 600, it) #text(weight: 700, it) #text(style: "italic", it)
"""
_MAIN_FILE = "obit-main.typ"
_PROBE_FILE = "obit-letters.typ"
_KEPT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
_NO_NET = "http://127.0.0.1:9"
"""Nobody answers there (RFC 863): a template that imports a package from the net fails at once."""
_PLACE = re.compile(r"([\w./-]+\.typ):(\d+):\d+")
_COMMON = re.compile("[ -~\xa0-\xac\xae-\xff]")
"""ASCII and Latin-1, which every font has."""

INSTALL = 'pip install "obit-build[pdf]", or set certificates: false in obit.yaml'


class TypstTypesetter:
    """Sets certificates while it is open (a context manager); a fork of this process may use it as well.

    ``files`` are the templates (``….typ``) and pictures (``assets/…``) that Typst may read: path → bytes.
    What is in ``former`` is not set again; afterwards it holds this build's certificates and no others.
    """

    def __init__(
        self, files: Mapping[str, bytes], former: MutableMapping[str, bytes] | None = None
    ) -> None:
        self._files = files
        self._former = former
        self._made: dict[str, bytes] = {}
        self._letters: dict[str, bool] = {}
        self._drawn: set[str] = set()

    def __enter__(self) -> Self:
        """Start the process; raise RenderError if Typst is not installed."""
        self._place = tempfile.TemporaryDirectory(prefix="obit-typst-")
        self._folder = Path(self._place.name, "root")
        Path(self._place.name, "nothing").mkdir()
        ours = {_MAIN_FILE: MAIN.encode(), _PROBE_FILE: PROBE.encode()}
        for path, data in {**self._files, **ours}.items():
            self._write(path, data)
        self._start()
        try:
            self.can_show("\N{BULLET}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        proxies = {f"{kind}_proxy": _NO_NET for kind in ("http", "https", "all")}
        loud = {name.upper(): value for name, value in proxies.items()}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program, no shell
            [
                sys.executable,
                "-I",
                typst_worker.__file__,
                str(self._folder),
                str(self._folder.with_name("nothing")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={**kept, **proxies, **loud, "MALLOC_ARENA_MAX": "2"},
        )
        self._owner = os.getpid()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process and remove its folder."""
        self._process.kill()
        self._process.communicate()
        self._place.cleanup()
        if self._former is not None and error is None:
            self._former.clear()
            self._former.update(self._made)

    def can_show(self, character: str) -> bool:
        """Tell whether the fonts have a character, upright, bold and italic."""
        if _COMMON.fullmatch(character):
            return True
        if character not in self._letters:
            head, _ = self._ask(_PROBE_FILE, {"character": character}, 0)
            self._letters[character] = "size" in head
        return self._letters[character]

    def certificate(
        self, given: JsonObject, credential: bytes, pictures: Mapping[str, bytes]
    ) -> bytes:
        """Set one certificate; raise RenderError if the template or a picture does not work."""
        inputs = {"given": json.dumps(given, ensure_ascii=False), "credential": credential.decode()}
        if self._former is None:
            return self._set(given, inputs, pictures)
        name = _digest(self._files, {key: text.encode() for key, text in inputs.items()}, pictures)
        pdf = self._former.get(name) or self._set(given, inputs, pictures)
        self._made[name] = pdf
        return pdf

    def _set(
        self, given: JsonObject, inputs: Mapping[str, str], pictures: Mapping[str, bytes]
    ) -> bytes:
        for name in sorted(pictures.keys() - self._drawn):
            self._write(name, _harmless(pictures[name]))
            self._drawn.add(name)
        issued = datetime.datetime.combine(
            datetime.date(*given["issued"]), datetime.time(), datetime.UTC
        )
        head, pdf = self._ask(_MAIN_FILE, inputs, int(issued.timestamp()))
        if "size" not in head:
            raise _failure(head, given)
        return pdf

    def _write(self, path: str, data: bytes) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = target.with_name(f"{target.name}.{os.getpid()}")
        whole.write_bytes(data)
        whole.replace(target)  # forks write the same pictures, and each may be reading

    def _ask(self, main: str, inputs: Mapping[str, str], time: int) -> tuple[dict[str, Any], bytes]:
        """Send one request and read its answer; a process that hangs is ended."""
        if (
            self._owner != os.getpid()
        ):  # a fork of ours: two that talk to one process would mix answers
            self._start()
        request = {"main": str(self._folder / main), "inputs": inputs, "time": time}
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - it was started with pipes
        assert answered is not None  # noqa: S101
        alarm = threading.Timer(SECONDS, self._process.kill)
        alarm.start()
        try:
            asked.write(json.dumps(request).encode() + b"\n")
            asked.flush()
            line = answered.readline()
            head: dict[str, Any] = json.loads(line) if line else {}
            body = answered.read(head.get("size", 0))
        except OSError:
            head, body = {}, b""
        finally:
            alarm.cancel()
            alarm.join()  # a process with threads in it is not safe to fork
        if not head or len(body) != head.get("size", 0):
            raise self._died()
        return head, body

    def _died(self) -> RenderError:
        if self._process.wait() == typst_worker.NOT_INSTALLED:
            return RenderError("certificates need Typst, which is not installed", fix=INSTALL)
        return RenderError(
            f"a certificate took more than {SECONDS} seconds or too much memory",
            fix=f"simplify templates/{TEMPLATE} and the pictures that it shows",
        )


def _digest(*parts: Mapping[str, bytes]) -> str:
    """Return a name that follows from everything that a certificate is made of."""
    whole = hashlib.sha256()
    for part in parts:
        for name, data in sorted(part.items()):
            whole.update(f"{len(name)} {name} {len(data)} ".encode() + data)
        whole.update(b"|")
    return whole.hexdigest()


def _harmless(picture: bytes) -> bytes:
    """Return a picture without metadata; raise BakingError for one that a badge may not have."""
    if kind_of(picture) != "svg":
        return png.without_metadata(picture)
    for finding in svg.inspect(picture).findings:
        raise SvgError(finding)
    return picture


def _failure(head: Mapping[str, Any], given: JsonObject) -> RenderError:
    """Say which line of which template failed; never the name of a holder."""
    said, found = str(head.get("error", "")), _PLACE.search(str(head.get("trace", "")))
    if "could not be displayed" in said:
        said = "it shows a character that none of the fonts has"
    elif "failed to download package" in said:
        said = "it imports a package, and a build fetches nothing from the net"
    elif any(part in said for part in _parts(given["holder"]["name"])):
        said = "it fails for one award"
    where = f"{found[1]}:{found[2]}" if found else TEMPLATE
    return RenderError(
        f"templates/{where}: {said} (while making a certificate)",
        fix=f"correct templates/{where.partition(':')[0]}, or remove your copy of it to get the default theme's",
    )


def _parts(name: Mapping[str, str] | None) -> list[str]:
    """Return what a message may not hold of a name."""
    return [part for part in (name["text"] if name else "").split() if len(part) > 1]
