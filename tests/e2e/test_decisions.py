"""Decisions by command: what is written into award files, and what is refused."""

from running import tree
from sample import AT

AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"
LATER = "2026-11-21T13:00:00Z"
LOOK = "look at obit plan and the award's page\n"
NAME_IT = "give the last part of the award page's address, or the code in the award file\n"


def test_a_decision_is_written_shown_and_carried_out(obit, small):
    (small / AWARDS).write_text("issued: 2026-03-14\nto:\n  - 7f3k9m2q   # Monday\n  - 2m8qa4xd\n")

    done = obit(small, "suspend", "7f3k9m2q", "--date", "2026-05-01", "--reason", 'a "doubt"')

    assert done.code == 0, done.err
    assert done.out == (
        f"--- a/{AWARDS}\n+++ b/{AWARDS}\n@@ -1,4 +1,5 @@\n issued: 2026-03-14\n to:\n"
        "-  - 7f3k9m2q   # Monday\n"
        "+  - id: 7f3k9m2q   # Monday\n"
        '+    suspended: {date: 2026-05-01, reason: "a \\"doubt\\""}\n'
        "   - 2m8qa4xd\n"
    )
    assert done.err == (
        "written; it takes effect when it is merged and issued (obit plan, obit issue)\n"
    )
    assert "! suspend   tableur-1 v1  2026-03-14  7f3k9m2q" in obit(small, "plan", "--at", AT).out


def test_an_award_may_be_named_by_its_id(obit, small):
    obit(small, "build", "--at", AT)
    ids = {p.name for p in (small / "build" / "awards").iterdir()}

    done = obit(small, "revoke", "--date", "2026-05-01", *sorted(ids))

    assert done.code == 0, done.err
    assert (small / AWARDS).read_text() == (
        "issued: 2026-03-14\nto:\n"
        "  - id: 7f3k9m2q\n    revoked: 2026-05-01\n  - id: 2m8qa4xd\n    revoked: 2026-05-01\n"
    )


def test_a_revocation_takes_the_place_of_a_suspension(obit, small):
    obit(small, "suspend", "7f3k9m2q", "--date", "2026-05-01")

    done = obit(small, "revoke", "7f3k9m2q", "--date", "2026-06-01")

    assert done.code == 0, done.err
    assert "suspended" not in (small / AWARDS).read_text()
    assert obit(small, "check", "--at", AT).code == 0


def test_what_makes_no_sense_is_a_sentence_and_changes_nothing(obit, small):
    (small / "badges/tableur-1/awards/b.yaml").write_text("issued: 2026-04-14\nto: [7f3k9m2q]\n")
    (small / AWARDS).write_text(
        "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - id: 2m8qa4xd\n    withdrawn: 2026-05-01\n"
    )
    before = tree(small)

    said = {
        words: obit(small, *words.split())
        for words in (
            "revoke 7f3k9m2q", "restore 7f3k9m2q", "revoke 2m8qa4xd", "withdraw zzz9",
            "withdraw zzz9 --badge tableur-1", "suspend Zebedee,Quux",
        )
    }  # fmt: skip

    assert {words: done.err.split("\n  fix: ") for words, done in said.items()} == {
        "revoke 7f3k9m2q": [
            "error: 7f3k9m2q has 2 awards that could be meant",
            "add --badge or --issued, or give an id: tableur-1 of 2026-03-14, tableur-1 of 2026-04-14\n",
        ],
        "restore 7f3k9m2q": ["error: 7f3k9m2q: the award is not suspended", LOOK],
        "revoke 2m8qa4xd": ["error: 2m8qa4xd: the award is withdrawn already", LOOK],
        "withdraw zzz9": ['error: there is no award of "zzz9"', NAME_IT],
        "withdraw zzz9 --badge tableur-1": [
            'error: there is no award of "zzz9" with this badge or day',
            NAME_IT,
        ],
        "suspend Zebedee,Quux": [
            "error: this is neither the id of an award nor a recipient's code",
            NAME_IT,
        ],
    }
    assert {done.code for done in said.values()} == {2}
    assert tree(small) == before


def test_a_file_that_can_not_be_edited_safely_is_told_by_hand(obit, small):
    (small / AWARDS).write_text(
        "issued: 2026-03-14\nto:\n  - suspended: 2026-05-01\n    id: 7f3k9m2q\n  - 2m8qa4xd\n"
    )
    before = tree(small)

    done = obit(small, "restore", "7f3k9m2q")

    assert done.code == 1
    assert done.err == (
        "error: the file of 7f3k9m2q's award can't be edited safely\n"
        f"  fix: remove suspended: from the entry of 7f3k9m2q at {AWARDS}:3\n"
    )
    assert tree(small) == before


def test_a_withdrawn_award_leaves_a_tombstone_and_a_burnt_index(obit, small, tmp_path):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    obit(small, "issue", "--at", AT, OBIT_KEY=key.read_text())
    obit(small, "build", "--at", AT)
    ids = {p.name for p in (small / "build" / "awards").iterdir()}
    copies = {
        p.parent.name: p.read_bytes() for p in (small / "build/awards").glob("*/credential.json")
    }
    obit(small, "withdraw", "7f3k9m2q", "--date", "2026-05-01")

    issued = obit(small, "issue", "--at", LATER, OBIT_KEY=key.read_text())
    built = obit(small, "build", "--at", LATER)

    assert issued.code == 0, issued.err
    assert "done: 1 to withdraw, 1 unchanged" in issued.err
    assert built.code == 0, built.err
    assert "2 awards in the ledger (1 withdrawn)" in built.err
    (gone,) = [i for i in ids if not (small / "build/awards" / i / "credential.json").exists()]
    left = {p.name: p for p in (small / "build/awards" / gone).iterdir()}
    assert sorted(left) == ["embed.html", "index.html"]
    assert "Retiré" in left["index.html"].read_text()
    assert "Tableur" not in left["index.html"].read_text().split("<main")[1].split("</main")[0]
    assert "Tableur" not in left["embed.html"].read_text()
    assert not list((small / ".obit").rglob(f"{gone}.*"))
    copy = tmp_path / "copy.json"
    copy.write_bytes(copies[gone])
    verdict = obit(small, "verify", str(copy), "--site", str(small / "build"), "--at", LATER)
    assert "[status.revoked]" in verdict.out
    (small / AWARDS).write_text("issued: 2026-03-14\nto:\n  - 2m8qa4xd\n")
    assert obit(small, "plan", "--at", AT).out == "nothing to do, 1 unchanged\n"


def test_new_awards_wait_for_the_people_list_and_all_else_goes_on(obit, small, tmp_path):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    (tmp_path / "vault").mkdir()
    (small / "recipients.csv").rename(tmp_path / "vault" / "recipients.csv")
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"recipients: ../elsewhere.csv\nkeys:\n  - issuer: centre\n"
            f"    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    secret = {"OBIT_KEY": key.read_text()}
    here = {"OBIT_RECIPIENTS": str(tmp_path / "vault" / "recipients.csv")}

    checked = obit(small, "check", "--strict", "--at", AT)
    preview = obit(small, "build", "--preview", "--out", "preview", "--at", AT)
    refused = obit(small, "issue", "--at", AT, **secret)
    untouched = not list((small / ".obit" / "ledger").rglob("*.json"))
    issued = obit(small, "issue", "--at", AT, **secret, **here)
    obit(small, "suspend", "7f3k9m2q", "--date", "2026-05-01")
    later = obit(small, "issue", "--at", LATER, **secret)
    built = obit(small, "build", "--at", LATER)
    export = obit(small, "people", "export", "7f3k9m2q", "--as", "centre", "-o", "r.json")

    assert (checked.code, preview.code) == (0, 0), checked.out + preview.err
    assert refused.code == 4
    assert refused.err == (
        "error: 2 awards can't be issued: the people list is kept elsewhere and is not here\n"
        "  fix: run obit issue where the list is; OBIT_RECIPIENTS may name its path\n"
    )
    assert untouched
    assert issued.code == 0, issued.err
    assert later.code == 0, later.err
    assert built.code == 0, built.err
    assert export.code == 4
    assert export.err == (
        "error: the people list is kept elsewhere and is not here\n"
        "  fix: run the command where the list is; OBIT_RECIPIENTS may name its path\n"
    )
