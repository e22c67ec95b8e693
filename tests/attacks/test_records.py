"""What was done to a learner record → which step refuses it, for what reason.

``before`` the record's signature (a dishonest issuer of records, or one who was taken in) or
``after`` it (anyone who has the file).
"""

import copy
import dataclasses
from collections.abc import Callable

import pytest
from signed_badges import ACHIEVEMENT_ID, ISSUER, THIEF, World, a_badge, signed
from signed_records import OTHER_ID, PROGRAMME_ID, a_record, a_record_world, another_badge

from obit_build.securing.keys import method_id

Change = Callable[[World], None]
TAMPERED = (
    "The signature does not fit: something was changed after signing, or the signature is forged."
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attack:
    """One row."""

    what: str
    step: int
    reason: str
    words: str = TAMPERED
    before: Change | None = None
    after: Change | None = None
    outcome: str = "failed"


def subject(world: World) -> dict:
    return world.badge["credentialSubject"]


def inner(world: World) -> dict:
    return subject(world)["verifiableCredential"][0]


def tamper_inside(world: World) -> None:
    inner(world)["credentialSubject"]["achievement"]["name"] = "Administrateur réseau"


def swap_for_a_genuine_one(world: World) -> None:
    of_somebody_else = a_badge(id="https://badges.example/awards/ffff0000/credential.json")
    subject(world)["verifiableCredential"][0] = signed(of_somebody_else)


def exchange_proofs(world: World) -> None:
    one, other = subject(world)["verifiableCredential"]
    one["proof"], other["proof"] = other["proof"], one["proof"]


def strip_proof_inside(world: World) -> None:
    del inner(world)["proof"]


def forge_inside(world: World) -> None:
    """Put a badge in that the thief signed in the issuer's name, before the record is signed."""
    badge = a_badge()
    method = method_id(badge["issuer"]["id"], THIEF.multikey)
    subject(world)["verifiableCredential"][0] = signed(badge, THIEF, method=method)


def hide_status_inside(world: World) -> None:
    del inner(world)["credentialStatus"]


def hoist_status(world: World) -> None:
    """Move a badge's status to the record, where it would be looked for in another place."""
    world.badge["credentialStatus"] = inner(world).pop("credentialStatus")


def drop_a_badge(world: World) -> None:
    subject(world)["verifiableCredential"].pop()


def add_a_badge(world: World) -> None:
    more = another_badge(id="https://badges.example/awards/3b3b3b3b/credential.json")
    subject(world)["verifiableCredential"].append(signed(more))


def drop_the_association(world: World) -> None:
    del subject(world)["association"]


def add_an_association(world: World) -> None:
    subject(world)["association"].append(
        {
            "type": "Association",
            "associationType": "exactMatchOf",
            "sourceId": PROGRAMME_ID,
            "targetId": OTHER_ID,
        }
    )


def turn_the_association_round(world: World) -> None:
    subject(world)["association"][0] |= {"sourceId": ACHIEVEMENT_ID, "targetId": PROGRAMME_ID}


def unknown_association(world: World) -> None:
    subject(world)["association"][0]["associationType"] = "ext:provesThat"


def somebody_elses_identity(world: World) -> None:
    subject(world)["identifier"][0]["salt"] = "00" * 16


def call_it_whole(world: World) -> None:
    world.badge["partial"] = False


def sign_as_thief(world: World) -> None:
    world.key = THIEF


def pretend_to_be_a_badge(world: World) -> None:
    world.badge["type"].append("OpenBadgeCredential")


def drop_the_type(world: World) -> None:
    world.badge["type"] = ["VerifiableCredential", "OpenBadgeCredential"]


def name_the_credential_only(world: World) -> None:
    subject(world)["verifiableCredential"][0] = inner(world)["id"]


def other_contexts(world: World) -> None:
    world.badge["@context"] = world.badge["@context"][:2]


def achievement_of_ones_own(world: World) -> None:
    """Give an achievement of the record another text under the id of one inside."""
    described = subject(world)["achievement"][0]
    subject(world)["achievement"].append({**copy.deepcopy(described), "id": ACHIEVEMENT_ID})


THE_BADGE = "Not every badge in it is valid: Gestion de pare-feu (not valid)."
ATTACKS = [
    Attack(what="tampered inside, after", step=4, reason="proof.signature", after=tamper_inside),
    Attack(what="tampered inside, before", step=11, reason="badges.invalid", words="Not every badge in it is valid: Administrateur réseau (not valid).", before=tamper_inside),
    Attack(what="swapped for a genuine badge of somebody else", step=4, reason="proof.signature", after=swap_for_a_genuine_one),
    Attack(what="proofs exchanged, after", step=4, reason="proof.signature", after=exchange_proofs),
    Attack(what="proofs exchanged, before", step=11, reason="badges.invalid", words="Not every badge in it is valid: Gestion de pare-feu (not valid), Réseaux (not valid).", before=exchange_proofs),
    Attack(what="proof inside stripped, after", step=4, reason="proof.signature", after=strip_proof_inside),
    Attack(what="proof inside stripped, before", step=11, reason="badges.invalid", words=THE_BADGE, before=strip_proof_inside),
    Attack(what="forged badge in a genuine record", step=11, reason="badges.invalid", words=THE_BADGE, before=forge_inside),
    Attack(what="status inside hidden, after", step=4, reason="proof.signature", after=hide_status_inside),
    Attack(what="status inside hidden, before", step=11, reason="badges.invalid", words=THE_BADGE, before=hide_status_inside),
    Attack(what="status moved to the record", step=4, reason="proof.signature", after=hoist_status),
    Attack(what="badge removed", step=4, reason="proof.signature", after=drop_a_badge),
    Attack(what="genuine badge added", step=4, reason="proof.signature", after=add_a_badge),
    Attack(what="association removed", step=4, reason="proof.signature", after=drop_the_association),
    Attack(what="association added", step=4, reason="proof.signature", after=add_an_association),
    Attack(what="association turned round", step=4, reason="proof.signature", after=turn_the_association_round),
    Attack(what="association of one's own", step=3, reason="form.value", words='This is not a learner record as the standard describes it: "credentialSubject.association[0].associationType" is not a word of the standard\'s list.', before=unknown_association),
    Attack(what="identity of somebody else", step=4, reason="proof.signature", after=somebody_elses_identity),
    Attack(what="partial made whole", step=4, reason="proof.signature", after=call_it_whole),
    Attack(what="signed by a thief", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", before=sign_as_thief),
    Attack(what="record and badge at once", step=3, reason="form.type", words='This is not a learner record as the standard describes it: the credential also has the type "OpenBadgeCredential".', after=pretend_to_be_a_badge),
    Attack(what="record that calls itself a badge", step=3, reason="form.context-unknown", words='What the badge says can\'t be checked: "@context" names "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", which obit does not know (6 more).', after=drop_the_type, outcome="unknown"),
    Attack(what="credential named and not given", step=3, reason="form.value", words='This is not a learner record as the standard describes it: "credentialSubject.verifiableCredential" is not a list.', after=name_the_credential_only),
    Attack(what="contexts left out", step=3, reason="form.context-order", words='This is not a learner record as the standard describes it: "@context" does not begin as the standard asks.', after=other_contexts),
    Attack(what="other text under the id of an achievement inside", step=4, reason="proof.signature", after=achievement_of_ones_own),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what)
def test_an_attack_on_a_record_is_refused_at_its_step_in_plain_words(attack: Attack) -> None:
    report = a_record_world(a_record(), attack.before, attack.after).report()

    assert not report.passed
    step = report.decisive
    assert (step.number, step.outcome, step.reason) == (attack.step, attack.outcome, attack.reason)
    assert step.message == attack.words


def test_the_record_that_all_attacks_start_from_is_valid() -> None:
    report = a_record_world().report()

    assert report.passed
    assert report.steps[4].outcome == "passed"
    assert ISSUER.multikey in a_record_world().badge["proof"][0]["verificationMethod"]


def _places(node: object, path: tuple = ()) -> list[tuple]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += _places(value, (*path, key))
    return found


def _changed(record: dict, path: tuple, value: object) -> dict:
    changed = copy.deepcopy(record)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed


@pytest.mark.parametrize("value", [..., None, "x", 7, [], {}, ["x"], {"type": "x"}], ids=repr)
def test_no_part_of_a_record_can_be_deleted_or_replaced_unnoticed(value: object) -> None:
    world = a_record_world()
    record = world.badge
    places = [path for path in _places(record) if path != ("proof", 0, "created")]

    accepted = []
    for path in places:
        world.badge = _changed(record, path, value)
        if world.badge != record and world.report().passed:
            accepted.append(path)

    assert len(places) > 90
    # The same issuer is named in the badges: to the signature it is one node, and nothing is lost.
    assert accepted == ([("issuer", "name")] if value is ... else [])
