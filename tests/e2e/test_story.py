"""A newcomer's path through the installed command, and what it prints."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest
from running import Done, run, tree
from sample import AT
from warm import INSTALLED


@pytest.fixture
def obit() -> Callable[..., Done]:
    """The installed program itself, started anew for each command as a newcomer does."""
    return partial(run, obit=INSTALLED)


def test_a_fresh_clone_is_built_verified_and_summed_up(obit, sample):
    done = obit(sample, "build", "--at", AT)

    assert done.code == 0, done.err
    assert "31 awards in the ledger (1 replaced, 1 revoked, 1 suspended)" in done.err
    assert re.search(r"31 credentials and \d+ images verified", done.err)
    assert "preview: signed with this clone's own key" in done.err


def test_a_built_site_verifies_offline_and_a_changed_character_is_noticed(obit, small):
    obit(small, "build", "--at", AT)
    good = obit(small, "verify", str(small / "build"), "--at", AT)
    credential = next((small / "build" / "awards").glob("*/credential.json"))
    credential.write_text(credential.read_text().replace("Tableur 1", "Tableur 2", 1))

    bad = obit(small, "verify", str(credential), "--site", str(small / "build"), "--at", AT)

    assert good.code == 0, good.out
    assert good.out == "This is a preview: it proves nothing.\n6 checked: 6 preview\n"
    assert bad.code == 1
    assert "[proof.signature]" in bad.out


def test_building_again_signs_nothing_and_writes_the_same_bytes(obit, small):
    obit(small, "build", "--at", AT)
    first = tree(small / "build")
    ledger = tree(small / ".obit")

    again = obit(small, "build", "--at", AT)

    assert "0 signed now, 2 unchanged" in again.err
    assert tree(small / "build") == first
    assert tree(small / ".obit") == ledger


def test_a_live_ledger_is_issued_with_the_published_key_and_built_without_any(
    obit, small, tmp_path
):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )

    unissued = obit(small, "build", "--at", AT)
    issued = obit(small, "issue", "--at", AT, OBIT_KEY=key.read_text())
    again = obit(small, "issue", "--at", AT)
    built = obit(small, "build", "--at", AT)

    assert unissued.code == 1
    assert "there is no ledger yet" in unissued.err
    assert issued.code == 0, issued.err
    assert again.code == 0, "a run without change needs no key"
    assert built.code == 0, built.err
    did = json.loads((small / "build/issuers/centre/did.json").read_text())
    assert did["verificationMethod"][0]["publicKeyMultibase"] == public
    credential = next((small / "build" / "awards").glob("*/credential.json")).read_text()
    assert "PREVIEW" not in credential
    assert "termsOfUse" not in credential


def test_a_key_that_is_not_the_published_one_is_refused_before_anything_is_written(
    obit, small, tmp_path
):
    mine, other = tmp_path / "mine.pem", tmp_path / "other.pem"
    public = obit(small, "key", "new", str(mine)).out.strip()
    wrong = obit(small, "key", "new", str(other)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )

    done = obit(small, "issue", "--at", AT, OBIT_KEY=other.read_text())

    assert done.code == 4
    assert done.err == (
        f'error: the signer of "centre" holds the key {wrong}, but obit.yaml publishes {public}\n'
        "  fix: give the signer the published key, or publish its key in obit.yaml\n"
    )
    assert not list((small / ".obit").rglob("*.json")), "the ledger was not begun"


def test_an_edited_preview_is_shown_as_edited_under_the_same_address(obit, small):
    obit(small, "build", "--at", AT)
    before = {p.parent.name for p in (small / "build/awards").glob("*/credential.json")}
    badge = small / "badges/tableur-1/badge.yaml"
    badge.write_text(badge.read_text().replace("Tableur 1", "Tableur un"))

    done = obit(small, "build", "--at", AT)

    assert done.code == 0, done.err
    after = list((small / "build/awards").glob("*/credential.json"))
    assert {p.parent.name for p in after} == before
    assert all("Tableur un" in p.read_text() for p in after)


def test_plan_names_codes_only_and_tells_pending_changes_by_its_exit_code(obit, small):
    done = obit(small, "plan", "--exit-code", "--at", AT)

    assert done.code == 3
    assert done.out == (
        "2 to issue, 0 unchanged\n  + issue     tableur-1 v1  2026-03-14  2m8qa4xd, 7f3k9m2q\n"
    )


def test_no_name_and_no_address_of_a_person_leaves_the_private_list(obit, small):
    plan = obit(small, "plan", "--format", "markdown", "--at", AT)
    build = obit(small, "build", "--at", AT)
    said = plan.out + plan.err + build.out + build.err
    files = b"\n".join(
        path.encode() + data for path, (_, data) in tree(small / "build").items()
    ) + b"\n".join(data for _, data in tree(small / ".obit").values())

    for secret in ("Zebedee", "Quux", "zq-7f3a", "zq-7f3a@example.org"):
        assert secret not in said
        assert secret.encode() not in files


def test_baking_by_hand_and_taking_out_again_gives_the_same_bytes(obit, small, tmp_path):
    obit(small, "build", "--at", AT)
    credential = next((small / "build" / "awards").glob("*/credential.json"))
    image = small / "build/badges/tableur-1/v1/image.png"
    baked = tmp_path / "badge.png"

    first = obit(small, "bake", str(image), str(credential), "-o", str(baked))
    out = obit(small, "unbake", str(baked))

    assert (first.code, out.code) == (0, 0)
    assert out.out == credential.read_text()


def test_the_help_lists_every_command_and_a_typo_gets_a_suggestion(obit, tmp_path):
    told = obit(tmp_path, "--help")
    typo = obit(tmp_path, "pln")

    for command in ("check", "plan", "issue", "build", "serve", "verify", "bake", "unbake", "key"):
        assert f"  {command} " in told.out
    assert typo.code == 2
    assert 'There is no command "pln". Did you mean "plan"?' in typo.err


def test_a_reader_that_stops_early_is_no_error(obit, small):
    obit(small, "build", "--at", AT)
    verify = f"{INSTALLED} verify {small}/build --site {small}/build --all --at {AT}"

    done = subprocess.run(
        ["sh", "-c", f"{verify} | head -n 1"], check=False, capture_output=True, text=True
    )

    assert "valid" in done.stdout or "preview" in done.stdout
    assert done.stderr == ""


NO_NETWORK = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        raise SystemExit(f"the network was asked: {event}")
from obit_build.cli import main
sys.addaudithook(watch)
sys.argv[0] = "obit"
main()
"""


@pytest.mark.invariant(14)
def test_a_live_site_is_built_without_the_key_and_without_the_network(obit, small, tmp_path):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    obit(small, "issue", "--at", AT, OBIT_KEY=key.read_text())
    key.unlink()

    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, "-C", str(small), "build", "--at", AT],
        check=False, capture_output=True, text=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "2 credentials and 4 images verified" in done.stderr
