"""``obit people export``: one person's record, for that person only."""

import json
import shutil
import stat

import pytest
from running import tree
from sample import AT, built_sample

SIM = ("--at", AT)


@pytest.fixture
def sample(tmp_path_factory, tmp_path):
    """The sample, issued and built."""
    return shutil.copytree(built_sample(tmp_path_factory), tmp_path / "sample")


def record(root, code, *more, name="record.json"):
    """Export a record; return what the command said, and the record."""
    path = root.parent / name
    return path, ("people", "export", code, "--as", "technocite", "-o", str(path), *SIM, *more)


def test_a_persons_badges_are_exported_whole_verified_and_for_their_eyes_only(obit, sample):
    path, command = record(sample, "7f3k9m2q")

    done = obit(sample, *command)
    judged = obit(sample, "verify", str(path), "--site", str(sample / "build"), *SIM)

    assert done.code == 0, done.err
    assert done.err == (
        "9 badges in record.json (preview), signed by technocite\n"
        "it is about a person: hand it to that person, and to nobody else\n"
    )
    assert judged.code == 0, judged.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text())
    held = document["credentialSubject"]["verifiableCredential"]
    for credential in held:
        published = sample / "build" / credential["id"].removeprefix("https://badges.obit.example/")
        assert credential == json.loads(published.read_text())
    kinds = [a["associationType"] for a in document["credentialSubject"]["association"]]
    assert (kinds.count("isParentOf"), kinds.count("precedes")) == (8, 10)


def test_nothing_of_a_record_is_published_and_the_person_is_not_in_it(obit, sample):
    site, ledger = tree(sample / "build"), tree(sample / ".obit")
    path, command = record(sample, "7f3k9m2q")

    obit(sample, *command)

    assert tree(sample / "build") == site
    assert tree(sample / ".obit") == ledger
    text = path.read_text().lower()
    for secret in ("7f3k9m2q", "alice", "example.org"):
        assert secret not in text


def test_the_same_export_twice_is_the_same_file_whatever_the_clock_and_the_umask(obit, sample):
    first, command = record(sample, "7f3k9m2q")
    second, again = record(sample, "7f3k9m2q", name="again.json")

    obit(sample, *command, TZ="Pacific/Kiritimati", umask=0o000)
    obit(sample, *again, TZ="Etc/GMT+12", LC_ALL="C", umask=0o077)

    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == stat.S_IMODE(second.stat().st_mode) == 0o600


def test_badges_that_are_not_valid_are_left_out_unless_asked_for(obit, sample):
    path, command = record(sample, "9qd2r5mb", "--language", "en")
    whole, with_all = record(sample, "9qd2r5mb", "--language", "en", "--all", name="all.json")

    done, done_all = obit(sample, *command), obit(sample, *with_all)
    judged = obit(sample, "verify", str(whole), "--site", str(sample / "build"), *SIM)

    assert "1 badge is not valid now and left out; --all takes them in\n" in done.err
    assert "1 badge in record.json" in done.err
    assert "2 badges in all.json" in done_all.err
    assert json.loads(path.read_text())["name"] == "PREVIEW · Record of badges"
    assert json.loads(whole.read_text())["name"] == (
        "PREVIEW · Record of badges, including those that are not valid"
    )
    assert judged.code == 1
    assert "Not every badge in it is valid: Gestion des vulnérabilités (revoked)." in judged.out


CASES = {
    "an unknown code": (
        ("7f3k9m2x",),
        2,
        'error: there is no recipient "7f3k9m2x"\n  fix: did you mean "7f3k9m2q"?\n',
    ),
    "a name for a code": (
        ("Zebedee Quux",),
        2,
        (
            "error: this is not a recipient's code\n"
            "  fix: give the code that recipients.csv has for the person, not a name or an address\n"
        ),
    ),
    "an unknown issuer": (
        ("7f3k9m2q", "--as", "center"),
        2,
        'error: there is no issuer "center"\n  fix: did you mean "centre"?\n',
    ),
    "a language that the site has not": (
        ("7f3k9m2q", "--language", "de"),
        2,
        'error: "de" is not a language of the site\n  fix: choose one of: fr\n',
    ),
    "no badge at all": (
        ("p0q9r8s7",),
        1,
        "error: p0q9r8s7 holds no badge yet\n  fix: award one, then export again\n",
    ),
    "nothing that is valid": (
        ("2m8qa4xd",),
        1,
        "error: 2m8qa4xd holds no badge that is valid now\n  fix: add --all for the others\n",
    ),
    "an issuer that never issued": (
        ("7f3k9m2q", "--as", "autre"),
        4,
        (
            'error: the key of "autre" is not published yet\n'
            "  fix: issue a badge of this issuer first: that publishes its key\n"
        ),
    ),
    "a file inside the site": (
        ("7f3k9m2q", "-o", "build/awards/record.json"),
        4,
        (
            "error: record.json would lie in a site, where everybody can read it\n"
            "  fix: choose another folder\n"
        ),
    ),
    "a file of another kind": (
        ("7f3k9m2q", "-o", "obit.yaml"),
        4,
        "error: obit.yaml does not end in .json\n  fix: choose another name\n",
    ),
}


def test_what_cannot_be_exported_is_said_plainly_and_no_file_is_left(obit, small):
    (small / "issuers" / "autre").mkdir()
    (small / "issuers" / "autre" / "issuer.yaml").write_text("name: Autre centre\n")
    with (small / "obit.yaml").open("a") as settings:
        settings.write("defaults:\n  issuer: centre\n")
    with (small / "recipients.csv").open("a") as people:
        people.write("p0q9r8s7,,,,,\n")
    (small / "badges/tableur-1/awards/2026-03-14.yaml").write_text(
        "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - {id: 2m8qa4xd, revoked: 2026-05-01}\n"
    )
    obit(small, "build", *SIM)
    before = tree(small)
    export = ("people", "export", "--as", "centre", "-o", "record.json", *SIM)

    said = {case: obit(small, *export, *more) for case, (more, _, _) in CASES.items()}

    assert {case: (done.code, done.err) for case, done in said.items()} == {
        case: (code, words) for case, (_, code, words) in CASES.items()
    }
    assert tree(small) == before


def test_a_live_record_is_signed_with_the_published_key_and_needs_it(obit, small, tmp_path):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    obit(small, "issue", *SIM, OBIT_KEY=key.read_text())
    obit(small, "build", *SIM)
    export = ("people", "export", "2m8qa4xd", "--as", "centre", "-o", "record.json", *SIM)

    without = obit(small, *export)
    done = obit(small, *export, OBIT_KEY=key.read_text())
    judged = obit(small, "verify", str(small / "record.json"), "--site", str(small / "build"), *SIM)

    assert without.code == 4
    assert "the environment variable OBIT_KEY is not set" in without.err
    assert done.code == 0, done.err
    assert judged.code == 0, judged.out
    assert "✓ valid" in judged.out
    document = json.loads((small / "record.json").read_text())
    assert document["proof"][0]["verificationMethod"].endswith(f"#{public}")
    assert document["credentialSubject"]["id"].startswith("urn:uuid:")
    assert "termsOfUse" not in document


def test_a_status_list_that_has_ended_stops_an_export_with_its_remedy(obit, small, tmp_path):
    key = tmp_path / "centre.pem"
    public = obit(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    obit(small, "issue", *SIM, OBIT_KEY=key.read_text())

    done = obit(
        small, "people", "export", "2m8qa4xd", "--as", "centre", "-o", "record.json",
        "--at", "2026-12-21T12:00:00Z", OBIT_KEY=key.read_text(),
    )  # fmt: skip

    assert done.code == 1
    assert "and was not renewed" in done.err
    assert done.err.endswith("  fix: sign the status lists again with obit issue --refresh\n")
    assert not (small / "record.json").exists()
