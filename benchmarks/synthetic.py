"""A centre that does not exist: as many awards as wanted, with accents, results and names."""

import random
from pathlib import Path

PER_FILE = 500
BADGES = 10
SITE = "https://badges.example.org"
IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600"><circle cx="300" cy="300" '
    'r="280" fill="#0b5"/><path d="M150 300l100 100 200-200" stroke="#fff" stroke-width="40" '
    'fill="none"/></svg>'
)
WORDS = (
    "réseau", "pare-feu", "naïveté", "œuvre", "trafic", "sécurité", "vérifier", "été", "façade",
    "Zuid-België", "çà",
)  # fmt: skip


def write_repository(root: Path, size: int, *, languages: str = "fr, nl, en") -> None:
    """Write a repository with ``size`` awards of ten badges, in files of up to 500."""
    draw = random.Random(size)
    (root / "issuers" / "centre").mkdir(parents=True)
    (root / "obit.yaml").write_text(f"site: {SITE}/\nlanguages: [{languages}]\n", "utf-8")
    (root / "issuers" / "centre" / "issuer.yaml").write_text("name: Centre d'essai\n", "utf-8")
    codes = [f"r{number:07d}" for number in range(size)]
    rows = [f"{code},,{code}@example.org,fr,no," for code in codes]
    header = "code,name,email,language,show_name,consent_date"
    (root / "recipients.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    for number in range(BADGES):
        _write_badge(root / "badges" / f"badge-{number}", codes[number::BADGES], draw)


def _write_badge(folder: Path, codes: list[str], draw: random.Random) -> None:
    (folder / "awards").mkdir(parents=True)
    (folder / "image.svg").write_text(IMAGE, "utf-8")
    (folder / "badge.yaml").write_text(
        "name: {fr: Pare-feu, nl: Firewall, en: Firewall}\n"
        "description: {fr: Sait filtrer., nl: Kan filteren., en: Can filter.}\n"
        "criteria: {fr: Réussir., nl: Slagen., en: Pass.}\n"
        "image: image.svg\nexpires: P3Y\n"
        "result_description:\n  - {id: note, name: Note, result_type: Percent, "
        'value_min: "0", value_max: "100"}\n',
        "utf-8",
    )
    for start in range(0, len(codes), PER_FILE):
        lines = ["issued: 2026-03-14", "to:"]
        for code in codes[start : start + PER_FILE]:
            said = " ".join(draw.choices(WORDS, k=12))
            lines += [f"  - id: {code}", f"    narrative: {said}"]
            lines += [
                f"    results: [{{result_description: note, value: '{draw.randrange(101)}'}}]"
            ]
        name = f"session-{start // PER_FILE:04d}.yaml"
        (folder / "awards" / name).write_text("\n".join(lines) + "\n", "utf-8")
