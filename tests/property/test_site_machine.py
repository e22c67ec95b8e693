"""Whatever a centre awards and takes back, every site that it publishes keeps its promises.

A state machine edits awards in real files, issues with a real key, builds without it, and reads each
site back as a stranger would (``INV`` numbers as in docs/reference/invariants.md; the promises of
the ledger alone are in test_ledger_machine.py). OBIT_SITES says how many stories are told.
"""

import dataclasses
import datetime
import hashlib
import json
import os
import shutil
import socket
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import ClassVar

import hypothesis
import hypothesis.strategies as st
import pytest
from centre import fixed_entropy
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from independent import says

sys.path.insert(0, str(Path(__file__).parents[1] / "privacy"))

from traces import Person, traces

from obit_build import pipeline
from obit_build.credentials.issuer_keys import encode_key
from obit_build.errors import CredentialError, ObitError
from obit_build.ledger.folder import FolderStore
from obit_build.pictures.bake import unbake
from obit_build.signers.signer import from_pem, new_pem
from obit_build.website.units import Units

STORIES = int(os.environ.get("OBIT_SITES", "3"))
STEPS = 10
SITE = "https://badges.example.org/x/"
PEM = new_pem(hashlib.sha256(b"obit test key of sites").digest(), None)
NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
AHEAD = datetime.timedelta(minutes=10)
DAYS = ("2026-03-14", "2026-05-02")
HOLDER = Person("7f3k9m2q", "Zéphyrine", "Canari-Témoin", "zephyrine.canari@prive.example")
CODES = (HOLDER.code, "2m8qa4xd")
FILES = {
    "obit.yaml": f"site: {SITE}\nlanguages: [fr]\n"
    "keys:\n  - issuer: centre\n    signer: file:../key.pem\n"
    f"    public_key_multibase: {encode_key('EdDSA', from_pem(PEM, None, 'key').public_key)}\n",
    "issuers/centre/issuer.yaml": "name: Centre d'essai\n",
    "badges/tableur/badge.yaml": "name: Tableur\ndescription: Sait compter.\n"
    "criteria: Réussir.\nimage: image.svg\n",
    "badges/tableur/image.svg": '<svg xmlns="http://www.w3.org/2000/svg" '
    'viewBox="0 0 600 600"><circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n',
    "recipients.csv": "code,name,email,language,show_name,consent_date\n"
    f"{HOLDER.code},{HOLDER.name},{HOLDER.email},fr,no,\n{CODES[1]},,,,,\n",
}
SHOWN = {"active": "valid", "suspended": "suspended", "revoked": "revoked"}


class Sites(RuleBasedStateMachine):
    checked: ClassVar[Counter[str]] = Counter()

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="obit-sites-"))
        self.root, self.site = self.folder / "centre", self.folder / "site"
        self.key = self.folder / "key.pem"
        self.awards = {}  # (code, day) → what its entry says besides the code
        self.at = NOON
        self.before = None  # the ledger at the last publication
        self.revoked = set()
        self.methods = []
        self.sizes = []
        self.lists_are_old = False

    def teardown(self):
        shutil.rmtree(self.folder)

    # --- what people do to their files -------------------------------------------------

    @initialize()
    def begin(self):
        for name, text in FILES.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.awards[HOLDER.code, DAYS[0]] = {}
        self.publish()

    @rule(code=st.sampled_from(CODES), day=st.sampled_from(DAYS))
    def award(self, code, day):
        self.committed()
        self.awards.setdefault((code, day), {})

    @rule(
        code=st.sampled_from(CODES),
        day=st.sampled_from(DAYS),
        how=st.sampled_from(["revoked", "suspended", "withdrawn"]),
    )
    def decide(self, code, day, how):
        said = self.awards.get((code, day), {"withdrawn": ""})
        if "withdrawn" in said or (how == "suspended" and "revoked" in said):
            return  # final
        self.committed()
        if how == "revoked":
            said.pop("suspended", None)
        said[how] = "2026-06-01"
        self.publish()

    @rule(code=st.sampled_from(CODES), day=st.sampled_from(DAYS))
    def reinstate(self, code, day):
        self.committed()
        self.awards.get((code, day), {}).pop("suspended", None)

    @rule(days=st.integers(1, 40))
    def time_goes_on(self, days):
        """Lists run out after some days: the next issuing run signs them again."""
        self.at += datetime.timedelta(days=days)
        self.lists_are_old = True

    def committed(self):
        """Each change is a commit of its own, somewhat later."""
        self.at += datetime.timedelta(minutes=1)

    def write(self, awards):
        folder = self.root / "badges" / "tableur" / "awards"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for day in DAYS:
            lines = [
                f"  - {{id: {code}{''.join(f', {how}: {on}' for how, on in sorted(said.items()))}}}"
                for (code, of), said in sorted(awards.items())
                if of == day
            ]
            if lines:
                (folder / f"{day}.yaml").write_text(
                    "\n".join([f"issued: {day}", "to:", *lines, ""])
                )

    # --- what obit does ------------------------------------------------------------------

    def setting(self, **fields):
        setting = pipeline.Setting(
            root=self.root, now=self.at, at=self.at, commit="c0ffee", entropy=fixed_entropy,
            live="none",
        )  # fmt: skip
        return dataclasses.replace(setting, **fields)

    def issue(self, **fields):
        """Issue; the key is there for as long as that takes."""
        setting = self.setting(**fields)
        self.key.write_bytes(PEM)
        try:
            repository = pipeline.repository_of(pipeline.sound(setting))
            pipeline.issue(setting, repository, refresh=self.lists_are_old)
            self.lists_are_old = False
        finally:
            self.key.unlink()

    def build(self, **fields):
        """INV-14: neither a key nor a network is there."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "socket", no_network)
            patch.setattr(socket, "getaddrinfo", no_network)
            pipeline.build(self.setting(**fields), self.site)
        self.saw("INV-14")

    @rule()
    def publish(self):
        self.write(self.awards)
        self.issue()
        self.build()
        self.the_site_keeps_its_promises()

    @precondition(lambda self: self.before is not None)
    @rule()
    def publish_again(self):
        """INV-7 for the site: nothing new, nothing written."""
        self.publish()
        before = self.everything()
        self.publish()
        assert self.everything() == before
        self.saw("INV-7")

    @rule(changed=st.booleans())
    def forget_to_sign_the_lists_again(self, changed):
        """INV-4: a site whose lists have run out is not published, even if nothing else changed."""
        self.publish()
        before = self.everything()
        later = self.at + datetime.timedelta(days=60)
        with pytest.raises(CredentialError, match="the issuer's list ended on"):
            self.build(**({"now": later, "at": later} if changed else {"now": later}))
        assert self.everything() == before

    @rule()
    def forget_an_award(self):
        """INV-12: deleting the entry of what was issued is an error that changes nothing."""
        self.publish()
        before = self.everything()
        kept = {key for key, said in self.awards.items() if "withdrawn" in said}
        if kept == self.awards.keys():
            return
        self.write({key: self.awards[key] for key in kept})
        with pytest.raises(ObitError):
            self.issue()
        with pytest.raises(ObitError):
            self.build()
        assert self.everything() == before
        self.saw("INV-12")

    def everything(self):
        """Every file of the site and of the ledger, by its content and its time."""
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for top in (self.site, self.root / ".obit" / "ledger")
            for path in top.rglob("*")
            if path.is_file() and path.name != ".lock"
        }

    # --- what a stranger sees ----------------------------------------------------------

    def saw(self, *invariants):
        type(self).checked.update(invariants)

    def the_site_keeps_its_promises(self):
        ledger = FolderStore(self.root / ".obit" / "ledger").replay().ledger()
        there = {path.parent.name for path in self.site.glob("awards/*/credential.json")}
        kept = {award.id for award in ledger.awards.values() if award.state != "withdrawn"}
        assert there == kept  # INV-10
        for award in ledger.awards.values():
            if award.id in kept:
                assert says(self.site, SITE, award.id) == SHOWN[award.state]  # INV-4
                self.images_hold_what_the_ledger_holds(award)
                self.proofs_are_of_their_time(award)
            assert award.id not in self.revoked or award.state in ("revoked", "withdrawn")  # INV-2
        self.revoked |= {x.id for x in ledger.awards.values() if x.state == "revoked"}
        did = json.loads((self.site / "issuers" / "centre" / "did.json").read_text())
        methods = [method["id"] for method in did["verificationMethod"]]
        assert methods[: len(self.methods)] == self.methods  # INV-9
        checkpoint = (self.site / "log" / "checkpoint").read_text().split("\n")
        self.sizes.append(int(checkpoint[1]))
        assert self.sizes == sorted(self.sizes)  # INV-8
        self.nobody_is_found()
        self.methods, self.before = methods, ledger
        self.saw("INV-2", "INV-4", "INV-8", "INV-9", "INV-10")

    def images_hold_what_the_ledger_holds(self, award):
        """INV-19."""
        store = FolderStore(self.root / ".obit" / "ledger")
        data = store.credential(award.id, award.sha256)
        folder = self.site / "awards" / award.id
        assert (folder / "credential.json").read_bytes() == data
        for image in ("badge.png", "badge.svg"):
            if award.state in ("active", "suspended"):
                assert unbake((folder / image).read_bytes()).encode() == data
                self.saw("INV-19")

    def proofs_are_of_their_time(self, award):
        """INV-17: no proof is older than the checkpoint before it, or from the future."""
        if self.before and award.id in self.before.awards:
            return
        text = (self.site / "awards" / award.id / "credential.json").read_text()
        created = datetime.datetime.fromisoformat(json.loads(text)["proof"][0]["created"])
        assert created <= self.at + AHEAD
        assert self.before is None or created >= self.before.last_at
        self.saw("INV-17")

    def nobody_is_found(self):
        """INV-18: no name and no address, in no form."""
        for path in self.site.rglob("*"):
            if path.is_file() and path.suffix in (".json", ".html", ".svg", ".xml", ""):
                assert traces(path.read_bytes(), HOLDER) == [], path
        self.saw("INV-18")


def no_network(*_arguments, **_named):
    raise AssertionError("a build asked for the network")


def told(machine):
    """Tell one short story; return what the machine says of it."""
    run = machine()
    try:
        run.begin()
        run.award(CODES[1], DAYS[0])
        run.decide(HOLDER.code, DAYS[0], "revoked")
        run.publish_again()
    finally:
        run.teardown()


@pytest.mark.invariant(2, 4, 7, 8, 9, 10, 12, 14, 17, 18, 19)
def test_every_site_keeps_its_promises_whatever_is_decided(record_property):
    Sites.checked.clear()

    run_state_machine_as_test(
        Sites,
        settings=hypothesis.settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[
                hypothesis.Phase.generate
            ],  # to tell a story takes seconds, to shorten it minutes
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )

    for name, times in Sites.checked.items():
        record_property(f"{name} held on a site", times)


# Sites that are wrong on purpose ----------------------------------------------------------


def spoiled(spoil):
    """Make the machine's program wrong: ``spoil`` changes each site after it was built."""

    class Wrong(Sites):
        def build(self, **fields):
            super().build(**fields)
            spoil(self)

    return Wrong


def without_the_last_award(machine):
    shutil.rmtree(max(machine.site.glob("awards/*/credential.json")).parent)


def with_another_word_in_a_credential(machine):
    path = max(machine.site.glob("awards/*/credential.json"))
    path.write_text(path.read_text().replace("Tableur", "Tableau"))


def with_lists_of_the_first_day(machine):
    kept = machine.folder / "first"
    if kept.exists():
        shutil.rmtree(machine.site / "status")
        shutil.copytree(kept, machine.site / "status")
    else:
        shutil.copytree(machine.site / "status", kept)


def without_the_former_keys(machine):
    path = machine.site / "issuers" / "centre" / "did.json"
    document = json.loads(path.read_text())
    if machine.methods:
        document["verificationMethod"], document["assertionMethod"] = [], []
    path.write_text(json.dumps(document))


def with_the_checkpoint_of_yesterday(machine):
    path = machine.site / "log" / "checkpoint"
    origin, _, rest = path.read_text().split("\n", 2)
    path.write_text(f"{origin}\n{max(machine.sizes, default=1) - 1}\n{rest}")


def with_the_holder_in_the_catalogue(machine):
    path = machine.site / "catalog.json"
    path.write_text(path.read_text() + HOLDER.name)


def with_pictures_of_another_award(machine):
    for picture in machine.site.glob("awards/*/badge.svg"):
        picture.write_text(picture.read_text().replace("Tableur", "Tableau"))


def with_everything_written_anew(machine):
    for path in machine.site.rglob("*.html"):
        os.utime(path, ns=(1, len(machine.sizes)))


@pytest.mark.parametrize(
    "spoil",
    [
        without_the_last_award,
        with_another_word_in_a_credential,
        with_lists_of_the_first_day,
        without_the_former_keys,
        with_the_checkpoint_of_yesterday,
        with_the_holder_in_the_catalogue,
        with_pictures_of_another_award,
        with_everything_written_anew,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_site_that_breaks_a_promise_is_found_out(spoil):
    with pytest.raises(AssertionError):
        told(spoiled(spoil))


def test_a_build_that_asks_for_the_network_is_found_out(monkeypatch):
    def asking(*given, **named):
        socket.getaddrinfo("example.org", 443)
        return Units(*given, **named)

    monkeypatch.setattr(sys.modules["obit_build.pipeline.build"], "Units", asking)

    with pytest.raises(AssertionError, match="a build asked for the network"):
        told(Sites)


def test_a_proof_from_the_future_is_found_out():
    class Hasty(Sites):
        def setting(self, **fields):
            later = self.at + datetime.timedelta(hours=1)
            return super().setting(**{"at": later, "now": later, **fields})

    with pytest.raises(AssertionError):
        told(Hasty)
