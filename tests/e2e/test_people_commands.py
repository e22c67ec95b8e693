"""The people list by command: codes, look-ups, imports, erasure, the end of the time for keeping."""

import subprocess

import pytest
from running import tree
from sample import AT

AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"
HEAD = "code,name,email,language,show_name,consent_date\n"
PAGE = "docs/how-to/forget-a-person.md"
LATER = "2026-11-21T13:00:00Z"


def live(obit, small, tmp_path) -> dict[str, str]:
    """Give the centre a key, issue and build; return what the environment of later runs holds."""
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    secret = {"OBIT_KEY": key.read_text()}
    assert obit(small, "issue", "--at", AT, **secret).code == 0
    assert obit(small, "build", "--at", AT).code == 0
    return secret


def test_the_list_is_shown_by_code_with_what_each_holds(obit, small):
    (small / "recipients.csv").write_text(
        HEAD + "7f3k9m2q,Zebedee Quux,,,,\naaaa1111,,,,,\n2m8qa4xd,,,,,\n"
    )

    done = obit(small, "people", "list")

    assert done.code == 0, done.err
    assert done.out == "2m8qa4xd\t1\t2026-03-14\n7f3k9m2q\t1\t2026-03-14\naaaa1111\t0\t-\n"


def test_codes_are_drawn_fresh_each_time(obit, small):
    first, second = (obit(small, "people", "codes", "3").out.split() for _ in range(2))

    assert len(set(first) | set(second)) == 6
    assert {len(code) for code in first} == {8}


def test_people_are_imported_once_and_their_codes_come_in_the_order_of_the_file(obit, small):
    (small / "new.csv").write_text(
        "email,name\nada@example.org,Ada Exemple\nZQ-7f3a@example.org,Zebedee Quux\n,Sans Adresse\n"
    )

    done = obit(small, "people", "import", str(small / "new.csv"))
    again = obit(small, "people", "import", str(small / "new.csv"))

    ada, known, other = done.out.split()
    assert (done.code, known) == (0, "7f3k9m2q"), done.err
    assert done.err == "2 added to the people list, 1 known already\n"
    assert (small / "recipients.csv").read_text().splitlines()[3:5] == [
        f"{ada},Ada Exemple,ada@example.org,,,",
        f"{other},Sans Adresse,,,,",
    ]
    assert again.out.split()[:2] == [ada, known]


def test_a_file_with_mistakes_imports_nobody_and_shows_nothing_of_it(obit, small):
    (small / "new.csv").write_text("email,name\nnot-an-address,Ada Exemple\n")
    before = tree(small)

    done = obit(small, "people", "import", str(small / "new.csv"))

    assert done.code == 1
    assert done.err == (
        "new.csv:2:1  error  e-mail-is-plausible\n    this is not an e-mail address\n"
        "    fix: write it like name@example.org, or leave the cell empty\n\n"
        "1 error, no warnings in 1 of 1 file\nnothing was changed\n"
    )
    assert tree(small) == before


def test_a_code_of_somebody_else_imports_nobody_and_a_row_that_is_known_is_no_mistake(obit, small):
    (small / "new.csv").write_text(
        "code,email,name\n7f3k9m2q,ada@example.org,Ada Exemple\n9x0zd7wh,,Cy Exemple\n"
    )
    (small / "known.csv").write_text("code,name\n7f3k9m2q,ZEBEDEE QUUX\n2m8qa4xd,\n")
    before = tree(small)

    done = obit(small, "people", "import", str(small / "new.csv"))
    known = obit(small, "people", "import", str(small / "known.csv"))

    assert done.code == 1
    assert done.err.startswith(
        "new.csv:2:1  error  people-code-is-unique\n"
        "    this code is on line 2 of the people list, with another name or address\n"
        "    fix: leave the code out and one is drawn; if it is the same person, write the row as "
        "the list does\n"
    )
    assert (known.code, known.out) == (0, "7f3k9m2q\n2m8qa4xd\n")
    assert known.err == "0 added to the people list, 2 known already\n"
    assert tree(small) == before


@pytest.mark.parametrize("word", ["7f3k9m2q", "7F3K9M2Q", "ZQ-7F3A@example.org", "zebedee quux"])
def test_somebody_is_looked_up_by_code_address_or_name(obit, small, word):
    done = obit(small, "people", "lookup", word)

    assert (done.code, done.out) == (0, "7f3k9m2q\tZebedee Quux\tzq-7f3a@example.org\n")


def test_nobody_is_looked_up_in_ci(obit, small):
    done = obit(small, "people", "lookup", "7f3k9m2q", CI="true")

    assert (done.code, done.out) == (4, "")
    assert done.err == (
        "error: people are not looked up in CI, whose logs others read\n"
        "  fix: look them up on your own computer\n"
    )


def test_who_is_not_listed_is_not_repeated(obit, small):
    done = obit(small, "people", "lookup", "Ada Lovelace")

    assert done.code == 2
    assert done.err == (
        "error: nobody in the people list has this code, address or name\n"
        "  fix: write it as the list does; obit people list shows the codes\n"
    )


def test_a_person_is_forgotten_and_the_ledger_still_verifies(obit, small, tmp_path):
    (small / AWARDS).write_text(
        "issued: 2026-03-14\nto:\n  - id: 7f3k9m2q\n    narrative: She did well.\n  - 2m8qa4xd\n"
    )
    secret = live(obit, small, tmp_path)
    ids = {p.name for p in (small / "build" / "awards").iterdir()}

    shown = obit(small, "people", "forget", "7f3k9m2q", "--dry-run", "--date", "2026-06-01")
    untouched = "7f3k9m2q" in (small / "recipients.csv").read_text()
    done = obit(small, "people", "forget", "7f3k9m2q", "--date", "2026-06-01")
    checked = obit(small, "check", "--strict", "--at", AT)
    planned = obit(small, "plan", "--at", AT)
    issued = obit(small, "issue", "--at", LATER, **secret)
    built = obit(small, "build", "--at", LATER)

    assert shown.code == 0
    assert untouched
    assert "the row of 7f3k9m2q would be removed from the people list" in shown.err
    assert shown.out == done.out
    assert done.out == (
        f"--- a/{AWARDS}\n+++ b/{AWARDS}\n@@ -1,5 +1,5 @@\n issued: 2026-03-14\n to:\n"
        "   - id: 7f3k9m2q\n-    narrative: She did well.\n+    withdrawn: 2026-06-01\n"
        "   - 2m8qa4xd\n"
    )
    assert done.err == (
        "the row of 7f3k9m2q is removed from the people list\n1 award is withdrawn\nleft to do:\n"
        "  1. have this merged, then run obit issue and obit build: pages, files and pictures go\n"
        "  2. copies that the holder passed on stay where they are; verifiers call them revoked\n"
    )
    assert (small / "recipients.csv").read_text() == HEAD + "2m8qa4xd,,,,,\n"
    assert checked.code == 0, checked.out
    assert "1 to withdraw, 1 unchanged" in planned.out
    assert issued.code == 0, issued.err
    assert built.code == 0, built.err
    (gone,) = [i for i in ids if not (small / "build/awards" / i / "credential.json").exists()]
    assert not list((small / ".obit").rglob(f"{gone}.*"))


def test_what_git_remembers_is_said(obit, small):
    with (small / "recipients.csv").open("a") as people:
        people.write("p0q9r8s7,Zebedee Quux,zq-7f3a@example.org,,,\n")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(small), *words], check=True)

    done = obit(small, "people", "forget", "7f3k9m2q")

    assert done.code == 0
    assert done.err.splitlines()[3:] == [
        "  1. have this merged, then run obit issue and obit build: pages, files and pictures go",
        "  2. forget p0q9r8s7 too, if it is the same person: it has the same e-mail address",
        f"  3. older commits hold the row: rewrite the history of the list's repository ({PAGE})",
        "  4. ask the forge to drop its caches and the references of pull requests; clones keep theirs",
        "  5. copies that the holder passed on stay where they are; verifiers call them revoked",
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("zzzz9999", 'neither the people list nor any award has "zzzz9999"'),
        ("Ada Lovelace", "this is not a recipient's code"),
    ],
)
def test_forgetting_nobody_changes_nothing(obit, small, word, said):
    before = tree(small)

    done = obit(small, "people", "forget", word)

    assert done.code == 2
    assert done.err.startswith(f"error: {said}\n")
    assert tree(small) == before


def test_forgetting_may_be_run_again(obit, small):
    obit(small, "people", "forget", "7f3k9m2q", "--date", "2026-06-01")
    before = tree(small)

    done = obit(small, "people", "forget", "7f3k9m2q", "--date", "2026-07-01")

    assert done.code == 0
    assert tree(small) == before


def test_a_list_that_is_kept_elsewhere_loses_its_row_there(obit, small, tmp_path):
    (tmp_path / "vault").mkdir()
    vault = tmp_path / "vault" / "people.csv"
    (small / "recipients.csv").rename(vault)
    vault.chmod(0o640)

    done = obit(small, "people", "forget", "7f3k9m2q", OBIT_RECIPIENTS=str(vault))

    assert done.code == 0, done.err
    assert vault.read_text() == HEAD + "2m8qa4xd,,,,,\n"
    assert vault.stat().st_mode & 0o777 == 0o640
    assert not (small / "recipients.csv").exists()


def test_the_code_goes_from_the_repository_as_well_when_the_list_is_kept_elsewhere(
    obit, small, tmp_path
):
    vault = tmp_path / "people.csv"
    (small / "recipients.csv").rename(vault)
    (small / "recipients.csv").write_text("code\n2m8qa4xd\n7f3k9m2q\n")
    listed = vault.read_text(), (small / "recipients.csv").read_text()
    forget = ("people", "forget", "7f3k9m2q", "--date", "2026-06-01")

    dry = obit(small, *forget, "--dry-run", OBIT_RECIPIENTS=str(vault))
    unchanged = vault.read_text(), (small / "recipients.csv").read_text()
    done = obit(small, *forget, OBIT_RECIPIENTS=str(vault))

    assert (dry.code, done.code, unchanged) == (0, 0, listed)
    assert vault.read_text() == HEAD + "2m8qa4xd,,,,,\n"
    assert (small / "recipients.csv").read_text() == "code\n2m8qa4xd\n"
    assert done.err.startswith(
        "the row of 7f3k9m2q is removed from the people list\n"
        "the code is removed from recipients.csv, too\n1 award is withdrawn\n"
    )


def test_who_is_past_the_time_is_listed_and_forgotten_on_request(obit, small):
    (small / "badges/tableur-1/awards/old.yaml").write_text(
        "issued: 2019-01-10\nto: [7f3k9m2q, aaaa1111]\n"
    )
    with (small / "recipients.csv").open("a") as people:
        people.write("aaaa1111,Ada Exemple,ada@example.org,,,\n")
    unsaid = obit(small, "people", "expire", "--at", AT)
    with (small / "obit.yaml").open("a") as settings:
        settings.write("privacy:\n  retention: P5Y\n")

    listed = obit(small, "people", "expire", "--at", AT)
    kept = (small / "recipients.csv").read_text()
    done = obit(small, "people", "expire", "--forget", "--at", AT)

    assert unsaid.code == 2
    assert unsaid.err.startswith("error: obit.yaml does not say how long awards are kept\n")
    assert (listed.code, listed.out) == (0, "aaaa1111\t1\t2019-01-10\n")
    assert listed.err == "1 is past the time that obit.yaml allows\n"
    assert "aaaa1111" in kept
    assert done.code == 0, done.err
    assert "aaaa1111" not in (small / "recipients.csv").read_text()
    assert (small / "badges/tableur-1/awards/old.yaml").read_text() == (
        "issued: 2019-01-10\nto: [7f3k9m2q, {id: aaaa1111, withdrawn: 2026-11-21}]\n"
    )
    assert obit(small, "people", "expire", "--at", AT).out == ""
