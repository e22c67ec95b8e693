"""Take pictures of the sample site's pages, or ask Lighthouse about them.

    .venv/bin/python scripts/look_at_pages.py screenshots | lighthouse

Builds the sample, as one that was published (Lighthouse wants pages that may be found), into
.obit/looked-at; pictures go to .obit/screenshots. Needs what ``make test`` installs.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from obit_build.ledger.folder import FolderStore
from obit_build.website.holder_pages import holder_folder

ROOT = Path(__file__).parent.parent
PROGRAMS = ROOT / "tests" / "browser"
AT = "2026-11-21T12:00:00Z"
SOURCES = ("issuers", "badges", "pathways", "frameworks", "obit.yaml", "recipients.csv")
WIDTHS = (360, 768, 1280)
BADGE = "badges/analyse-de-trafic-reseau/"
HOLDER = "7f3k9m2q"
KINDS = (
    "", "badges/", BADGE, "issuers/", "issuers/technocite/", "frameworks/", "frameworks/ecf/",
    "frameworks/ecf/E.8/", "pathways/", "pathways/analyste-cybersecurite/", "verify/", "use/",
    "accessibility/", "privacy/", "legal/", "publication/", "gallery/",
)  # fmt: skip
ALONE = ("404.html", "gallery/valid/embed.html", "gallery/withdrawn/embed.html")
"""Pages that are there once, for all languages or in the award's own."""


def built(folder: Path) -> Path:
    """Build the sample site and return its folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SOURCES:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    obit = Path(sys.executable).with_name("obit")
    subprocess.run([obit, "-q", "-C", folder, "build", "--at", AT], check=True)
    return folder / "build"


def awards(folder: Path) -> dict[str, str]:
    """Return state → the page of an award in that state."""
    ledger = FolderStore(folder / ".obit" / "preview").replay().ledger()
    return {award.state: f"awards/{award.id}/" for award in ledger.awards.values()}


def pages(site: Path) -> list[str]:
    """Return a page of each kind, an award in each state, and the gallery: each is in all languages."""
    gallery = [f"gallery/{p.parent.name}/" for p in sorted((site / "gallery").glob("*/index.html"))]
    ledger = FolderStore(site.parent / ".obit" / "preview").replay().ledger()
    return [*KINDS, holder_folder(ledger, HOLDER), *awards(site.parent).values(), *gallery]


def screenshots(site: Path) -> None:
    """Take the pictures."""
    target = ROOT / ".obit" / "screenshots"
    shutil.rmtree(target, ignore_errors=True)
    said = [page for name in pages(site) for page in (name, f"nl/{name}")]
    views = [{"width": width, "scheme": scheme} for width in WIDTHS for scheme in ("light", "dark")]
    wishes = [{"page": page, **view} for page in (*said, *ALONE) for view in views]
    measured(site, target, wishes)
    print(f"{len(list(target.iterdir()))} pictures in {target.relative_to(ROOT)}")


def measured(site: Path, pictures: Path, wishes: list[dict[str, object]]) -> list[dict[str, Any]]:
    """Take a picture of each page that is wished for, and return what was seen on it."""
    lines = "".join(json.dumps(wish) + "\n" for wish in wishes)
    told = _node("measure.mjs", site, "/", "--shots", pictures, lines=lines)
    return [json.loads(line) for line in told.splitlines()]


def lighthouse(site: Path) -> None:
    """Print the scores, and what costs points."""
    # A preview asks search engines to stay away, which costs points that no published page loses.
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8").replace('<meta name="robots" content="noindex">\n', "")
        page.write_text(text, "utf-8")
    award = awards(site.parent)["active"]
    for line in _node("lighthouse.mjs", site, "/", award, BADGE, "badges/", "verify/").splitlines():
        said = json.loads(line)
        scores = " ".join(
            f"{said[c]:>3}" for c in ("performance", "accessibility", "best-practices", "seo")
        )
        print(f"{scores}  {said['form']:<8} /{said['page']}  {'; '.join(said['lost'])}")


def _node(program: str, *arguments: object, lines: str = "") -> str:
    environment = {**os.environ, "CHROMIUM": shutil.which("chromium") or "/usr/bin/chromium"}
    command = ["node", PROGRAMS / program, *map(str, arguments)]
    done = subprocess.run(
        command, check=True, env=environment, input=lines, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


if __name__ == "__main__":
    work = {"screenshots": screenshots, "lighthouse": lighthouse}.get(sys.argv[-1])
    if work is None:
        sys.exit(__doc__)
    work(built(ROOT / ".obit" / "looked-at"))
