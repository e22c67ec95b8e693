"""Write the golden site: what one small repository becomes, byte for byte.

    python scripts/write_golden.py          # after a change on purpose; then read the diff

Of pictures, of the gallery, and of the default language's second copies, only the SHA-256 is kept,
in digests.json. The badge's picture is a PNG, so that no rasteriser takes part in it; only the site's
icons are drawn.
"""

import datetime
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from obit_build import pipeline

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
DIGESTS = "digests.json"
KEPT = (".html", ".json", ".xml", ".txt", ".css")


def fixed(size: int) -> bytes:
    """Return the same bytes each time: the golden site's salt and preview key."""
    return hashlib.shake_256(b"obit's golden site").digest(size)


def build(folder: Path) -> Path:
    """Build the golden repository in ``folder``; return the site."""
    root = folder / "repository"
    shutil.copytree(GOLDEN / "repository", root)
    setting = pipeline.Setting(root=root, now=AT, at=AT, entropy=fixed, preview=True)
    pipeline.build(setting, root / "build")
    return root / "build"


def kept(site: Path) -> dict[str, bytes]:
    """Return the files that are compared byte for byte, and the digests of the others."""
    files = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and "assets" not in path.parts
    }
    texts = {
        path: data
        for path, data in files.items()
        if path.endswith(KEPT) and not path.startswith("fr/") and "gallery/" not in path
    }
    others = {
        path: hashlib.sha256(data).hexdigest() for path, data in files.items() if path not in texts
    }
    return {DIGESTS: (json.dumps(others, indent=1) + "\n").encode(), **texts}


def main() -> None:
    """Write the golden site anew."""
    with tempfile.TemporaryDirectory() as folder:
        files = kept(build(Path(folder)))
    shutil.rmtree(GOLDEN / "site", ignore_errors=True)
    for path, data in files.items():
        target = GOLDEN / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    print(f"wrote {len(files)} files")


if __name__ == "__main__":
    sys.exit(main())
