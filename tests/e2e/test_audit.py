"""A published site, audited over the network: the installed command against a server."""

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager

import pytest
from sample import AT
from warm import INSTALLED

LATER = "2026-11-21T18:00:00Z"
DID = "issuers/centre/did.json"


@pytest.fixture
def deployed(obit, small, tmp_path):
    """A live site, built and copied to a host's folder."""
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    assert obit(small, "issue", "--at", AT, OBIT_KEY=key.read_text()).code == 0
    assert obit(small, "build", "--at", AT).code == 0
    shutil.copytree(small / "build", tmp_path / "host")
    return tmp_path / "host"


@contextmanager
def host(folder, like="github-pages"):
    process = subprocess.Popen(
        [str(INSTALLED), "serve", "--port", "0", "--site", str(folder), "--like", like],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
    try:
        yield found.group()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 0


def audit(obit, small, url, *more):
    return obit(small, "audit", url, "--built", "build", "--at", LATER, *more)


@pytest.mark.parametrize("like", ["github-pages", "gitlab-pages", "netlify"])
def test_a_deployed_site_passes_on_every_host(obit, small, deployed, like):
    with host(deployed, like) as url:
        done = audit(obit, small, url, "--sample", "all", "--format", "json")

    said = json.loads(done.out)
    assert (done.code, said["ok"], said["summary"]) == (0, True, "nothing is wrong"), done.out
    (files,) = (step for step in said["steps"] if step["name"] == "files")
    assert files["findings"][0]["message"].endswith(" files, the same bytes as those built")


def test_one_changed_byte_of_a_key_ends_with_1_and_says_so(obit, small, deployed):
    did = deployed / DID
    did.write_bytes(did.read_bytes().replace(b"publicKeyMultibase", b"publicKeyMultibaze", 1))

    with host(deployed) as url:
        done = audit(obit, small, url)

    assert done.code == 1
    assert (
        "keys          ✗ wrong      issuers/centre/did.json says something else about its keys "
        "than the ledger\n"
    ) in done.out


def test_a_site_that_can_not_be_reached_ends_with_4(obit, small):
    done = obit(small, "audit", "http://127.0.0.1:1/")

    assert (done.code, done.out) == (4, "")
    assert done.err == (
        "error: 127.0.0.1:1 can't be reached (ConnectionRefusedError)\n"
        "  fix: look at the address, which is https and public or http on this computer, and at "
        "the host\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["http://127.0.0.1:1/?a=b"], 2, "is not the address of a site"),
        (["https://badges.example:999999/"], 2, "is not the address of a site"),
        (["http://[::1"], 2, "is not the address of a site"),
        (["http://127.0.0.1:1/", "--sample", "0"], 2, "'0' is neither a number from 1 nor all"),
        (["http://127.0.0.1:1/", "--badge", "obit.yaml"], 2, "only a ledger knows which"),
        (["http://127.0.0.1:1/", "--built", "badges"], 1, "badges is not a site that obit built"),
        (["http://127.0.0.1:1/", "--ledger", "badges"], 1, "there is no ledger in badges"),
        (["http://intranet/"], 4, "is not a public https address"),
    ],
)
def test_what_can_not_be_audited_is_refused_in_words(obit, small, arguments, code, words):
    done = obit(small, "audit", *arguments)

    assert done.code == code
    assert words in done.err


def test_without_an_address_the_site_of_the_settings_is_asked(obit, small, tmp_path):
    settings = small / "obit.yaml"
    settings.write_text(settings.read_text().replace("badges.example.org", "badges.invalid"))

    own = obit(small, "audit")
    nowhere = obit(tmp_path, "audit")

    assert own.code == 4
    assert own.err.startswith("error: there is no site called badges.invalid\n")
    assert nowhere.code == 2
    assert nowhere.err == (
        "error: there is no obit.yaml here that names a site\n  fix: give the site's address\n"
    )


def test_settings_are_printed_and_those_of_netlify_are_on_the_site(obit, small):
    obit(small, "build", "--at", AT)

    nginx, netlify = obit(small, "hosts", "nginx"), obit(small, "hosts", "netlify")

    assert "    server_name badges.example.org;\n" in nginx.out
    assert netlify.out == (small / "build" / "_headers").read_text()


def test_a_folder_that_is_no_site_is_not_served(obit, small):
    done = obit(small, "serve", "--site", "badges")

    assert (done.code, done.err) == (
        1,
        "error: badges is not a site that obit built\n  fix: name the folder of obit build\n",
    )
