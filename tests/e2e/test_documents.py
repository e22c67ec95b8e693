"""Every JSON file of the sample's site is of a known kind and fits its published schema."""

import json

import pytest
from sample import built_sample
from site_documents import KINDS, kind_of

from obit_build.issuing import schemas


def test_every_json_file_of_the_sample_fits_its_schema(tmp_path_factory: pytest.TempPathFactory):
    site = built_sample(tmp_path_factory) / "build"
    seen = set()

    for path in sorted(site.rglob("*.json")):
        name = path.relative_to(site).as_posix()
        if name.startswith("schemas/"):
            continue
        kind = kind_of(name)
        schemas.check(kind, json.loads(path.read_bytes()))
        seen.add(kind)

    assert seen == set(KINDS.values())
