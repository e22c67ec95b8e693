"""Symptoms: what is not as it should be, why that matters, and what to do about it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from obit_build.counting import several

Level = Literal["wrong", "warning", "hint"]
LEVELS: tuple[Level, ...] = ("wrong", "warning", "hint")
_SIGNS = {"wrong": ("✗", 31), "warning": ("!", 33), "hint": ("i", 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One finding about the surroundings; ``name`` is the rule that does not hold."""

    level: Level
    message: str
    why: str
    fix: str
    name: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the members in the JSON report."""
        return {
            "level": self.level,
            "name": self.name,
            "message": self.message,
            "why": self.why,
            "fix": self.fix,
        }


def wrong(message: str, why: str, fix: str) -> Symptom:
    """Make a symptom of what stops a run or lets harm in."""
    return Symptom(level="wrong", message=message, why=why, fix=fix)


def warning(message: str, why: str, fix: str) -> Symptom:
    """Make a symptom of what will go wrong some day."""
    return Symptom(level="warning", message=message, why=why, fix=fix)


def hint(message: str, why: str, fix: str) -> Symptom:
    """Make a symptom of what can't be seen from here."""
    return Symptom(level="hint", message=message, why=why, fix=fix)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All symptoms, the worst first, and how many rules were looked at."""

    symptoms: tuple[Symptom, ...]
    rules: tuple[str, ...]

    @classmethod
    def of(cls, symptoms: Sequence[Symptom], rules: Sequence[str]) -> "Diagnosis":
        """Sort by level; within a level the order of the rules stays."""
        return cls(tuple(sorted(symptoms, key=lambda s: LEVELS.index(s.level))), tuple(rules))

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong; warnings and hints may be there."""
        return all(symptom.level != "wrong" for symptom in self.symptoms)


def summary(diagnosis: Diagnosis) -> str:
    """Sum up in a few words: ``1 wrong, 2 warnings; 21 rules looked at``."""
    counts = {level: sum(s.level == level for s in diagnosis.symptoms) for level in LEVELS}
    said = [
        several(number, level, "wrong" if level == "wrong" else "")
        for level, number in counts.items()
        if number
    ]
    return f"{', '.join(said) or 'all is well'}; {len(diagnosis.rules)} rules looked at"


def to_text(diagnosis: Diagnosis, *, color: bool = False) -> str:
    """Render for people: each symptom with its reason and its remedy."""
    lines = []
    for symptom in diagnosis.symptoms:
        sign, number = _SIGNS[symptom.level]
        mark = f"{sign} {symptom.level:<7}"
        painted = f"\x1b[{number}m{mark}\x1b[0m" if color else mark
        lines.append(f"{painted}  {symptom.message}  [{symptom.name}]")
        lines += [f"           why: {symptom.why}", f"           fix: {symptom.fix}"]
    return "\n".join([*lines, summary(diagnosis)]) + "\n"


def to_json(diagnosis: Diagnosis) -> str:
    """Render as one JSON object that ends with a line feed."""
    document = {
        "obit": 1,
        "command": "doctor",
        "ok": diagnosis.is_fine,
        "summary": summary(diagnosis),
        "rules": list(diagnosis.rules),
        "symptoms": [symptom.to_dict() for symptom in diagnosis.symptoms],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
