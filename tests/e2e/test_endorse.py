"""One body endorses another's badge, from the key to the page."""

import json
import runpy
from pathlib import Path

import pytest
from running import run
from sample import AT, PROJECT

OPINION = ("--comment", "Essayé sur *six* copies.", "--at", AT)
FILE = "badges/tableur-1/endorsements/federation.json"


@pytest.fixture
def centre(small: Path, tmp_path: Path) -> Path:
    """Two issuers with keys of their own, one of which only endorses."""
    (small / "issuers" / "federation").mkdir()
    (small / "issuers" / "federation" / "issuer.yaml").write_text("name: Fédération d'essai\n")
    lines = ["defaults: {issuer: centre}", "keys:"]
    for name in ("centre", "federation"):
        pem = tmp_path / f"{name}.pem"
        public = run(small, "key", "new", str(pem)).out.strip()
        lines.append(
            f"  - {{issuer: {name}, public_key_multibase: {public}, signer: 'file:{pem}'}}"
        )
    with (small / "obit.yaml").open("a") as file:
        file.write("\n".join(lines) + "\n")
    return small


def endorse(root: Path, *more: str, target: str = "tableur-1", by: str = "federation"):
    return run(root, "endorse", target, "--as", by, *OPINION, *more)


def test_an_issuers_endorsement_is_signed_checked_published_and_shown(centre: Path):
    done = endorse(centre, "-o", str(centre / FILE))

    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "did:web:badges.example.org:issuers:federation endorses "
        "https://badges.example.org/badges/tableur-1/v1/achievement.fr.json\n"
    )
    assert run(centre, "check", "--at", AT).code == 0
    assert run(centre, "issue", "--at", AT).code == 0
    built = run(centre, "build", "--at", AT)
    assert built.code == 0, built.err
    did = json.loads((centre / "build/issuers/federation/did.json").read_text())
    assert len(did["verificationMethod"]) == 1
    published = (centre / "build" / FILE).read_bytes()
    assert published == (centre / FILE).read_bytes()
    page = (centre / "build/badges/tableur-1/index.html").read_text()
    assert "<p>Essayé sur <em>six</em> copies.</p>" in page
    assert "n’a pas été vérifiée" not in page


def test_a_bare_keys_endorsement_goes_to_standard_output(centre: Path):
    done = endorse(centre, "--did-key", target="issuer:centre")

    document = json.loads(done.out)
    assert done.err == ""
    assert document["issuer"]["id"].startswith("did:key:z6Mk")
    assert document["credentialSubject"]["id"] == "did:web:badges.example.org:issuers:centre"


def test_an_endorsement_after_issuing_leaves_issued_bytes_alone(centre: Path):
    run(centre, "issue", "--at", AT)
    run(centre, "build", "--at", AT)
    before = {p: p.read_bytes() for p in (centre / "build").glob("awards/*/credential.json")}
    award = next(iter(before)).parent.name

    endorse(centre, "--did-key", "-o", str(centre / FILE), target=award)
    built = run(centre, "build", "--at", AT)

    assert built.code == 0, built.err
    assert {
        p: p.read_bytes() for p in (centre / "build").glob("awards/*/credential.json")
    } == before
    folder = centre / "build" / "awards" / award
    assert (folder / "endorsements" / "federation.json").is_file()
    assert "Endossements de cette attestation" in (folder / "index.html").read_text()
    others = [p for p in before if p.parent.name != award]
    assert "Endossements de cette" not in (others[0].parent / "index.html").read_text()


def test_a_changed_endorsement_stops_check_and_build(centre: Path):
    endorse(centre, "--did-key", "-o", str(centre / FILE))
    text = (centre / FILE).read_text()
    (centre / FILE).write_text(text.replace("six", "sept"))

    built = run(centre, "build", "--preview", "--at", AT)

    assert built.code == 1
    assert f"{FILE}:1:1  error  endorsement-signature-holds" in built.err
    assert not (centre / "build").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "nobody"}, 'error: there is no issuer "nobody"\n  fix: give one of: centre, federation\n'),
        ({"target": "tablur"}, 'error: there is no badge and no issuer "tablur"\n'),
        ({"more": ("--language", "de")}, 'error: "de" is not a language of the site\n'),
        ({"more": ("--signer", "env:MISSING")}, "error: the environment variable MISSING is not set\n"),
        ({"more": ("--until", "2020-01-01")}, "error: the endorsement would end on 2020-01-01, before it begins\n"),
        ({"more": ("-o", "{root}/obit.yaml")}, "error: obit.yaml exists already\n"),
    ],
)  # fmt: skip
def test_bad_arguments_get_one_clear_error(centre: Path, arguments, message: str):
    more = [word.replace("{root}", str(centre)) for word in arguments.pop("more", ())]

    done = endorse(centre, *more, **arguments)

    assert done.code != 0
    assert done.out == ""
    assert done.err.startswith(message)


def test_the_samples_endorsements_are_what_their_script_writes():
    script = runpy.run_path(str(PROJECT / "scripts" / "sign_sample_endorsements.py"))

    written = dict(script["files"](PROJECT))

    kept = {
        path.relative_to(PROJECT).as_posix(): path.read_bytes()
        for kind in ("badges", "issuers")
        for path in PROJECT.glob(f"{kind}/*/endorsements/*")
    }
    assert len(written) == 12
    assert kept == written
