"""Git as obit runs it: what it may see of its surroundings, and what it may start."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from processes import ended

from obit_build.errors import GitError
from obit_build.ledger.git_runner import FIX_GIT, Git, address_of, reason, settings_of

SURROUNDINGS = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


@pytest.fixture
def clone(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path / "clone")], check=True)
    return tmp_path / "clone"


def configured(clone, name, value):
    subprocess.run(["git", "-C", str(clone), "config", "--add", name, value], check=True)


def seen_by(git):
    """The environment and the arguments of what git starts."""
    return git.run("-c", "alias.look=!env", "look").out.decode()


def test_git_sees_what_it_needs_and_no_key(tmp_path):
    secret = "-----BEGIN PRIVATE KEY-----"
    environment = {
        **SURROUNDINGS, "OBIT_KEY": secret, "OBIT_KEY_CENTRE": secret, "LD_PRELOAD": "x.so", "GIT_DIR": "/x",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/x",
        "OBIT_LEDGER_TOKEN": "t0ken", "SSH_AUTH_SOCK": "/agent", "GIT_REPLACE_REF_BASE": "x",
    }  # fmt: skip

    seen = seen_by(Git(tmp_path, environment))

    assert secret not in seen
    assert "LD_PRELOAD" not in seen
    assert "GIT_REPLACE_REF_BASE" not in seen
    assert "OBIT_LEDGER_TOKEN=t0ken\n" in seen
    assert "SSH_AUTH_SOCK=/agent\n" in seen
    assert "GIT_TERMINAL_PROMPT=0\n" in seen
    assert "GIT_NO_REPLACE_OBJECTS=1\n" in seen
    assert "GIT_SSH_COMMAND=ssh -oBatchMode=yes\n" in seen


def test_a_search_path_through_the_present_folder_is_cut(tmp_path):
    (tmp_path / "git").write_text("#!/bin/sh\ntouch pwned\n")
    (tmp_path / "git").chmod(0o755)
    folder = Path(shutil.which("git")).parent

    done = Git(tmp_path, {**SURROUNDINGS, "PATH": f".::bin:{folder}"}).run("version")

    assert done.out.startswith(b"git version")
    assert not (tmp_path / "pwned").exists()


def test_without_git_there_is_a_sentence(tmp_path):
    with pytest.raises(GitError) as caught:
        Git(tmp_path, {"PATH": str(tmp_path)}).run("version")
    assert caught.value.message == "git can't be run: No such file or directory"
    assert caught.value.fix == FIX_GIT
    assert caught.value.exit_code == 4


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path, must_end):
    git = Git(tmp_path, SURROUNDINGS)

    with pytest.raises(GitError) as caught:
        git.run("-c", f"alias.wait=!echo $$ > {tmp_path}/pid; sleep 600", "wait", seconds=1)

    assert caught.value.message == "git -c did not end within 1 seconds"
    assert ended(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(
    "url", ["ext::sh -c 'touch pwned'", "http://127.0.0.1:1/x", "git://127.0.0.1:1/x"]
)
def test_other_transports_are_refused_by_git_itself(tmp_path, url):
    git = Git(tmp_path, SURROUNDINGS, (("remote.ledger.url", url),))

    done = git.run("ls-remote", "--", "ledger")

    assert done.code == 128
    assert "not allowed" in done.err
    assert not (tmp_path / "pwned").exists()


def test_settings_by_which_git_reaches_a_remote_are_taken_over_and_no_others(clone):
    for name, value in {
        "http.https://forge.example/.extraheader": "Authorization: basic s3cret",
        "credential.helper": "store",
        "url.https://forge.example/.insteadOf": "gh:",
        "core.sshCommand": "ssh -i key",
        "core.hooksPath": "/x",
        "core.fsmonitor": "touch pwned",
        "http.sslVerify": "false",
        "protocol.ext.allow": "always",
        "filter.x.clean": "touch pwned",
        "alias.fetch": "!touch pwned",
        "core.attributesFile": "/x",
    }.items():
        configured(clone, name, value)

    found = dict(settings_of(clone, SURROUNDINGS))

    assert found == {
        "http.https://forge.example/.extraheader": "Authorization: basic s3cret",
        "credential.helper": "store",
        "url.https://forge.example/.insteadof": "gh:",
        "core.sshcommand": "ssh -i key",
    }


def test_settings_in_the_environment_are_taken_over_too(clone):
    environment = {
        **SURROUNDINGS, "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.https://forge.example/.extraheader", "GIT_CONFIG_VALUE_0": "X: y",
    }  # fmt: skip

    assert settings_of(clone, environment) == (("http.https://forge.example/.extraheader", "X: y"),)


def test_a_way_to_run_ssh_that_somebody_chose_is_kept(tmp_path):
    by_setting = seen_by(Git(tmp_path, SURROUNDINGS, (("core.sshcommand", "ssh -i key"),)))
    by_variable = seen_by(Git(tmp_path, {**SURROUNDINGS, "GIT_SSH_COMMAND": "ssh -v"}))

    assert "GIT_SSH_COMMAND" not in by_setting
    assert "GIT_SSH_COMMAND=ssh -v\n" in by_variable


def test_a_remote_is_found_by_its_name_and_only_by_it(clone):
    configured(clone, "remote.origin.url", "https://forge.example/x.git")

    assert address_of(clone, "origin", SURROUNDINGS) == "https://forge.example/x.git"
    assert address_of(clone, "o.igin", SURROUNDINGS) is None
    assert address_of(clone, "upstream", SURROUNDINGS) is None


@pytest.mark.parametrize(
    ("said", "reasoned"),
    [
        ("", "no reason given"),
        ("warning: x\nfatal: unable to access 'https://u:p4ss@forge.example/x/': no\n", "unable to access 'https://forge.example/x/': no"),
        ("remote: ERROR: no\x1b[31m\n", "no\ufffd[31m"),
        ("error: " + "x" * 900, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_what_git_complains_of_is_one_plain_line_without_a_password(said, reasoned):
    assert reason(said) == reasoned
