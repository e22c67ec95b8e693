"""Make the pictures of README and docs (python scripts/screenshot.py).

Builds the sample site as of a fixed day into a temporary folder and writes docs/images: an award's
page as Chromium shows it, and the certificate of the same award as Typst draws it. Needs what
``make test`` installs.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typst
from look_at_pages import built, measured
from PIL import Image

from obit_build.centre.load import load_repository
from obit_build.ledger.folder import FolderStore
from obit_build.pictures.typesetting import MAIN, TypstTypesetter
from obit_build.pipeline.build import pictures_of
from obit_build.strict_json import JsonObject
from obit_build.theme import default_theme
from obit_build.website.render import Theme
from obit_build.website.shared import SiteInputs
from obit_build.website.site import plan_site

PROJECT = Path(__file__).parent.parent
TARGET = PROJECT / "docs" / "images"
BADGE = "analyse-de-trafic-reseau"
LANGUAGE = "en"
DOTS_PER_INCH = 96
COLOURS = 256


class _Drawing(TypstTypesetter):
    """Draws what it sets: the last certificate is in ``drawn`` as PNG."""

    drawn = b""

    def certificate(
        self, given: JsonObject, credential: bytes, pictures: Mapping[str, bytes]
    ) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            for path, data in {**self._files, **pictures, "main.typ": MAIN.encode()}.items():
                place = Path(folder, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            compiler = typst.Compiler(root=folder, ignore_system_fonts=True)
            inputs = {"given": json.dumps(given), "credential": credential.decode()}
            self.drawn = compiler.compile(
                input=f"{folder}/main.typ", format="png", ppi=DOTS_PER_INCH, sys_inputs=inputs
            )
        return super().certificate(given, credential, pictures)


def main() -> None:
    """Build, take the picture of the page, draw the certificate."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "sample"
        site = built(root)
        ledger = FolderStore(root / ".obit" / "preview").replay().ledger()
        award = next(a for a in ledger.awards.values() if a.badge == BADGE and a.state == "active")
        shots = root / "shots"
        measured(site, shots, [{"page": f"{LANGUAGE}/awards/{award.id}/", "fold": True}])
        shutil.copy(next(shots.iterdir()), TARGET / "badge-page.png")
        (TARGET / "certificate.png").write_bytes(certificate(root, award.id))
    for picture in sorted(TARGET.glob("*.png")):
        Image.open(picture).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            picture, optimize=True
        )
        print(f"wrote {picture.relative_to(PROJECT)}: {picture.stat().st_size} bytes")


def certificate(root: Path, award: str) -> bytes:
    """Draw the certificate of an award of the built sample."""
    repository, _ = load_repository(root)
    store = FolderStore(root / ".obit" / "preview")
    ledger = store.replay().ledger()
    texts = default_theme()
    with _Drawing({p: t.encode() for p, t in texts.items() if p.endswith(".typ")}) as typesetter:
        inputs = SiteInputs(
            repository=repository,
            ledger=ledger,
            credential=lambda x: store.credential(x, ledger.awards[x].sha256),
            token=lambda x: store.token(x, ledger.awards[x].token_sha256 or ""),
            status_lists={},
            pictures={
                slug: pictures_of(repository, x) for slug, x in repository.achievements.items()
            },
            theme=Theme(texts),
            at=ledger.last_at,
            commit="",
            typesetter=typesetter,
        )
        for file in plan_site(inputs):
            if file.path == f"awards/{award}/certificate.{LANGUAGE}.pdf":
                return typesetter.drawn
    raise SystemExit(f"the award {award} has no certificate")


if __name__ == "__main__":
    main()
