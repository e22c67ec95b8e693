"""What can happen to a ledger in Git: each ends with a sentence, and ledger and site stay as they were."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import AT, IDENTITY, Centre, git, program
from running import tree

COPY = "bring the ledger back from its last good copy; docs/how-to/ledger-in-git.md says how"
RESTORE = "bring the branch back from a clone or a backup, as docs/how-to/ledger-in-git.md says"
DAMAGED = "restore the ledger from its last good copy; never edit it by hand"
REMOTE = "check the address, the network and the access rights, then run the command again"


def refused(centre: Centre, *arguments: str, code: int = 1, **environment: str) -> str:
    """Issue in vain: nothing was written anywhere. Return what was said."""
    tip, site = centre.tip, tree(centre.root / "build")

    done = centre.issue(*arguments, **environment)

    assert done.code == code, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert centre.tip == tip
    assert tree(centre.root / "build") == site
    assert not list((centre.root / ".obit").glob("**/*.json")), "nothing beside the branch"
    return done.err


def rewritten(centre: Centre, change: str, *, parent: str = "obit-ledger^") -> None:
    """Let somebody change the ledger's branch by hand and push it with force."""
    work = centre.root.parent / "somebody"
    git(centre.root.parent, "clone", "-q", "-b", "obit-ledger", str(centre.remote), work.name)
    subprocess.run(["sh", "-ec", change], cwd=work, check=True, env={**os.environ, **IDENTITY})
    git(work, "add", "-A")
    git(work, "commit", "-q", "--allow-empty", "-m", "By hand")
    git(work, "push", "-q", "--force", "origin", "HEAD:obit-ledger")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("sed -i 's/\"seq\":2/\"seq\":7/' log/00000002.json", "event 2 of the ledger is damaged"),
        ("sed -i 's/\"version\":\"1\"/\"version\":\"2\"/' log/00000004.json", "event 5 of the ledger does not follow from the one before it"),
        ("rm log/00000003.json", "the ledger has 00000004.json where event 3 belongs"),
        ("echo > log/notes.txt", "the ledger has notes.txt where event 6 belongs"),
        ("ln -sf /etc/passwd log/00000006.json", "log/00000006.json of the ledger is a link"),
        ("ln -s ../log state/more", "state/more of the ledger is a link"),
        ("chmod +x log/00000001.json", "log/00000001.json of the ledger is a program"),
        (
            "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),log/00000006.json; mkdir log/00000006.json",
            "log/00000006.json of the ledger is a submodule",
        ),
    ],
)  # fmt: skip
def test_a_ledger_that_somebody_edited_is_refused(published, change, message):
    rewritten(published, change)

    assert refused(published) == f"error: {message}\n  fix: {DAMAGED}\n"


def test_an_edited_credential_is_found_when_the_site_is_built(published):
    rewritten(published, "for f in issued/*/*.json; do sed -i s/Tableur/Tabelle/ $f; done")
    before = tree(published.root / "build")

    done = published.build()

    assert done.code == 1
    assert "was changed after it was issued\n  fix: " + DAMAGED in done.err
    assert tree(published.root / "build") == before


def test_a_deleted_ledger_is_missed_because_it_is_pinned(published):
    git(published.remote, "update-ref", "-d", "refs/heads/obit-ledger")

    assert refused(published) == (
        f"error: the ledger is not there, but obit.yaml says that it has begun\n  fix: {COPY}\n"
    )
    assert published.build().err == (
        f"error: the ledger is not there, but obit.yaml says that it has begun\n  fix: {COPY}\n"
    )


def test_a_deleted_ledger_is_missed_because_this_clone_saw_it(published):
    published.git("fetch", "-q", "origin")
    git(published.remote, "update-ref", "-d", "refs/heads/obit-ledger")

    assert refused(published) == (
        f"error: the ledger's branch was there before and is gone\n  fix: {RESTORE}\n"
    )


def test_another_ledger_in_its_place_is_refused(published, tmp_path):
    git(published.remote, "update-ref", "-d", "refs/heads/obit-ledger")
    other = published.clone(tmp_path / "other")
    settings = other.root / "obit.yaml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if "genesis" not in line))
    assert other.issue().code == 0

    assert refused(published) == (
        "error: this is another ledger than the one that obit.yaml pins\n"
        f"  fix: look at ledger: in obit.yaml, or {COPY}\n"
    )


def test_a_force_push_is_noticed_by_whoever_saw_the_branch_before(published):
    published.git("fetch", "-q", "origin")
    rewritten(published, "git checkout -q --orphan new")

    assert refused(published) == (
        f"error: the ledger's branch was rewritten (a force push)\n  fix: {RESTORE}\n"
    )


@pytest.fixture
def ahead(published: Centre) -> tuple[Centre, str]:
    """A live site made from a ledger that was then put back by one run."""
    former = published.tip
    assert published.issue().code == 0
    assert published.build().code == 0
    published.award("2m8qa4xd", day="2026-05-03")
    git(published.remote, "update-ref", "refs/heads/obit-ledger", former)
    return published, former


@pytest.mark.invariant(8, 12)
def test_a_live_site_that_is_ahead_of_the_ledger_stops_everything(ahead):
    centre, _ = ahead

    assert refused(centre, "--live", "build") == (
        f"error: the live site shows 6 events; the ledger has fewer\n  fix: {COPY}\n"
    )


def test_a_ledger_that_went_another_way_than_the_live_site_is_refused(ahead):
    centre, _ = ahead
    (centre.root / "badges/tableur-1/awards/2026-05-02.yaml").unlink()
    centre.commit("Another way")
    assert centre.issue().code == 0  # nobody asks the live site
    centre.award("7f3k9m2q", day="2026-05-04")

    assert refused(centre, "--live", "build") == (
        f"error: the ledger and the live site tell different stories up to event 6\n  fix: {COPY}\n"
    )


def test_the_checkpoint_of_another_site_is_no_measure(published, tmp_path):
    (tmp_path / "site/log").mkdir(parents=True)
    text = (published.root / "build/log/checkpoint").read_text()
    (tmp_path / "site/log/checkpoint").write_text(
        text.replace("badges.example.org/log", "evil.example/log")
    )

    assert refused(published, "--live", str(tmp_path / "site")) == (
        "error: the live site shows the checkpoint of another site\n  fix: look at site: and --live\n"
    )


def test_a_live_site_with_nonsense_for_a_checkpoint_stops_the_run(published, tmp_path):
    (tmp_path / "site/log").mkdir(parents=True)
    (tmp_path / "site/log/checkpoint").write_text("<!doctype html>\n")

    assert refused(published, "--live", str(tmp_path / "site")) == (
        "error: this is not a signed checkpoint\n"
        "  fix: publish the site again, whole, with obit issue and obit build\n"
    )


def test_a_live_site_that_can_t_be_asked_stops_the_run(published):
    assert refused(published, "--live", "http://127.0.0.1:1", code=4) == (
        "error: the live site was not asked: 127.0.0.1:1 can't be reached (ConnectionRefusedError)\n"
        "  fix: try again later; if there is no live site yet, or none can be asked from here, "
        "add --live none\n"
    )


def test_a_first_site_has_no_checkpoint_and_that_is_fine(published, tmp_path):
    (tmp_path / "empty").mkdir()

    assert published.issue("--live", str(tmp_path / "empty")).code == 0


def test_a_main_branch_that_was_put_back_is_refused(published):
    assert published.issue().code == 0
    assert published.build().code == 0
    published.git("reset", "-q", "--hard", "HEAD~2")
    published.git("commit", "-q", "--allow-empty", "-m", "Another way")

    assert refused(published) == (
        "error: the ledger was last written for a commit that is not part of this one\n"
        "  fix: publish the newest commit of the main branch; if it was put back, bring it forward again\n"
    )


@pytest.mark.invariant(17)
def test_a_commit_of_the_future_is_refused(published):
    published.award("7f3k9m2q", day="2026-05-03", date="2099-01-01T00:00:00Z")

    done = published.obit("issue", "--live", "none")

    assert done.code == 1
    assert done.err.startswith("error: the commit is dated 2099-01-01T00:00:00Z, and it is 20")
    assert done.err.endswith(
        " now\n  fix: set the clock of the computer that made the commit, and commit again\n"
    )


def test_a_shallow_clone_is_refused(published, tmp_path):
    git(tmp_path, "clone", "-q", "--depth=1", published.root.as_uri(), "shallow")
    git(tmp_path / "shallow", "remote", "set-url", "origin", str(published.remote))
    shallow = Centre(tmp_path / "shallow", published.remote, published.pem)

    assert refused(shallow) == (
        "error: this clone's history is cut off (a shallow clone)\n"
        "  fix: fetch it whole: git fetch --unshallow, or fetch-depth: 0 in the workflow\n"
    )


def test_a_shallow_ledger_is_refused(published, tmp_path):
    assert published.issue().code == 0
    published.award("2m8qa4xd", day="2026-05-03")
    git(
        tmp_path,
        "clone",
        "-q",
        "--bare",
        "--depth=1",
        "-b",
        "obit-ledger",
        published.remote.as_uri(),
        "cut.git",
    )
    cut = Centre(published.root, tmp_path / "cut.git", published.pem)

    assert refused(cut, "--ledger", f"git:{cut.remote}") == (
        "error: the ledger's history is cut off (a shallow clone)\n"
        "  fix: use a remote with the whole branch, or fetch it with git fetch --unshallow\n"
    )


def test_a_remote_that_can_t_be_reached_is_a_sentence(published):
    published.git("remote", "set-url", "origin", str(published.remote.with_name("gone.git")))

    gone = published.remote.with_name("gone.git")
    assert refused(published, code=4) == (
        f"error: the ledger can't be reached: '{gone}' does not appear to be a git repository\n"
        f"  fix: {REMOTE}\n"
    )


def test_a_remote_that_is_not_there_is_a_sentence(published):
    assert refused(published, "--ledger", "git:upstream", code=4) == (
        'error: this clone has no remote called "upstream"\n'
        "  fix: name one that `git remote` lists, or give the address: git:https://…\n"
    )


def test_a_push_that_a_hook_rejects_is_a_sentence(published):
    hook = published.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'the branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)

    assert refused(published, code=4) == (
        "error: the ledger does not accept the entries: pre-receive hook declined\n"
        f"  fix: {REMOTE}\n"
    )


def test_a_token_that_may_only_read_is_a_sentence(published, tmp_path):
    """As forges answer: reading is served, writing refused with a line of ERROR."""
    ssh = program(
        tmp_path / "bin/ssh",
        'for last; do :; done\ncase "$last" in\n'
        '  git-upload-pack*) eval "exec $last" ;;\n'
        "  *) echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1 ;;\n"
        "esac\n",
    )
    where = f"git:ssh://git@forge.example{published.remote}"

    said = refused(
        published, "--ledger", where, code=4, GIT_SSH_COMMAND=str(ssh), GIT_SSH_VARIANT="ssh"
    )

    assert said == (
        "error: the ledger does not accept the entries: "
        "The key you are authenticating with has been marked as read only.\n"
        f"  fix: {REMOTE}\n"
    )


WRAPPER = """
for word; do [ "$word" = push ] && pushing=yes; done
{real} "$@"
code=$?
[ -n "$pushing" ] && {then}
exit $code
"""


def wrapped(folder: Path, then: str) -> str:
    """A search path on which git is a program that does ``then`` after a push."""
    real = shutil.which("git")
    program(folder / "git", WRAPPER.format(real=real, then=then))
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_a_push_of_which_the_answer_is_lost_counts(published, tmp_path):
    before = published.events()

    done = published.issue(PATH=wrapped(tmp_path / "bin", "exit 128"))
    again = published.issue(OBIT_KEY="")

    assert done.code == 0, done.err
    assert "1 to issue" in done.err
    assert "nothing to do, 3 unchanged" in again.err
    assert len(published.events()) == len(before) + 1


def test_a_run_that_dies_right_after_the_push_is_simply_run_again(published, tmp_path):
    done = published.issue(PATH=wrapped(tmp_path / "bin", "kill -9 $PPID"), TMPDIR=str(tmp_path))
    tip = published.tip

    again = published.issue(OBIT_KEY="")

    assert done.code == -9
    assert again.code == 0, again.err
    assert published.tip == tip


def test_a_run_that_dies_before_the_push_leaves_nothing_and_runs_again_alike(published, tmp_path):
    tip = published.tip
    program(
        tmp_path / "bin/git",
        'for word; do if [ "$word" = push ]; then kill -9 $PPID; exit 1; fi; done\n'
        f'exec {shutil.which("git")} "$@"\n',
    )
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"

    done = published.issue(PATH=path, TMPDIR=str(tmp_path))

    assert done.code == -9
    assert published.tip == tip
    twin = tmp_path / "twin.git"
    shutil.copytree(published.remote, twin)
    assert published.issue().code == 0
    assert published.issue("--ledger", f"git:{twin}").code == 0
    assert git(twin, "rev-parse", "obit-ledger") == published.tip


def test_replace_refs_and_attributes_and_hooks_change_nothing(published, tmp_path):
    """Whatever a clone's or a remote's Git is set up to do to files, the ledger's bytes are the commit's."""
    blob = git(published.remote, "rev-parse", "obit-ledger:log/00000002.json")
    evil = subprocess.run(
        ["git", "-C", str(published.remote), "hash-object", "-w", "--stdin"],
        input="{}\n", capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    git(published.remote, "replace", blob, evil)
    (published.remote / "info").mkdir(exist_ok=True)
    (published.remote / "info/attributes").write_text("* filter=evil text eol=crlf\n")
    published.git("config", "filter.evil.clean", f"touch {tmp_path}/pwned; cat")
    published.git("config", "filter.evil.smudge", f"touch {tmp_path}/pwned; cat")
    published.git("config", "core.fsmonitor", f"touch {tmp_path}/pwned; true")
    for hook in ("pre-push", "reference-transaction", "post-checkout"):
        program(published.root / ".git/hooks" / hook, f"touch {tmp_path}/pwned\n")

    done = published.issue()

    assert done.code == 0, done.err
    assert published.build().code == 0
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["$(touch${IFS}pwned)", "a;touch${IFS}pwned;b", "--upload-pack=x"])
def test_a_branch_called_like_a_command_is_only_a_name(published, name):
    published.git("update-ref", f"refs/heads/{name}", "HEAD")
    published.git("symbolic-ref", "HEAD", f"refs/heads/{name}")

    assert published.issue().code == 0
    assert not list(published.root.rglob("pwned*"))


@pytest.mark.parametrize(
    "where",
    [
        "git:--upload-pack=touch pwned", "git:origin#--force", "git:origin#a b", "git:origin#$(touch pwned)",
        "git:ext::sh -c touch% pwned", "git:origin#a..b", "git:origin#x.lock", "git:-x", "git:",
        "git:https://user:secret@forge.example/x.git", "git:http://forge.example/x.git", "git:ssh://-oProxyCommand=x/y",
        "git:git@-oProxyCommand=x:y", "git:origin#../../main", "git:origin#@{-1}",
    ],
)  # fmt: skip
def test_an_address_that_could_be_more_than_an_address_is_refused(published, where):
    said = refused(published, "--ledger", where, code=2)

    assert said.startswith("error: ")
    assert "secret" not in said
    assert not list(published.root.rglob("pwned*"))


def test_the_signing_key_reaches_no_program_that_git_starts(published, tmp_path):
    spy = program(
        tmp_path / "bin/git",
        f'env >> {tmp_path}/seen; echo "$@" >> {tmp_path}/seen\nexec {shutil.which("git")} "$@"\n',
    )

    done = published.issue(PATH=f"{spy.parent}{os.pathsep}{os.environ['PATH']}")

    seen = (tmp_path / "seen").read_text()
    assert done.code == 0
    assert "PRIVATE KEY" not in seen
    assert str(published.remote) not in "".join(
        line for line in seen.splitlines() if "push" in line
    )


def test_a_preview_asks_no_ledger_in_git(published):
    assert refused(published, "--preview", "--ledger", "git:origin", code=2) == (
        "error: the ledger of a preview is a folder\n  fix: leave --ledger out, or name a folder\n"
    )
    published.git("remote", "remove", "origin")
    assert published.obit("build", "--preview", "--out", "preview", "--at", AT).code == 0
