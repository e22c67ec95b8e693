"""Every JSON file of the sample's site is of a known kind and fits its published schema."""

import json
from pathlib import Path

from running import run
from sample import AT
from site_documents import KINDS, kind_of

from obit_build import schemas


def test_every_json_file_of_the_sample_fits_its_schema(sample: Path):
    built = run(sample, "build", "--at", AT)
    assert built.code == 0, built.err
    site = sample / "build"
    seen = set()

    for path in sorted(site.rglob("*.json")):
        name = path.relative_to(site).as_posix()
        if name.startswith("schemas/"):
            continue
        kind = kind_of(name)
        schemas.check(kind, json.loads(path.read_bytes()))
        seen.add(kind)

    assert seen == set(KINDS.values())
