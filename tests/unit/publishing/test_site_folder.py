"""What is made in a site's folder has one mode, whatever the rules of the folder above are."""

import stat

import pytest

from obit_build.publishing.site_folder import make_first


@pytest.mark.parametrize(("mode", "kept"), [(0o755, True), (0o2755, False)], ids=["plain", "group"])
def test_a_folder_with_rules_for_those_in_it_is_told_from_a_plain_one(tmp_path, mode, kept):
    tmp_path.chmod(mode)

    assert make_first(f"{tmp_path}/new") is kept
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o755
