"""Attacks on Open Badges 2.0 are refused, each at its step, for its own reason, in plain words."""

import pytest
from older_attacks import ATTACKS
from older_badges import hosted, signed


@pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda attack: f"{attack.world.__name__}: {attack.what}"
)
def test_it_is_refused_for_its_own_reason(attack):
    report = attack.world(attack.change).report()

    decisive = report.decisive
    assert (decisive.number, decisive.outcome, decisive.reason, str(decisive.message)) == (
        attack.step,
        attack.outcome,
        attack.reason,
        attack.words,
    )
    assert not report.passed
    assert decisive.fix


@pytest.mark.parametrize("world", [hosted, signed])
def test_without_an_attack_the_same_badge_passes(world):
    assert world().report().state == "valid"
