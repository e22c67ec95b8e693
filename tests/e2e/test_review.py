"""A change is reviewed and what was approved is issued, with real Git and the installed command."""

import json

import pytest
from git_repository import begin, commit, git
from running import run
from sample import AT

AWARDS = "badges/tableur-1/awards"


@pytest.fixture
def centre(small):
    (small / ".gitignore").write_text(".obit/\nbuild/\n*.json\n*.md\n")
    begin(small)
    git(small, "checkout", "-q", "-b", "change")
    return small


@pytest.fixture
def keyed(centre, tmp_path):
    """The centre with a key of its own, and the environment that holds it."""
    key = tmp_path / "centre.pem"
    public = run(centre, "key", "new", str(key)).out.strip()
    with (centre / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    commit(centre)
    return centre, {"OBIT_KEY": key.read_text()}


def award(centre, name="2026-06-30-mons", codes="[7f3k9m2q]", day="2026-06-30"):
    (centre / AWARDS / f"{name}.yaml").write_text(f"issued: {day}\nto: {codes}\n")


def test_a_plan_against_the_base_says_what_the_change_brings_without_a_ledger(obit, centre):
    award(centre)
    commit(centre)

    done = obit(centre, "plan", "--base", "main", "--at", AT, "--exit-code")

    assert (done.code, done.err) == (3, "")
    assert done.out == (
        "1 to issue, 2 unchanged\n"
        "  + issue     tableur-1 v1  2026-06-30  7f3k9m2q\n"
        "  note: 7f3k9m2q has held tableur-1 since 14 March 2026: a renewal?\n"
    )


def test_an_edit_of_what_the_base_says_is_refused_even_without_a_ledger(obit, centre):
    award(centre, "2026-03-14", "[7f3k9m2q]", "2026-03-14")
    commit(centre)

    done = obit(centre, "plan", "--base", "main", "--at", AT)

    assert done.code == 1
    assert "issued-award-stays" in done.err


def test_a_revoked_key_of_the_past_is_told_where_no_ledger_says_what_it_signed(obit, centre):
    keys = [
        run(centre, "key", "new", str(centre.parent / name)).out.strip() for name in ("old", "new")
    ]
    entry = "  - issuer: centre\n    public_key_multibase: {}\n    {}\n"
    settings = centre / "obit.yaml"
    text, active = settings.read_text() + "keys:\n", entry.format(keys[1], "signer: env:K")
    settings.write_text(text + active + entry.format(keys[0], "state: retired"))
    commit(centre)
    git(centre, "branch", "-f", "main")
    settings.write_text(text + active + entry.format(keys[0], "revoked: 2026-06-30"))
    commit(centre)

    done = obit(centre, "plan", "--base", "main", "--no-ledger", "--at", AT)
    said = obit(centre, "plan", "--base", "main", "--no-ledger", "--at", AT, "--format", "markdown")

    assert done.out == (
        "1 key change, 2 unchanged\n"
        f"  k {keys[0]} of centre is revoked, with everything that it ever signed\n"
        "  a key never goes back\n"
        "  what a former key signed will be signed again; which awards these are, "
        "only the ledger tells\n"
    )
    assert "\n⚠️ ce qu’une ancienne clé a signé sera signé à nouveau" in said.out


def test_the_same_change_has_the_same_plan_byte_for_byte(obit, centre):
    award(centre)
    commit(centre)
    files = {}
    for name in ("a", "b"):
        obit(centre, "plan", "--base", "main", "--out", str(centre / f"{name}.json"), "--summary",
             str(centre / f"{name}.md"), "--at", AT)  # fmt: skip
        files[name] = [(centre / f"{name}.{end}").read_bytes() for end in ("json", "md")]

    assert files["a"] == files["b"]
    assert files["a"][1].startswith(
        b"<!-- obit plan -->\n### obit plan: 1 \xc3\xa0 d\xc3\xa9livrer"
    )


def test_what_was_approved_is_issued(obit, keyed):
    centre, key = keyed
    plan = centre / "plan.json"
    obit(centre, "plan", "--out", str(plan), "--at", AT)

    issued = obit(centre, "issue", "--plan", str(plan), "--at", AT, **key)

    assert issued.code == 0, issued.err
    assert "done: 2 to issue, 0 unchanged" in issued.err


@pytest.mark.parametrize("when", ["committed", "in the work tree"])
def test_what_was_added_after_the_approval_is_refused_and_nothing_is_issued(obit, keyed, when):
    centre, key = keyed
    plan = centre / "plan.json"
    obit(centre, "plan", "--out", str(plan), "--at", AT)
    award(centre)
    if when == "committed":
        commit(centre)

    issued = obit(centre, "issue", "--plan", str(plan), "--at", AT, **key)

    assert issued.code == 1
    if when == "committed":
        assert "error: the plan was approved for commit " in issued.err
    else:
        assert issued.err.startswith(
            "error: this is not what was approved: "
            "issue tableur-1 v1 of 2026-06-30 for 7f3k9m2q was not in the plan\n"
        )
    assert not (centre / ".obit" / "ledger" / "log").exists()


def test_an_edited_plan_is_refused(obit, keyed):
    centre, key = keyed
    plan = centre / "plan.json"
    obit(centre, "plan", "--out", str(plan), "--at", AT)
    said = json.loads(plan.read_text())
    said["actions"].pop()
    plan.write_text(json.dumps(said))

    issued = obit(centre, "issue", "--plan", str(plan), "--at", AT, **key)

    assert issued.code == 1
    assert issued.err == (
        "error: the plan was changed after it was made: its digest is another\n"
        "  fix: make the plan again and have it approved\n"
    )


def test_findings_in_what_the_change_touches_come_first_on_github(obit, centre):
    (centre / "issuers" / "centre" / "issuer.yaml").write_text("nam: Centre\n")
    commit(centre)
    git(centre, "checkout", "-q", "-B", "change")
    git(centre, "branch", "-q", "-f", "main", "change")
    award(centre, "a", "[unknown1]")
    commit(centre)

    done = obit(centre, "check", "--format", "github", "--base", "main", "--summary",
                str(centre / "summary.md"), "--at", AT)  # fmt: skip

    assert done.code == 1
    assert done.out.splitlines()[0].startswith(f"::error file={AWARDS}/a.yaml,line=2")
    assert done.out.splitlines()[1].startswith("::error file=issuers/centre/issuer.yaml,line=1")
    assert (
        (centre / "summary.md")
        .read_text()
        .startswith("### obit check: 3 errors, no warnings in 2 of ")
    )


STRANGE = ["::error::approved", "%0A::error::approved", "a%0d%0a##[error]b", "a,line=9,title=x", "`@boss` ## ok",
           "x \x1b[2J\x1b[1;1Happroved", "a\n::warning::b", "![x](https:evil)", "$(touch pwned)", "`touch pwned`"]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_no_file_name_speaks_for_obit_in_a_log_or_a_summary(obit, centre, name):
    (centre / AWARDS / f"{name}.yaml").write_text(f"issued: x\nto: [7f3k9m2q]\n{name!r}: 1\n")
    commit(centre)
    summary = centre / "summary.md"

    done = obit(centre, "check", "--format", "github", "--base", "main", "--summary", str(summary))

    rows = done.out.splitlines()
    assert rows
    assert all(row.startswith("::error file=badges/") for row in rows), rows
    assert "\x1b" not in done.out
    text = summary.read_text()
    assert all(line[:2] in ("##", "", "- ", "  ") for line in text.splitlines())
    assert "\x1b" not in text
    assert not list(centre.rglob("pwned"))


@pytest.mark.parametrize("branch", ["x;touch-y", "$(touch-y)", "`touch-y`", "@boss", "-q"])
def test_a_branch_of_any_name_is_only_a_name(obit, centre, branch):
    git(centre, "update-ref", f"refs/heads/{branch}", "main")

    done = obit(centre, "plan", f"--base={branch}", "--at", AT)

    assert done.code == 0, done.err
