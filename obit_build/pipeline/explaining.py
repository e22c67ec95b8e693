"""Why a file of the site was written in this run, or was not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from obit_build.pipeline.making import Making

Act = Literal["written", "unchanged", "removed", "unknown"]

PARTS = {
    "tool": "obit itself, Python or a library",
    "settings": "obit.yaml",
    "templates": "a template, a catalogue of phrases or an asset",
    "issuers": "an issuer",
    "ledger": "the ledger's keys or mode",
}
"""What all parts of the site share, in people's words."""
OWN = {
    "badge": "the badge, its picture or what stands around it",
    "site": "a badge, a pathway, a framework or an endorsement",
    "award": "the award: its credential, its state, its entry or the holder's consent",
    "own": "what this part alone is made from",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What happened to one file."""

    path: str
    act: Act
    unit: str = ""
    """The part of the site that the file belongs to."""
    reasons: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Write it for people."""
        if self.act == "unknown":
            return [f"{self.path}: no part of the site, neither before nor now"]
        if self.act == "removed":
            return [f"{self.path}: removed, because no part of the site has it any more"]
        return [f"{self.path}: {self.act} (part of {self.unit})", *(f"  {x}" for x in self.reasons)]


def explain(path: str, making: Making, before: Mapping[str, str]) -> Explanation:
    """Explain one path of the site; ``before`` is what the manifest said of all parts until now."""
    stage = making.stage
    if path in stage.gone:
        return Explanation(path=path, act="removed")
    rows = (row for row in stage.manifest.units() if any(x.path == path for x in row.files))
    row = next(rows, None)
    if row is None:
        return Explanation(path=path, act="unknown")
    act: Act = "written" if path in stage.written else "unchanged"
    reasons = list(_reasons(making, row.name, row.inputs, before))
    if act == "unchanged" and making.was_made(row.name):
        reasons.append("it was made again, and its bytes are the same")
    return Explanation(path=path, act=act, unit=row.name, reasons=tuple(reasons))


def _reasons(making: Making, name: str, inputs: str, before: Mapping[str, str]) -> list[str]:
    if not making.was_made(name):
        return ["nothing that it is made from has changed"]
    former = making.made.get(name)
    if not inputs:
        return ["this part is made in every build, since that takes less time than to ask"]
    if former is None:
        return [
            "nothing was known about this part of the site: it is new, or this is the first build"
        ]
    if former == making.TURNED:
        return ["a time has come that changes it: a badge has begun to be valid, or has expired"]
    if former == making.DISTURBED:
        return ["a file of this part was not as the last build left it"]
    old, new = _split(former), _split(inputs)
    changed = [key for key in new if old.get(key) != new[key]]
    parts = making.units.inputs.parts
    shared = [PARTS[key] for key in parts if before.get(f"part.{key}") != parts[key]]
    said = [OWN[key] for key in changed if key in OWN]
    return [f"changed: {what}" for what in (*(shared if "common" in changed else ()), *said)]


def _split(inputs: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in inputs.split(" "))
