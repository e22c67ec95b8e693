"""What an award and a badge say, as bytes: tells later whether they were edited after issuing."""

import dataclasses
import datetime
import json
from decimal import Decimal
from typing import Any

from obit_build.model.achievement import Achievement
from obit_build.model.award import Award
from obit_build.model.words import Text

# Decisions and display come after the award; they may change without touching what was signed.
_LATER = ("revoked", "suspended", "visibility", "replaces")
_DISPLAY = ("status", "hours", "participation", "assessment", "supervision", "quality_assurance",
            "prerequisites", "recognition", "eqf_level", "expires", "weight")  # fmt: skip


def award_bytes(award: Award) -> bytes:
    """Return everything that the credential takes from the award."""
    return _bytes(award, _LATER)


def achievement_bytes(achievement: Achievement) -> bytes:
    """Return everything that the credential takes from the badge."""
    return _bytes(achievement, _DISPLAY)


def _bytes(record: Any, without: tuple[str, ...]) -> bytes:
    text = json.dumps(_plain(record, without), sort_keys=True, separators=(",", ":"))
    return text.encode("ascii")


def _plain(value: Any, without: tuple[str, ...]) -> Any:
    if isinstance(value, Text):
        return dict(value.by_language)
    if dataclasses.is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name), without)
            for f in dataclasses.fields(value)
            if f.name not in without
            and not (f.metadata.get("place") or f.metadata.get("places"))
            and getattr(value, f.name) not in (None, ())
        }
    if isinstance(value, tuple):
        return [_plain(item, without) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
