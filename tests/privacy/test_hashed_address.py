"""What a hashed address is worth: nothing against somebody who can guess it. So nobody may call it anonymous."""

import json

from builders import a_credential, a_ledger
from centre import CANARY_EMAIL, CANARY_NAME, a_centre, an_award

from obit_build.credentials.credential import identity_hash, normalized_email


def test_whoever_knows_a_name_finds_the_address_in_a_handful_of_guesses():
    award = an_award()
    centre = a_centre([award])
    document = json.loads(a_credential(centre, award, a_ledger(centre).award_id(award.key)))
    (identity,) = document["credentialSubject"]["identifier"]
    hosts = ("mail.example", "prive.example", "work.example")

    first, last = "zephyrine", "canari"
    guesses = [
        f"{name}@{host}"
        for name in (f"{first}.{last}", f"{last}.{first}", f"{first[0]}{last}")
        for host in hosts
    ]
    found = [
        guess
        for guess in guesses
        if identity_hash(normalized_email(guess), identity["salt"]) == identity["identityHash"]
    ]

    assert found == [CANARY_EMAIL]
    assert CANARY_EMAIL not in json.dumps(document)
    assert CANARY_NAME not in json.dumps(document, ensure_ascii=False)


def test_two_awards_of_one_person_show_no_common_hash():
    awards = [an_award(), an_award(badge="reseaux")]
    centre = a_centre(awards)
    ledger = a_ledger(centre)
    salts = {
        ledger.keyed("identity-salt", ledger.award_id(a.key).encode(), 16).hex() for a in awards
    }

    hashes = {identity_hash(CANARY_EMAIL, salt) for salt in salts}

    assert len(hashes) == 2
