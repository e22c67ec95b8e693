"""Whatever people do to their files, and wherever a run stops: the ledger keeps its promises.

A state machine edits a centre's awards at random, issues, crashes, rotates keys and tries what is
forbidden. After every step the invariants of the ledger are looked at (``INV`` numbers in the
names of the checks). Each run has at most STEPS steps; OBIT_LEDGERS says how many runs there are.
"""

import dataclasses
import datetime
import json
import os
import random
import shutil
import tempfile
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
from centre import (
    CANARY_EMAIL,
    CANARY_NAME,
    ISSUED,
    NOON,
    RefusedError,
    a_centre,
    an_award,
    decided,
    issue,
    ledger_files,
    signers_of,
    text,
    with_settings,
)
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from obit_build import durable
from obit_build.errors import LedgerError
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import instant
from obit_build.ledger.replay import Replay
from obit_build.ledger.resumed import leave, resumed
from obit_build.model.award import Former
from obit_build.model.settings import KeyDeclaration
from obit_build.model.words import PublicKeyMultibase, Slug
from obit_build.remembered import Remembered
from obit_build.securing import status
from obit_build.securing.keys import encode_multikey

STEPS = 25
RUNS = int(os.environ.get("OBIT_LEDGERS", "25"))
BADGES = ("pare-feu", "reseaux")
CODES = ("7f3k9m2q", "2m8qa4xd", "p0q9r8s7")
DAYS = tuple(ISSUED + datetime.timedelta(days=n) for n in range(2))


class PowerCutError(BaseException):
    """The process is gone: nothing may catch this, like nothing catches a SIGKILL."""


def recalled(ledger):
    """Return what the next run recalls of what a ledger adds up to."""
    left = Remembered("this obit")
    leave(ledger, (), left)
    rows = {name: (made_from, value) for name, made_from, value in left.rows()}
    return resumed(Remembered("this obit", rows.get)).ledger()


class Ledgers(RuleBasedStateMachine):
    looked = 0

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="obit-machine-"))
        self.store = FolderStore(self.folder / "ledger")
        self.awards = {}
        self.key = 1
        self.signers = signers_of("1")
        self.at = NOON
        self.issued_bytes = {}
        self.places = {}
        self.revoked = set()
        self.former = {}  # number of a key → how it is declared now that it signs no more
        self.announced = False
        self.keys = ()
        self.log = []
        self.list_times = {}
        self.up_to_date = False  # whether what is wanted has been issued

    def teardown(self):
        shutil.rmtree(self.folder)

    # --- what people do to their files -------------------------------------------------

    @initialize(days=st.integers(1, 2))
    def begin(self, days):
        """Begin with a few awards that are issued, so that there is something to decide about."""
        for badge, code in zip(BADGES, CODES, strict=False):
            for day in DAYS[:days]:
                award = an_award(code, badge, day)
                self.awards[award.key] = award
        self.issue()

    @rule(badge=st.sampled_from(BADGES), code=st.sampled_from(CODES), day=st.sampled_from(DAYS))
    def add(self, badge, code, day):
        award = an_award(code, badge, day)
        if award.key not in self.awards:
            self.awards[award.key] = award
            self.up_to_date = False

    def known(self):
        """Return the wanted awards that are in the ledger: [(award, issued)]."""
        if not self.store.exists():
            return []
        ledger = self.store.replay().ledger()
        return [
            (award, ledger.awards[ledger.award_id(key)])
            for key, award in sorted(self.awards.items())
            if ledger.award_id(key) in ledger.awards
        ]

    def staying(self):
        """Return the known awards that nobody wants to take down."""
        return [(award, issued) for award, issued in self.known() if not award.withdrawn]

    def choose(self, number, choices):
        hypothesis.assume(choices)
        return choices[number % len(choices)]

    def change(self, key, now, **fields):
        self.awards[key] = dataclasses.replace(self.awards[key], **fields)
        self.up_to_date = False
        if now:
            self.issue()

    @rule(number=st.integers(0, 99), now=st.booleans())
    def revoke(self, number, now):
        key = self.choose(number, [k for k, a in sorted(self.awards.items()) if not a.revoked])
        self.change(key, now, revoked=decided(why=f"Canari {CANARY_NAME}"))

    @rule(number=st.integers(0, 99), now=st.booleans())
    def suspend(self, number, now):
        key = self.choose(number, [k for k, a in sorted(self.awards.items()) if not a.suspended])
        self.change(key, now, suspended=decided())

    @rule(number=st.integers(0, 99), now=st.booleans())
    def reinstate(self, number, now):
        key = self.choose(number, [k for k, a in sorted(self.awards.items()) if a.suspended])
        self.change(key, now, suspended=None)

    @rule(number=st.integers(0, 99), now=st.booleans())
    def withdraw(self, number, now):
        """Take an award down; its entry may lose all its details in the same breath."""
        key = self.choose(number, [k for k, a in sorted(self.awards.items()) if not a.withdrawn])
        if number % 2:
            self.awards[key] = an_award(key.recipient, key.badge, key.issued)
        self.change(key, now, withdrawn=key.issued)

    @rule(number=st.integers(0, 99), now=st.booleans())
    def replace(self, number, now):
        """Let the award of the second day replace that of the first, if both are wanted."""
        pairs = [
            key
            for key, award in sorted(self.awards.items())
            if key.issued == DAYS[1]
            and not award.replaces
            and dataclasses.replace(key, issued=DAYS[0]) in self.awards
        ]
        self.change(self.choose(number, pairs), now, replaces=Former(issued=DAYS[0]))

    @rule()
    def announce_a_key(self):
        self.announced = True
        self.up_to_date = False

    @rule(how=st.sampled_from(["retired", "dropped"]))
    def rotate_keys(self, how):
        self.former[self.key] = how
        self.key += 1
        self.signers = signers_of(str(self.key))
        self.announced = self.up_to_date = False

    @rule(number=st.integers(0, 99), now=st.booleans())
    def revoke_a_key(self, number, now):
        """Disown a key, be it the one that signs or one that signed long ago."""
        good = [k for k in range(1, self.key + 1) if self.former.get(k) != "revoked"]
        leaked = self.choose(number, good)
        if leaked == self.key:
            self.rotate_keys("revoked")
        self.former[leaked] = "revoked"
        self.up_to_date = False
        if now:
            self.issue()

    @rule(days=st.integers(-400, 400))
    def clock_jumps(self, days):
        self.at = NOON + datetime.timedelta(days=days)

    # --- what obit does ------------------------------------------------------------------

    def centre(self, awards=None):
        wanted = list((self.awards if awards is None else awards).values())
        random.Random(len(wanted)).shuffle(wanted)  # INV-13: files come in any order
        states = {**self.former, self.key: "active"}
        if self.announced:
            states[self.key + 1] = "next"
        return with_settings(a_centre(wanted), keys=tuple(declarations(states)))

    def run(self, awards=None, **options):
        return issue(self.centre(awards), self.store, self.signers, at=self.at, **options)

    @rule()
    def issue(self):
        self.run()
        self.up_to_date = True

    @rule()
    def refresh(self):
        self.run(refresh=True)
        self.up_to_date = True

    @rule(writes=st.integers(0, 12), before=st.booleans())
    def crash_and_run_again(self, writes, before):
        """Stop at a write; the next run ends where an undisturbed run ends."""
        twin = FolderStore(self.folder / "twin")
        if self.store.root.exists():
            shutil.copytree(self.store.root, twin.root)
        issue(self.centre(), twin, signers_of(str(self.key)), at=self.at)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(durable, "write", power_cut(durable.write, writes, before=before))
            try:
                self.run()
            except PowerCutError:
                self.the_ledger_keeps_its_promises()
        self.run()

        assert ledger_files(self.store) == ledger_files(twin)  # INV-5
        shutil.rmtree(twin.root)
        self.up_to_date = True

    @rule(number=st.integers(0, 99))
    def let_a_former_key_sign_again(self, number):
        """INV-9: a retired or revoked key never comes back."""
        gone = [
            key for key in self.store.replay().ledger().keys if key.state in ("retired", "revoked")
        ]
        key = self.choose(number, gone)
        back = KeyDeclaration(
            issuer=Slug(key.issuer),
            public_key_multibase=PublicKeyMultibase(key.public_key_multibase),
            signer="env:K",
        )
        before = ledger_files(self.store)
        with pytest.raises(RefusedError, match="key-goes-forward"):
            issue(with_settings(self.centre(), keys=(back,)), self.store, self.signers)
        assert ledger_files(self.store) == before

    @precondition(lambda self: self.up_to_date)
    @rule()
    def run_again_without_change(self):
        """INV-7: no signer call, no new event, the same bytes."""
        self.run()  # a rotated key may still have to be published
        before, calls = ledger_files(self.store), [s.calls for s in self.signers.values()]

        self.run()

        assert ledger_files(self.store) == before
        assert [s.calls for s in self.signers.values()] == calls

    @precondition(lambda self: self.up_to_date)
    @rule(seed=st.integers(0, 99))
    def the_order_of_files_does_not_matter(self, seed):
        """INV-13: the same awards, written into a new ledger in another order."""
        one, other = FolderStore(self.folder / "one"), FolderStore(self.folder / "other")
        items = sorted(self.awards.items())
        random.Random(seed).shuffle(items)

        issue(a_centre(dict(items).values()), one, signers_of("1"))
        issue(a_centre(dict(items[::-1]).values()), other, signers_of("1"))

        assert ledger_files(one) == ledger_files(other)
        shutil.rmtree(one.root)
        shutil.rmtree(other.root)

    # --- what is forbidden -----------------------------------------------------------------

    def refused(self, awards, check):
        """INV-12: an error leaves the ledger as it was."""
        before, calls = ledger_files(self.store), [s.calls for s in self.signers.values()]

        with pytest.raises(RefusedError) as caught:
            self.run(awards)

        assert check in caught.value.args[0]
        assert ledger_files(self.store) == before
        assert [s.calls for s in self.signers.values()] == calls

    @rule(number=st.integers(0, 99))
    def edit_an_issued_award(self, number):
        award, _ = self.choose(number, self.staying())
        edited = dataclasses.replace(award, narrative=text(f"Autre {CANARY_NAME}"))

        self.refused({**self.awards, award.key: edited}, "issued-award-is-unchanged")

    @rule(number=st.integers(0, 99))
    def delete_the_line_of_an_issued_award(self, number):
        award, _ = self.choose(number, [x for x in self.known() if x[1].state != "withdrawn"])
        rest = {key: a for key, a in self.awards.items() if key != award.key}

        self.refused(rest, "issued-award-stays")

    @rule(number=st.integers(0, 99))
    def take_a_revocation_back(self, number):
        final = [a for a, issued in self.staying() if issued.state == "revoked"]
        award = self.choose(number, final)

        self.refused(
            {**self.awards, award.key: dataclasses.replace(award, revoked=None)},
            "revocation-is-final",
        )

    @rule(number=st.integers(0, 99))
    def take_a_withdrawal_back(self, number):
        gone = [a for a, issued in self.known() if issued.state == "withdrawn"]
        award = self.choose(number, gone)

        self.refused(
            {**self.awards, award.key: dataclasses.replace(award, withdrawn=None)},
            "withdrawal-is-final",
        )

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def all_is_well(self):
        self.the_ledger_keeps_its_promises()
        self.the_lists_say_what_the_ledger_says()
        self.nothing_private_is_in_the_ledger()
        type(self).looked += 1

    def the_ledger_keeps_its_promises(self):
        if not self.store.exists():
            return
        ledger = self.store.replay().ledger()
        assert recalled(ledger) == Replay.of(recalled(ledger)).ledger() == ledger
        log = [
            data
            for path, data in ledger_files(self.store).items()
            if path.startswith("log/") and ".tmp-" not in path
        ]
        assert log[: len(self.log)] == self.log  # INV-8: each log is a prefix of the next
        assert ledger.size == len(log)
        self.log = log
        keys = tuple((key.issuer, key.public_key_multibase) for key in ledger.keys)
        assert keys[: len(self.keys)] == self.keys  # INV-9: no key is ever taken out
        self.keys = keys
        signing = [(key.issuer, key.use) for key in ledger.keys if key.state == "active"]
        assert len(signing) == len(set(signing))
        for award in ledger.awards.values():
            if award.state == "withdrawn":
                assert award.id in self.issued_bytes  # it was there once
            else:
                data = self.store.credential(award.id, award.sha256)
                assert self.issued_bytes.setdefault(award.id, data) == data  # INV-1
            place = (award.issuer, award.list_number, award.index)
            assert self.places.setdefault(place, award.id) == award.id  # INV-3
            if award.id in self.revoked:
                assert award.state in ("revoked", "withdrawn")  # INV-2
            if award.state in ("revoked", "withdrawn"):
                self.revoked.add(award.id)
        assert self.issued_bytes.keys() <= ledger.awards.keys()  # INV-10: nothing disappears

    def the_lists_say_what_the_ledger_says(self):
        if not self.up_to_date:
            return
        ledger = self.store.replay().ledger()
        wanted = {ledger.award_id(key) for key, award in self.awards.items() if not award.withdrawn}
        gone = {award.id for award in ledger.awards.values() if award.state == "withdrawn"}
        current = {award.id for award in ledger.awards.values() if not award.reissued_as}
        assert wanted == current - gone  # INV-10
        kept = {p.split("/")[2][:32] for p in ledger_files(self.store) if p.startswith("issued/")}
        assert kept == ledger.awards.keys() - gone  # what was withdrawn is gone from the disk
        for award in ledger.awards.values():
            if award.state in ("active", "suspended"):
                assert ledger.revoked_key(award) is None  # it was issued again
            if award.reissued_as:
                assert award.replaced_by == award.reissued_as
                state = ledger.awards[award.reissued_as].state
                assert award.state == ("withdrawn" if state == "withdrawn" else "replaced")
        for award, issued in self.known():
            assert issued.state == wanted_state(award, issued)
        for issuer, newest in ledger.lists.items():
            for number in range(1, newest + 1):
                on_list = tuple(ledger.on_list(issuer, number))
                revocations = self.bits(f"status/{issuer}/{number}.json", ledger)
                suspensions = self.bits(f"status/{issuer}/{number}-suspension.json", ledger)
                assert status.count(revocations) == sum(a.state != "active" for a in on_list)
                assert status.count(suspensions) == sum(a.state == "suspended" for a in on_list)
                for award in on_list:  # INV-15
                    assert status.is_set(revocations, award.index) == (award.state != "active")
                    assert status.is_set(suspensions, award.index) == (award.state == "suspended")

    def bits(self, path, ledger):
        data = self.store.status(path)
        document = json.loads(data)
        former, time = self.list_times.get(path, (data, ""))
        if data != former:
            clock = instant(max(self.at, ledger.last_at))
            assert document["validFrom"] > time or clock <= time  # INV-16: as far as the clock has
        self.list_times[path] = (data, document["validFrom"])
        key = document["proof"][0]["verificationMethod"].partition("#")[2]
        assert key == ledger.active_key(path.split("/")[1])
        return status.decode(document["credentialSubject"]["encodedList"])

    def nothing_private_is_in_the_ledger(self):
        """INV-18."""
        for path, data in ledger_files(self.store).items():
            for secret in (CANARY_NAME, CANARY_EMAIL, "Canari", *CODES):
                assert secret.encode() not in data, path


def declarations(states):
    """Declare keys by number; those that are dropped are left out."""
    for number, how in states.items():
        for slug, signer in signers_of(str(number)).items():
            if how != "dropped":
                yield KeyDeclaration(
                    issuer=Slug(slug),
                    public_key_multibase=PublicKeyMultibase(encode_multikey(signer.public_key)),
                    signer="env:K",
                    state="active" if how == "revoked" else how,
                    revoked=decided() if how == "revoked" else None,
                )


def wanted_state(award, issued):
    if award.withdrawn:
        return "withdrawn"
    if award.revoked:
        return "revoked"
    if issued.replaced_by:
        return "replaced"
    return "suspended" if award.suspended else "active"


def power_cut(write, writes, *, before):
    """Let ``writes`` writes through; then stop before or after the next one."""
    done = 0

    def cut(*arguments, **named):
        nonlocal done
        if done == writes and before:
            raise PowerCutError
        write(*arguments, **named)
        if done == writes:
            raise PowerCutError
        done += 1

    return cut


@pytest.mark.invariant(1, 2, 3, 5, 7, 8, 9, 10, 12, 13, 15, 16, 18)
def test_the_ledger_keeps_its_promises_whatever_happens(monkeypatch, record_property):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # test_crash.py looks at the disk
    run_state_machine_as_test(
        Ledgers,
        settings=hypothesis.settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[
                hypothesis.HealthCheck.too_slow,
                hypothesis.HealthCheck.filter_too_much,
            ],
        ),
    )
    record_property("states of ledgers looked at", Ledgers.looked)


def with_another_word_in_a_credential(machine):
    path = max(machine.store.root.glob("issued/*/*.json"))
    path.write_bytes(path.read_bytes().replace(b"Pare-feu", b"Par le feu"))


def without_its_last_event(machine):
    max(machine.store.root.glob("log/*")).unlink()


def with_the_lists_of_the_first_day(machine):
    kept, now = machine.folder / "first", machine.store.root / "state" / "status"
    if kept.exists():
        shutil.rmtree(now)
        shutil.copytree(kept, now)
    else:
        shutil.copytree(now, kept)


def with_a_code_in_a_list(machine):
    path = max(machine.store.root.glob("state/status/*/*.json"))
    path.write_bytes(path.read_bytes().replace(b"{", f'{{"of": "{CODES[0]}",'.encode(), 1))


@pytest.mark.parametrize(
    "spoil",
    [
        with_another_word_in_a_credential,
        without_its_last_event,
        with_the_lists_of_the_first_day,
        with_a_code_in_a_list,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_ledger_that_breaks_a_promise_is_found_out(spoil, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    machine = Ledgers()
    try:
        machine.begin(2)
        machine.all_is_well()
        spoil(machine)
        with pytest.raises((AssertionError, LedgerError)):  # noqa: PT012 - the story goes on
            machine.all_is_well()
            machine.change(min(machine.awards), now=True, revoked=decided())
            spoil(machine)
            machine.all_is_well()
    finally:
        machine.teardown()
