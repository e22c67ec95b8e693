"""Awards' files that are made elsewhere come back as they would have been made here."""

import dataclasses
import datetime

from builders import a_ledger, site_inputs
from centre import a_badge, a_centre, an_award

from obit_build.website.files import Claim, OutputFile, Turn
from obit_build.website.parcels import make_parcel, packed_site, parcel_of, unpacked
from obit_build.website.shared import Shared
from obit_build.website.units import Units

AWARDS = [
    an_award("7f3k9m2q", expires=datetime.date(2026, 12, 31)),
    an_award("p0q9r8s7"),
    an_award("2m8qa4xd", "reseaux"),
]


def test_what_comes_back_is_what_is_made_here_with_its_claims_and_turns():
    before = a_centre(AWARDS)
    badges = {**before.achievements, "pare-feu": a_badge(version="2")}
    withdrawn = {AWARDS[1].key: {"state": "withdrawn", "state_date": datetime.date(2026, 9, 1)}}
    ledger = a_ledger(before, withdrawn)
    now = dataclasses.replace(before, achievements=badges)
    inputs = site_inputs(now, issued_with=before, ledger=ledger)
    here = {
        award.id: list(Units(Shared(inputs)).award(award).make())
        for award in ledger.awards.values()
    }

    made = make_parcel(
        packed_site(inputs), lambda: inputs.tool, parcel_of(inputs, tuple(ledger.awards))
    )

    assert unpacked(made) == here
    kinds = {type(output) for outputs in here.values() for output in outputs}
    assert kinds == {OutputFile, Claim, Turn}
