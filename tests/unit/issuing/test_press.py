"""The press: the bytes of the full way, and no faulty signature."""

import datetime

import pytest
from builders import a_ledger
from centre import NOON, a_centre, a_key, an_award, text

from obit_build.credentials.credential import Allocation
from obit_build.errors import CanonicalizationError, CredentialError, SigningError
from obit_build.issuing import press as pressing
from obit_build.issuing.drafts import taken_apart
from obit_build.issuing.press import Press
from obit_build.issuing.signing import sign_credential
from obit_build.model.award import Evidence
from obit_build.model.words import Url
from obit_build.securing.keys import did_for


@pytest.fixture
def centre():
    days = (datetime.date(2026, 3, number) for number in range(1, 6))
    return a_centre([an_award(issued=day) for day in days])


def drafts(centre, press):
    ledger = a_ledger(centre)
    for number, award in enumerate(centre.awards):
        badge = centre.achievements[award.key.badge]
        given = Allocation(
            id=ledger.award_id(award.key),
            list_number=1,
            index=number,
            salt=f"{number:032x}",
            subject=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        )
        yield press.drafts.draft(badge, award, given, issuer=centre.issuer_of(badge), preview=False)


def did_of(centre):
    return did_for(centre.settings.base, "citc")


def test_stamped_credentials_are_the_bytes_of_the_full_way(centre):
    press, signer = Press(centre), a_key("first")

    for draft in drafts(centre, press):
        signed = press.sign(draft, did_of(centre), signer, NOON)
        assert signed == sign_credential(draft.document(), did_of(centre), signer, NOON)

    assert press.stamped == len(centre.awards) - 1


def test_finished_documents_are_stamped_too_as_when_they_are_signed_again(centre):
    press, signer = Press(centre), a_key("first")

    for draft in drafts(centre, press):
        document = draft.document()
        signed = press.sign(taken_apart(document), did_of(centre), signer, NOON)
        assert signed == sign_credential(document, did_of(centre), signer, NOON)

    assert press.stamped == len(centre.awards) - 1


@pytest.mark.parametrize(
    ("at", "value"),
    [("statusPurpose", "amusement"), ("statusListCredential", "https://x.example/")],
)
def test_a_word_that_the_schema_does_not_list_is_refused_after_the_form_is_known(centre, at, value):
    press, signer = Press(centre), a_key("first")
    known, other, *_ = (draft.document() for draft in drafts(centre, press))
    press.sign(taken_apart(known), did_of(centre), signer, NOON)
    other["credentialStatus"][at] = value

    with pytest.raises(CredentialError, match="is not what obit publishes"):
        press.sign(taken_apart(other), did_of(centre), signer, NOON)


def test_another_key_or_another_time_is_another_plate(centre):
    press = Press(centre)
    draft = next(drafts(centre, press))
    later = NOON + datetime.timedelta(days=1)

    for name, at in (("first", NOON), ("second", NOON), ("first", later)):
        signed = press.sign(draft, did_of(centre), a_key(name), at)
        assert signed == sign_credential(draft.document(), did_of(centre), a_key(name), at)


def test_a_second_proof_goes_the_full_way(centre):
    press, signer = Press(centre), a_key("first")

    for draft in drafts(centre, press):
        press.sign(draft, did_of(centre), signer, NOON, second_proof="eddsa-jcs-2022")

    assert press.stamped == 0


def with_text(draft, place, said):
    """The same draft with another text in one place."""
    places = draft.form.places
    return draft._replace(
        texts=[said if p == place else t for p, t in zip(places, draft.texts, strict=True)]
    )


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("statusListIndex", "131072000"),
        ("status", "https://badges.example.org/somewhere"),
        ("validFrom", "yesterday"),
        ("id", "https://badges.example.org/elsewhere"),
    ],
)
def test_a_value_that_the_schema_refuses_is_refused_after_the_form_is_known_too(centre, at, value):
    press, signer = Press(centre), a_key("first")
    known, other, *_ = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    with pytest.raises(CredentialError, match="is not what obit publishes"):
        press.sign(with_text(other, at, value), did_of(centre), signer, NOON)


def test_an_end_before_the_beginning_is_refused_after_the_form_is_known_too():
    ends = (datetime.date(2030, 1, 1), datetime.date(2020, 1, 1))
    centre = a_centre([an_award(n=n, expires=end) for n, end in enumerate(ends, start=1)])
    press, signer = Press(centre), a_key("first")
    known, other = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    with pytest.raises(CredentialError, match='"validUntil" lies before "validFrom"'):
        press.sign(other, did_of(centre), signer, NOON)


@pytest.mark.parametrize("said", ["Équipe 😀", 'x\r\n"{}\\]]>\t', "\u2028%s%%"])
def test_unusual_characters_are_stamped_with_the_bytes_of_the_full_way(said):
    first, second = (an_award(n=n, narrative=text(x)) for n, x in enumerate(("x", said), start=1))
    centre = a_centre([first, second])
    press, signer = Press(centre), a_key("first")
    known, other = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    signed = press.sign(other, did_of(centre), signer, NOON)

    assert signed == sign_credential(other.document(), did_of(centre), signer, NOON)
    assert press.stamped == 1


def test_texts_that_programs_sort_differently_go_the_full_way_which_refuses_them():
    def twice(*names):
        return tuple(Evidence(url=Url("https://x.example/"), name=text(name)) for name in names)

    centre = a_centre(
        [an_award(evidence=twice("a", "b")), an_award(evidence=twice("😀", "\uff5e"))]
    )
    press, signer = Press(centre), a_key("first")
    known, other = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    with pytest.raises(CanonicalizationError, match="which programs sort differently"):
        press.sign(other, did_of(centre), signer, NOON)


def test_a_signature_alone_is_not_checked_before_it_is_asked_for(centre):
    press, signer = Press(centre), Faulty(bytes(64))
    known, other, *_ = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    stamped = press.stamp(other, did_of(centre), signer, NOON)

    assert stamped is not None
    with pytest.raises(CredentialError, match="the signer's signature is not its key's"):
        stamped.checked()


class Faulty:
    """A device that answers with something else after its first signature."""

    alg = "Ed25519"

    def __init__(self, answer):
        self._key, self._answer, self._asked = a_key("first"), answer, 0

    @property
    def public_key(self):
        return self._key.public_key

    def sign(self, message):
        self._asked += 1
        return self._key.sign(message) if self._asked == 1 else self._answer


def test_a_signature_that_is_not_the_keys_own_never_leaves(centre):
    press, signer = Press(centre), Faulty(bytes(64))
    known, other, *_ = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    with pytest.raises(CredentialError) as refused:
        press.sign(other, did_of(centre), signer, NOON)

    assert refused.value.message == (
        "a credential that was just signed does not verify: the signer's signature is not its key's"
    )
    assert refused.value.fix == "look at the signer; nothing was published"


def test_a_signature_of_another_length_never_leaves(centre):
    press, signer = Press(centre), Faulty(b"short")
    known, other, *_ = drafts(centre, press)
    press.sign(known, did_of(centre), signer, NOON)

    with pytest.raises(SigningError, match="returned 5 bytes instead of 64"):
        press.sign(other, did_of(centre), signer, NOON)


class Broken:
    """A text with places that comes out with a space too many."""

    def __init__(self, filling):
        self._filling = filling

    def fill(self, values):
        return self._filling.fill(values) + b" "


def test_a_plate_that_does_not_give_the_first_ones_bytes_is_not_used(centre, monkeypatch):
    press, signer = Press(centre), a_key("first")
    real = pressing._text_with_places
    monkeypatch.setattr(pressing, "_text_with_places", lambda *given: Broken(real(*given)))

    for draft in drafts(centre, press):
        press.sign(draft, did_of(centre), signer, NOON)

    assert press.stamped == 0
