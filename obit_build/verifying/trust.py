"""Which issuers somebody recognises: a short list of ids and names, apart from all signatures.

A signature says that the key of an issuer made it; that this issuer is the training centre one
has in mind, no signature can say. The file is YAML:

    - id: did:web:badges.example.org:issuers:cefo
      name: Training Centre Hainaut

An unknown issuer makes no badge invalid; a known one makes no badge valid.
"""

import dataclasses

from obit_build.errors import SourceError
from obit_build.harmless import shown
from obit_build.reading.nodes import Mapping, Node, Scalar, Sequence, compose
from obit_build.verifying.report import Trust, VerificationReport
from obit_build.verifying.words import say

MAX_BYTES = 1_000_000
FIX = "write a list of issuers, each with id and name"
_NAMES = ("id", "name")


def read_trust(data: bytes, path: str) -> dict[str, str]:
    """Return id → name of the issuers in a file; raise SourceError with the line of a mistake."""
    if len(data) > MAX_BYTES:
        raise SourceError(f"{path} is larger than 1 MB", fix=FIX)
    node, problems = compose(data, path)
    if problems:
        first = problems[0]
        raise SourceError(f"{first.location}: {first.message}", fix=first.fix or FIX)
    if node is None:
        return {}
    if not isinstance(node, Sequence):
        raise SourceError(f"{node.location}: this is not a list of issuers", fix=FIX)
    known: dict[str, str] = {}
    for item in node.items:
        issuer, name = _entry(item)
        if issuer in known:
            raise SourceError(f'{item.location}: "{shown(issuer)}" is listed twice', fix=FIX)
        known[issuer] = name
    return known


def _entry(item: Node) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        raise SourceError(f"{item.location}: this is not an issuer with id and name", fix=FIX)
    values: dict[str, str] = {}
    for key, value in item.items:
        if key.value not in _NAMES or not isinstance(value, Scalar) or value.is_null:
            raise SourceError(
                f'{key.location}: "{shown(key.value)}" is not the id or the name of an issuer',
                fix=FIX,
            )
        values[key.value] = value.value
    if set(values) != set(_NAMES):
        raise SourceError(f"{item.location}: an issuer needs both id and name", fix=FIX)
    return values["id"], values["name"]


def judged(report: VerificationReport, known: dict[str, str]) -> VerificationReport:
    """Return the report with a word on whether its issuer is recognised; nothing else changes."""
    confirmed = any(step.name == "signature" and step.outcome == "passed" for step in report.steps)
    issuer = report.summary.issuer_id
    if not confirmed:
        trust = Trust(recognised=False, message=say("trust.unconfirmed"))
    elif issuer in known:
        name = known[issuer]
        message = say("trust.recognised", name=shown(name))
        trust = Trust(recognised=True, message=message, name=name)
    else:
        trust = Trust(recognised=False, message=say("trust.unknown", issuer=issuer))
    return dataclasses.replace(report, trust=trust)
