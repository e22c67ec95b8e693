"""The life of a key with the installed command: rotated, retired, destroyed; leaked and revoked."""

import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from running import tree

DAYS = ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-13", "2026-10-17")


class Centre:
    """A centre that issues with keys in files beside its repository."""

    def __init__(self, obit, root: Path):
        self._obit, self.root, self.day = obit, root, 0
        (root / "obit.yaml").write_text(
            "site: https://badges.example.org/\nlanguages: [fr]\n"
            "status_valid_for: P31D\n\nkeys:\n"
            "  # The centre's own.\n"
            f"  - issuer: centre\n    public_key_multibase: {self.new_key(1)}\n"
            "    signer: file:../key-1.pem\n"
        )

    def __call__(self, *arguments, code=0):
        done = self._obit(self.root, *arguments)
        assert done.code == code, done.out + done.err
        return done

    def new_key(self, number: int) -> str:
        return self._obit(
            self.root, "key", "new", str(self.root.parent / f"key-{number}.pem")
        ).out.strip()

    def issue(self):
        done = self("issue", "--at", DAYS[self.day])
        self.day += 1
        return done

    def award(self, name: str, *codes: str) -> None:
        lines = "".join(f"  - {code}\n" for code in codes)
        path = self.root / "badges/tableur-1/awards" / f"{name}.yaml"
        path.write_text(f"issued: {name}\nto:\n{lines}")

    def build(self) -> dict[str, bytes]:
        self("build", "--at", "2026-10-20")
        return {path: data for path, (_, data) in tree(self.root / "build").items()}

    def verdicts(self) -> dict[str, str]:
        """Verify every published credential as anybody could: award id → state."""
        return self.verdicts_on("credential.json")

    def verdicts_on(self, name: str) -> dict[str, str]:
        """Say of each award's file of this name why it is not good, or how it stands."""
        folder = self.root / "build"
        found = {}
        for path in sorted(folder.glob(f"awards/*/{name}")):
            done = self._obit(
                self.root, "verify", str(path), "--site", str(folder), "--format", "json",
                "--at", "2026-10-20",
            )  # fmt: skip
            (report,) = json.loads(done.out)["reports"]
            failed = [step["reason"] for step in report["steps"] if step["outcome"] == "failed"]
            found[path.parent.name] = failed[0] if failed else report["state"]
        return found

    def keys(self) -> list[tuple[str, int]]:
        """List the keys: (state, awards signed)."""
        rows = json.loads(self("key", "list", "--format", "json").out)
        return [(row["state"], row["awards"]) for row in rows]


@pytest.fixture
def centre(obit, small):
    return Centre(obit, small)


def did_of(site: dict[str, bytes]) -> dict:
    return json.loads(site["issuers/centre/did.json"])


def test_after_three_rotations_and_without_the_old_keys_everything_is_rebuilt(centre):
    centre.issue()
    first = centre.build()
    for number in (2, 3, 4):
        centre.new_key(number)
        centre("key", "rotate", "centre", "--to", f"file:../key-{number}.pem", "--now")
        centre.award(f"2026-0{number}-01", "7f3k9m2q")
        centre.issue()
        (centre.root.parent / f"key-{number - 1}.pem").unlink()
    (centre.root.parent / "key-4.pem").unlink()

    site = centre.build()

    assert centre.keys() == [("retired", 2), ("retired", 1), ("retired", 1), ("active", 1)]
    old = [path for path in first if path.endswith("credential.json")]
    assert len(old) == 2
    for path in old:
        assert site[path] == first[path]
    assert set(centre.verdicts().values()) == {"valid"}
    assert len(centre.verdicts()) == 5
    did = did_of(site)
    assert len(did["verificationMethod"]) == len(did["assertionMethod"]) == 4
    assert all("revoked" not in x and "expires" not in x for x in did["verificationMethod"])
    assert did["verificationMethod"][0] == did_of(first)["verificationMethod"][0]
    status = json.loads(site["status/centre/1.json"])
    assert status["proof"][0]["verificationMethod"] == did["assertionMethod"][3]
    assert centre.build() == site


def test_a_key_is_published_two_days_before_it_signs(centre):
    centre.issue()
    centre.new_key(2)
    rotate = ("key", "rotate", "centre", "--to", "file:../key-2.pem")

    announced = centre(*rotate)
    again = centre(*rotate, code=2)
    site_before = centre("issue", "--at", "2026-10-02").err
    known = centre.build()
    taken = centre(*rotate)

    assert re.sub("z6Mk[A-Za-z0-9]+", "z6Mk…", announced.out) == (
        "+   - issuer: centre\n"
        "+     public_key_multibase: z6Mk…\n"
        "+     signer: file:../key-2.pem\n"
        "+     state: next\n"
    )
    assert announced.err == (
        "obit.yaml was changed as shown; nothing is signed yet\n"
        "  - have it reviewed and merged, issue and publish: then did.json shows the new key\n"
        "  - two days later, run this command again: then the new key signs\n"
    )
    assert again.err == (
        "error: this key is not published yet\n"
        "  fix: issue, publish the site and wait two days; or, after a theft, add --now\n"
    )
    assert "done: 1 key change, 2 unchanged" in site_before
    assert len(did_of(known)["assertionMethod"]) == 2
    assert taken.out == "+     state: retired\n-     state: next\n+     state: active\n"
    assert (centre.root / "obit.yaml").read_text().count("# The centre's own.") == 1


def test_an_issuer_that_closes_is_published_once_more_and_its_badges_stay_good(centre):
    key = re.search(r"z6Mk\w+", (centre.root / "obit.yaml").read_text())[0]
    centre.issue()

    centre("key", "retire", "centre", key, "--close")
    done = centre.issue()
    (centre.root.parent / "key-1.pem").unlink()
    site = centre.build()

    assert done.err.startswith("done: 1 key change, 2 unchanged\n")
    assert centre.keys() == [("retired", 2)]
    assert set(centre.verdicts().values()) == {"valid"}
    assert f"#{key}" in did_of(site)["assertionMethod"][0]


def leak(centre):
    """Issue three awards with two keys, then disown the first; return the sites before and after."""
    centre.issue()
    centre.new_key(2)
    centre("key", "rotate", "centre", "--to", "file:../key-2.pem", "--now")
    centre.award("2026-04-01", "7f3k9m2q")
    centre.issue()
    before = centre.build()
    leaked = json.loads(centre("key", "list", "--format", "json").out)[0]["key"]
    centre(
        "key", "revoke", "centre", leaked[:12], "--reason", "Portable volé", "--on", "2026-10-08"
    )
    return before


def ids_of(site):
    return {
        path.split("/")[1] for path in site if re.fullmatch(r"awards/\w+/credential\.json", path)
    }


def test_revoking_a_key_fails_exactly_its_credentials_and_issues_them_again(centre):
    before = leak(centre)
    key_of = {
        x: json.loads(before[f"awards/{x}/credential.json"])["proof"][0]["verificationMethod"]
        for x in ids_of(before)
    }
    leaked = did_of(before)["assertionMethod"][0]
    lost = {x for x, key in key_of.items() if key == leaked}

    plan = centre("plan").out
    issued = centre.issue()
    site = centre.build()

    assert plan.startswith("2 to re-issue, 1 key change, 1 unchanged\n")
    assert "  * re-issue  tableur-1 v1  2026-03-14  2m8qa4xd, 7f3k9m2q\n" in plan
    assert "  re-issue can't be undone\n  a key never goes back\n" in plan
    assert issued.err.startswith("done: 2 to re-issue, 1 key change, 1 unchanged\n")
    verdicts = centre.verdicts()
    new = ids_of(site) - ids_of(before)
    assert {x for x, said in verdicts.items() if said == "key.revoked"} == lost
    assert {x for x, said in verdicts.items() if said == "valid"} == (ids_of(before) - lost) | new
    assert len(lost) == len(new) == 2
    for path in (f"awards/{x}/credential.json" for x in ids_of(before)):
        assert site[path] == before[path]
    said = [json.loads(site[f"awards/{x}/credential.json"]) for x in sorted(lost | new)]
    for one in said:
        del one["id"], one["credentialStatus"], one["proof"]
    assert len({json.dumps(one, sort_keys=True) for one in said}) == 2


def test_the_old_pages_say_so_and_point_to_the_new_ones(centre):
    before = leak(centre)
    centre.issue()
    site = centre.build()

    new = ids_of(site) - ids_of(before)
    lost = [x for x, said in centre.verdicts().items() if said == "key.revoked"]
    followers = set()
    for old in lost:
        page = site[f"awards/{old}/index.html"].decode()
        assert "L’émetteur a signé ce badge à nouveau avec une autre clé" in page
        followers |= {x for x in new if f"awards/{x}/" in page}
        assert f"awards/{old}/badge.png" not in site
    assert followers == new
    for one in new:
        assert f"awards/{one}/badge.png" in site
    did = did_of(site)
    assert did["verificationMethod"][0]["revoked"] == "2026-10-08T00:00:00Z"
    assert did["assertionMethod"] == [did["verificationMethod"][1]["id"]]
    assert "Portable" not in "".join(x.decode("utf-8", "ignore") for x in site.values())


def test_running_again_after_a_leak_changes_nothing(centre):
    leak(centre)
    centre.issue()
    site, ledger = centre.build(), tree(centre.root / ".obit")
    for key in centre.root.parent.glob("*.pem"):
        key.unlink()

    done = centre("issue", "--at", "2026-10-20")

    assert done.err.startswith("done: nothing to do, 3 unchanged\n")
    assert tree(centre.root / ".obit") == ledger
    assert centre.build() == site


def test_a_former_key_that_is_declared_again_is_refused(centre):
    leak(centre)
    centre.issue()
    settings = centre.root / "obit.yaml"
    kept = re.sub(r"    (revoked|state): .*\n", "", settings.read_text())
    settings.write_text(kept + "    state: next\n")
    before = tree(centre.root / ".obit")

    done = centre("issue", "--at", "2026-10-20", code=1)

    assert "key-goes-forward" in done.err
    assert "this key is revoked in the ledger; it can't become active again" in done.err
    assert "this key is active in the ledger; it can't become next again" in done.err
    assert tree(centre.root / ".obit") == before


def test_a_site_is_not_built_while_a_revoked_keys_awards_wait(centre):
    leak(centre)

    done = centre("build", "--at", "2026-10-20", code=1)

    assert done.err == (
        "error: an award waits to be signed again, because its key was revoked\n"
        "  fix: run obit issue again\n"
    )


def test_a_key_of_tokens_leaks_by_itself(centre):
    for name in ("a", "b"):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (centre.root.parent / f"tokens-{name}.pem").write_bytes(pem)
    issuer = centre.root / "issuers/centre/issuer.yaml"
    issuer.write_text(issuer.read_text() + "token: ES256\n")
    public = centre("key", "show", "file:../tokens-a.pem").out.strip()
    with (centre.root / "obit.yaml").open("a") as settings:
        settings.write(
            f"  - issuer: centre\n    public_key_multibase: {public}\n"
            "    signer: file:../tokens-a.pem\n    use: tokens\n"
        )
    centre.issue()
    first = centre.build()

    centre("key", "revoke", "centre", public, "--to", "file:../tokens-b.pem", "--on", "2026-10-02")
    centre.issue()
    site = centre.build()

    assert centre.keys() == [("active", 4), ("revoked", 2), ("active", 2)]
    assert len(ids_of(site)) == 4
    reasons = centre.verdicts_on("credential.jwt")
    assert {x for x, said in reasons.items() if said == "key.revoked"} == ids_of(first)
    assert {x for x, said in reasons.items() if said == "valid"} == ids_of(site) - ids_of(first)
    revoked = [
        path for path, data in site.items() if b'"revoked"' in data and path.endswith(".jwk.json")
    ]
    assert len(revoked) == 1
    assert json.loads(site[revoked[0]]) == {"revoked": "2026-10-02T00:00:00Z"}
