"""Judges Open Badges 2.0 files with 1EdTech's validator of 2018, and bakes with its bakery.

    judge_openbadges2.py BUILD_DIR BASE_URL NOW   < JSON lines

A line ``{"name", "input": address, JSON or JWS}`` or ``{"name", "image": path}`` is verified, with
``"recipient": e-mail`` and at the time ``"now"`` if given; ``"files": {address: text}`` adds to the
web, on which there is otherwise only the site. ``{"name", "unbake": path}`` answers the text in a picture, and
``{"name", "bake": path, "text", "out": path}`` bakes one. ``openbadges`` 1.1.2 pins libraries of
its time; what newer ones took away is given back below, and nothing in its judgement is touched.
"""

import collections
import collections.abc
import datetime
import inspect
import io
import json
import logging
import mimetypes
import sys
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import time_machine
from emulated_web import NotHereError, Web, answer, no_network, said

for _name in ("Mapping", "MutableMapping", "Sequence", "Callable", "Iterable"):
    if not hasattr(collections, _name):  # until Python 3.9
        setattr(collections, _name, getattr(collections.abc, _name))
if not hasattr(inspect, "getargspec"):  # until Python 3.10
    inspect.getargspec = inspect.getfullargspec

import requests  # noqa: E402 - the names above come first
from Crypto.PublicKey import RSA  # noqa: E402
from openbadges import verifier  # noqa: E402
from openbadges.verifier.openbadges_context import OPENBADGES_CONTEXT_V2_DICT  # noqa: E402
from openbadges.verifier.tasks import crypto, graph  # noqa: E402
from openbadges.verifier.utils import CachableDocumentLoader  # noqa: E402
from openbadges_bakery import bake, unbake  # noqa: E402
from pyld import jsonld  # noqa: E402

BUILD, BASE, NOW = Path(sys.argv[1]), sys.argv[2], datetime.datetime.fromisoformat(sys.argv[3])
CONTEXT = "https://w3id.org/openbadges/v2"
FILES: dict[str, bytes] = {}
WEB = Web(BUILD, BASE)


class FolderAdapter(requests.adapters.HTTPAdapter):
    """Answers requests from the site's folder and the case's files."""

    def send(self, request: Any, **_options: Any) -> requests.Response:
        reply = requests.Response()
        try:
            reply.raw = io.BytesIO(FILES.get(request.url) or WEB(request.url))
            reply.status_code = 200
        except NotHereError:
            reply.raw = io.BytesIO(b"")
            reply.status_code = 404
        kind = mimetypes.guess_type(urlsplit(request.url).path)[0]
        reply.headers["Content-Type"] = kind or "application/json"
        reply.url, reply.request = request.url, request
        return reply


_load = CachableDocumentLoader.__call__


def load(self: Any, url: str, _options: Any = None) -> Any:
    """Load a context as PyLD asks for it since version 2."""
    return {**_load(self, url), "contentType": "application/ld+json"}


class Compaction:
    """Compacts as PyLD did: since JSON-LD 1.1 the shorter of two names wins, and the validator looks
    at nothing but the longer ones: it would pass over every rule of hosting and signing."""

    NAMES: ClassVar = {"hosted": "HostedBadge", "signed": "SignedBadge"}

    def compact(self, *arguments: Any, **options: Any) -> Any:
        return self._renamed(jsonld.compact(*arguments, **options))

    def _renamed(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._renamed(item) for item in node]
        if not isinstance(node, dict):
            return node
        renamed = {name: self._renamed(value) for name, value in node.items()}
        if isinstance(renamed.get("type"), str):
            renamed["type"] = self.NAMES.get(renamed["type"], renamed["type"])
        return renamed


class Keys:
    """Checks a PEM and hands it on as a text, which is what python-jose takes since version 3.1."""

    @staticmethod
    def import_key(pem: str) -> str:
        RSA.import_key(pem)
        return pem


def judged(case: dict[str, Any]) -> dict[str, Any]:
    FILES.clear()
    FILES.update({url: text.encode() for url, text in case.get("files", {}).items()})
    FILES[CONTEXT] = json.dumps(OPENBADGES_CONTEXT_V2_DICT).encode()
    if "unbake" in case:
        with Path(case["unbake"]).open("rb") as picture:
            return {"text": unbake(picture)}
    if "bake" in case:
        with Path(case["bake"]).open("rb") as picture, Path(case["out"]).open("w+b") as out:
            bake(picture, case["text"], out)
        return {}
    if "image" in case:
        with Path(case["image"]).open("rb") as picture:
            return verified(picture, case)
    return verified(case["input"], case)


def verified(badge: Any, case: dict[str, Any]) -> dict[str, Any]:
    profile = {"email": case["recipient"]} if case.get("recipient") else None
    try:
        with time_machine.travel(case.get("now", NOW), tick=False):
            found = verifier.verify(badge, profile, use_cache=False, cache_backend=None)
    except Exception as error:
        return {"valid": False, "errors": [said(error)], "warnings": []}
    told = found["report"]["messages"]
    return {
        "valid": found["report"]["valid"],
        "errors": [m["result"] for m in told if m["messageLevel"] == "ERROR"],
        "warnings": [m["result"] for m in told if m["messageLevel"] == "WARNING"],
    }


if __name__ == "__main__":
    no_network()
    logging.disable()  # it logs its own mistakes, which the report names
    requests.sessions.HTTPAdapter = FolderAdapter
    CachableDocumentLoader.__call__ = load
    graph.jsonld = Compaction()
    crypto.RSA = Keys
    answer(judged)
