"""Parts of obit and of the libraries it stands on, each timed in a process of its own.

    parts.py WHAT FOLDER COUNT [FILES BYTES]

prints the CPU seconds for one item. FOLDER holds ``repository/``, ``site/`` (built of it), ``badge.png`` and
``documents.jsonl`` (credentials without proof); ``documents`` writes the last.
"""

import datetime
import gc
import hashlib
import io
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from synthetic import SITE

from obit_build.centre.load import load_repository
from obit_build.cli.program import COLLECTION
from obit_build.issuing.drafts import Draft
from obit_build.issuing.issue import allocation
from obit_build.issuing.press import Press
from obit_build.issuing.signing import Signer
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger
from obit_build.network.fetch import SiteFolder
from obit_build.package import PACKAGE
from obit_build.pictures import bake
from obit_build.pipeline.build import pictures_of
from obit_build.pipeline.making import BATCH, varied_first
from obit_build.publishing.site_folder import write_new
from obit_build.securing.keys import did_for
from obit_build.signers.opening import throwaway_signer
from obit_build.theme import default_theme
from obit_build.verifying.verify import verify
from obit_build.website.files import OutputFile
from obit_build.website.render import Theme
from obit_build.website.shared import Shared, SiteInputs
from obit_build.website.units import Units

AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def timed(work: Callable[[Any], object], items: list[Any]) -> float:
    """Do the work for all items after a warm-up with two; return the CPU seconds for one."""
    for item in items[:2]:
        work(item)
    started = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - started) / len(items)


def entropy(count: int) -> bytes:
    """Return the same bytes in every run."""
    return hashlib.shake_256(b"obit benchmark").digest(count)


def drafts(folder: Path) -> Iterator[Callable[[], tuple[Press, Draft]]]:
    """Yield for each award what takes its credential apart."""
    repository, _ = load_repository(folder / "repository")
    assert repository is not None
    ledger = Ledger(mode="preview", site=SITE, salt=bytes(32), size=1, head="", last_at=AT)
    press = Press(repository)
    for index, award in enumerate(repository.awards):
        badge = repository.achievements[award.key.badge]

        def draft(index: int = index, award: Any = award, badge: Any = badge) -> Any:
            given = allocation(ledger, ledger.award_id(award.key), 1, index)
            issuer = repository.issuer_of(badge)
            return press, press.drafts.draft(badge, award, given, issuer=issuer, preview=True)

        yield draft


def sign(folder: Path, count: int) -> float:
    """Go from the model to the signed JSON, for many awards of few badges; nothing is looked at."""
    signer, did = throwaway_signer("EdDSA", entropy), did_for(SITE, "centre")

    def work(draft: Callable[[], tuple[Press, Draft]]) -> None:
        press, drafted = draft()
        stamped = press.stamp(drafted, did, signer, AT)
        assert stamped is not None

    return timed(work, _met(folder, count, signer, did))


def sign_and_check(folder: Path, count: int) -> float:
    """Do the same, and check each signature, as issuing does."""
    signer, did = throwaway_signer("EdDSA", entropy), did_for(SITE, "centre")

    def work(draft: Callable[[], tuple[Press, Draft]]) -> None:
        press, drafted = draft()
        press.sign(drafted, did, signer, AT)

    return timed(work, _met(folder, count, signer, did))


def _met(folder: Path, count: int, signer: Signer, did: str) -> list[Any]:
    """Return ``count`` drafts, after others of the same badges were signed.

    Others, since obit works out once in a run whether a signature is good: a draft that had been
    signed before would be checked for nothing.
    """
    items = list(drafts(folder))
    items = items[:: max(1, len(items) // (2 * count))][: 2 * count]
    for item in items[::2]:
        press, drafted = item()
        press.sign(drafted, did, signer, AT)
    return items[1::2]


def documents(folder: Path, count: int) -> float:
    """Write credentials without proof for the others to sign."""
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for draft in itertools.islice(drafts(folder), count):
            file.write(json.dumps(draft()[1].document()) + "\n")
    return 0.0


def bare(_folder: Path, count: int) -> float:
    """Sign 64 bytes, and nothing else."""
    signer = throwaway_signer("EdDSA", entropy)
    return timed(signer.sign, [bytes([n % 256]) * 64 for n in range(count)])


def bare_and_check(_folder: Path, count: int) -> float:
    """Sign 64 bytes and check the signature."""
    signer = throwaway_signer("EdDSA", entropy)
    public = Ed25519PublicKey.from_public_bytes(signer.public_key)
    return timed(
        lambda data: public.verify(signer.sign(data), data),
        [bytes([n % 256]) * 64 for n in range(count)],
    )


def pyld(folder: Path, count: int) -> float:
    """Do what the standard describes with PyLD: normalise document and proof, hash, sign."""
    from pyld import jsonld  # noqa: PLC0415 - only this part needs it

    contexts = {}
    contexts_of = PACKAGE / "contexts"
    lock = json.loads((contexts_of / "lock.json").read_text())
    for url, entry in lock.items():
        path = contexts_of / entry["file"]
        contexts[url] = {
            "contextUrl": None,
            "documentUrl": url,
            "document": json.loads(path.read_text()),
        }
    signer = throwaway_signer("EdDSA", entropy)
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": lambda url, _options: contexts[url],
    }

    def work(document: dict[str, Any]) -> str:
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-11-21T12:00:00Z",
            "verificationMethod": "did:example:1#k",
            "proofPurpose": "assertionMethod",
        }
        hashes = [
            hashlib.sha256(jsonld.normalize(part, options).encode()).digest()
            for part in ({"@context": document["@context"], **proof}, document)
        ]
        value = signer.sign(b"".join(hashes)).hex()
        return json.dumps({**document, "proof": {**proof, "proofValue": value}})

    return timed(work, given(folder, count))


def given(folder: Path, count: int) -> list[dict[str, Any]]:
    """Read the credentials without proof."""
    with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in itertools.islice(lines, count)]


def bake_png(folder: Path, count: int) -> float:
    """Put credentials into one picture."""
    blank = bake.prepare((folder / "badge.png").read_bytes())
    return timed(blank.with_credential, [json.dumps(x) for x in given(folder, count)])


def pillow(folder: Path, count: int) -> float:
    """Open the picture, add the text, encode it again."""
    from PIL import Image, PngImagePlugin  # noqa: PLC0415 - only this part needs it

    data = (folder / "badge.png").read_bytes()

    def work(text: str) -> bytes:
        info, out = PngImagePlugin.PngInfo(), io.BytesIO()
        info.add_itxt("openbadgecredential", text)
        Image.open(io.BytesIO(data)).save(out, "PNG", pnginfo=info)
        return out.getvalue()

    return timed(work, [json.dumps(x) for x in given(folder, count)])


def verify_many(folder: Path, count: int) -> float:
    """Verify published credentials, all eleven steps."""
    fetch = SiteFolder(folder / "site", SITE)
    files = sorted((folder / "site" / "awards").glob("*/credential.json"))[:count]

    def work(data: bytes) -> None:
        report = verify(data, name="x", at=AT, fetch=fetch)
        assert {step.outcome for step in report.steps[:5]} == {"passed"}

    return timed(work, [file.read_bytes() for file in files])


def render(folder: Path, count: int) -> float:
    """Render awards' pages in all languages and write them: seconds for one page.

    What the pages of a badge look like is learnt before, as a build learns it: of the awards that it makes first.
    """
    repository, _ = load_repository(folder / "repository")
    assert repository is not None
    store = FolderStore(folder / "repository" / ".obit" / "preview")
    ledger = store.replay().ledger()
    inputs = SiteInputs(
        repository=repository,
        ledger=ledger,
        credential=lambda name: store.credential(name, ledger.awards[name].sha256),
        status_lists={},
        pictures={
            slug: pictures_of(repository, badge) for slug, badge in repository.achievements.items()
        },
        theme=Theme(default_theme()),
        at=AT,
        commit="",
    )
    units = Units(Shared(inputs))
    awards = varied_first(ledger.awards.values(), BATCH)
    for award in itertools.islice(awards, BATCH):
        list(units.award(award).make())
    rest = [units.award(award) for award in itertools.islice(awards, count)]
    with tempfile.TemporaryDirectory(dir=folder) as out:
        pages, started = 0, time.process_time()
        for unit in rest:
            for file in unit.make():
                if isinstance(file, OutputFile) and file.path.endswith("/index.html"):
                    write_new(f"{out}/{pages}.html", file.data)
                    pages += 1
        return (time.process_time() - started) / pages


def floor(folder: Path, count: int, files: int, size: int) -> float:
    """Do what can't be avoided: a bare signature for each award, the same bytes in as many files; in all."""
    signer, body = throwaway_signer("EdDSA", entropy), os.urandom(max(size // files, 1))
    with tempfile.TemporaryDirectory(dir=folder) as out:
        started = time.process_time()
        for number in range(count):
            signer.sign(bytes([number % 256]) * 64)
        for number in range(files):
            Path(f"{out}/{number}").write_bytes(body)
        return time.process_time() - started


PARTS: dict[str, Callable[..., float]] = {
    "sign": sign,
    "sign and check": sign_and_check,
    "documents": documents,
    "bare": bare,
    "bare and check": bare_and_check,
    "pyld": pyld,
    "bake": bake_png,
    "pillow": pillow,
    "floor": floor,
    "render": render,
    "verify": verify_many,
}

if __name__ == "__main__":
    gc.set_threshold(*COLLECTION)  # as it is while obit runs; the libraries have it as well
    print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:]))))
