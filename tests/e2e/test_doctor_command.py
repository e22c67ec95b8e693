"""``obit doctor``, in a folder as a newcomer has it and in one with a secret in the environment."""

import json

SECRET = "-----BEGIN PRIVATE KEY----- canary -----END PRIVATE KEY-----"


def test_a_folder_without_git_has_warnings_and_hints_and_ends_with_0(obit, small):
    done = obit(small, "doctor")

    assert done.code == 0, done.out
    assert "! warning  this folder has no commit in Git  [folder-is-a-repository]\n" in done.out
    assert "`site` in obit.yaml is an example (badges.example.org)" in done.out
    assert done.out.splitlines()[-1].endswith("; 35 rules looked at")


def test_a_folder_that_is_no_centre_is_told_so_first(obit, tmp_path):
    done = obit(tmp_path, "doctor")

    assert done.code == 1
    assert done.out.startswith(
        "✗ wrong    there is no obit.yaml here  [settings-are-here]\n"
        "           why: this is not the folder of a centre, or not its top\n"
        "           fix: run obit in the folder that holds obit.yaml, or give it with -C\n"
    )


def test_what_is_wrong_ends_with_1_and_no_value_of_a_variable_is_shown(obit, small):
    (small / ".obit" / "ledger" / "log").mkdir(parents=True)
    (small / ".obit" / "ledger" / "log" / "00000001.json").write_text("{}")
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            "keys:\n  - {issuer: centre, signer: 'env:OBIT_KEY', public_key_multibase: z6Mk}\n"
        )

    done = obit(small, "doctor", "--format", "json", OBIT_KEY=SECRET, GITHUB_TOKEN="t")

    said = json.loads(done.out)
    assert (done.code, said["ok"]) == (1, False)
    assert [x["message"] for x in said["symptoms"] if x["level"] == "wrong"] == [
        "event 1 of the ledger is damaged"
    ]
    assert "canary" not in done.out + done.err
