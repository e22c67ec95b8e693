"""Make the README's picture of a badge page (python scripts/screenshot.py).

Builds the sample site as of a fixed day into a temporary folder, opens an award's page in
Chromium, and writes docs/images/badge-page.png. Needs what ``make test`` installs.
"""

import shutil
import tempfile
from pathlib import Path

from look_at_pages import built, measured

from obit_build.ledger_store import FolderStore

PROJECT = Path(__file__).parent.parent
TARGET = PROJECT / "docs" / "images" / "badge-page.png"
BADGE = "analyse-de-trafic-reseau"


def main() -> None:
    """Build, open, take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "sample"
        site = built(root)
        ledger = FolderStore(root / ".obit" / "preview").replay().ledger()
        award = next(a for a in ledger.awards.values() if a.badge == BADGE and a.state == "active")
        shots = root / "shots"
        measured(site, shots, [{"page": f"en/awards/{award.id}/", "fold": True}])
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(next(shots.iterdir()), TARGET)
        print(f"wrote {TARGET.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
