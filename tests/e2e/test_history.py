"""What Git remembers of people: found in former versions, branches and messages, and never shown."""

import subprocess

import pytest

GIT = {
    "GIT_AUTHOR_NAME": "Centre", "GIT_AUTHOR_EMAIL": "centre@example.org",
    "GIT_COMMITTER_NAME": "Centre", "GIT_COMMITTER_EMAIL": "centre@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}  # fmt: skip
OF_THIS, LAST = "of this file in the history", "the last came or went with commit"
BADGE = "badges/tableur-1/badge.yaml"


def git(folder, *words):
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **GIT},
    )
    return done.stdout.strip()


def commit(folder, message="Change"):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def public(small, tmp_path):
    """A repository that everybody reads; the people list is kept elsewhere."""
    (small / "recipients.csv").rename(tmp_path / "people.csv")
    with (small / "obit.yaml").open("a") as settings:
        settings.write("recipients: ../people.csv\n")
    git(small, "init", "-q", "-b", "main")
    commit(small, "Begin")
    return small


def found(done):
    """The findings, without their remedies."""
    rows = done.out.splitlines()
    return [
        (row.split("  ")[0], rows[n + 1].strip())
        for n, row in enumerate(rows)
        if "history-names-no-person" in row
    ]


def test_a_clean_history_has_no_finding(obit, public):
    done = obit(public, "check", "--history")

    assert (done.code, done.out) == (0, "no errors, no warnings in 6 files\n")


def test_what_was_removed_long_ago_is_found_with_its_commits(obit, public):
    badge = (public / BADGE).read_text()
    (public / BADGE).write_text(badge + "# for Quux, Zebedée\n")
    commit(public)
    (public / BADGE).write_text(badge + "# ask Zebedee Quux or write to somebody@example.org\n")
    commit(public)
    (public / BADGE).write_text(badge)
    last = commit(public)

    done = obit(public, "check", "--history")

    assert done.code == 1
    assert found(done) == [
        (
            f"{BADGE}:5:7",
            f"2 versions {OF_THIS} hold the name of a recipient; {LAST} {last[:12]}",
        ),
        (
            f"{BADGE}:5:32",
            f"a version {OF_THIS} holds an e-mail address; {LAST} {last[:12]}",
        ),
    ]
    for secret in ("Zebed", "Quux", "somebody@"):
        assert secret not in done.out + done.err


def test_other_branches_messages_and_names_of_files_count(obit, public):
    git(public, "switch", "-qc", "draft")
    (public / "notes").mkdir()
    (public / "notes" / "zebedee-quux.txt").write_text("nothing here\n")
    told = commit(public, "Add the award of Zebedee Quux")
    git(public, "switch", "-q", "main")

    done = obit(public, "check", "--history")

    assert found(done) == [
        (
            "(a file that is named after a recipient):1:1",
            f"a version {OF_THIS} holds the name of a recipient; {LAST} {told[:12]}",
        ),
        (f"commit {told[:12]}:1:18", "the message of this commit holds the name of a recipient"),
    ]


def test_a_list_that_was_public_once_is_found(obit, public, tmp_path):
    (public / "recipients.csv").write_text((tmp_path / "people.csv").read_text())
    commit(public)
    (public / "recipients.csv").unlink()
    commit(public)

    places = [place for place, _ in found(obit(public, "check", "--history"))]

    assert places == ["recipients.csv:2:10", "recipients.csv:2:23"]


def test_a_list_that_is_kept_in_the_repository_is_not_held_against_it(obit, small):
    git(small, "init", "-q")
    commit(small)

    assert obit(small, "check", "--history").code == 0


def test_a_contact_of_former_times_is_nobodys_secret(obit, public):
    issuer = public / "issuers/centre/issuer.yaml"
    issuer.write_text("name: Centre d'essai\nemail: old@example.org\n")
    commit(public)
    issuer.write_text("name: Centre d'essai\nemail: new@example.org\n")
    commit(public)

    assert found(obit(public, "check", "--history")) == []


def test_without_a_whole_history_or_the_list_nothing_is_claimed(obit, public, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{public}", "shallow")
    (tmp_path / "bare").mkdir()

    shallow = obit(tmp_path / "shallow", "check", "--history")
    (tmp_path / "people.csv").rename(tmp_path / "away.csv")
    absent = obit(public, "check", "--history")

    assert shallow.code == 4
    assert shallow.err.startswith("error: the history here is cut off\n")
    assert absent.code == 4
    assert absent.err.startswith(
        "error: the people list is kept elsewhere and is not here, so nobody can be looked for\n"
    )


def test_what_is_too_large_is_said(obit, public):
    (public / "film.txt").write_text("x" * 2_200_000)
    commit(public)

    done = obit(public, "check", "--history")

    assert done.code == 0
    assert done.err == "1 former files are too large and were not looked into\n"
