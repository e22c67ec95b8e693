"""Credentials as they are composed, without a ledger or a key: a centre's award, one fixed place for it."""

import datetime
from decimal import Decimal

from centre import a_centre, an_award, text

from obit_build.credentials.credential import Allocation
from obit_build.issuing.drafts import open_badge_credential
from obit_build.model.award import Evidence, Result
from obit_build.model.profile import Organization
from obit_build.model.words import Slug, Url

GIVEN = Allocation(
    id="a" * 32,
    list_number=2,
    index=4711,
    salt="00112233445566778899aabbccddeeff",
    subject="urn:uuid:5f2f0a0e-0000-4000-8000-000000000001",
)


def credential(award, repository=None, *, preview=False):
    repository = repository or a_centre([award])
    badge = repository.achievements[award.key.badge]
    issuer = repository.issuer_of(badge)
    return open_badge_credential(repository, badge, award, GIVEN, issuer=issuer, preview=preview)


def a_full_award():
    return an_award(
        valid_from=datetime.date(2026, 4, 1), narrative=text("A tenu le pare-feu."),
        evidence=(
            Evidence(url=Url("https://example.org/rapport"), name=text("Rapport"), genre=text("report")),
            Evidence(narrative=text("Vu par le jury."), audience=text("jury"), description=text("Oral")),
        ),
        results=(
            Result(result_description=Slug("note"), value="87"),
            Result(result_description=Slug("regles"), achieved_level=Slug("autonome"), status="Completed"),
        ),
        credits_earned=Decimal("3.0"), activity_start_date=datetime.date(2026, 1, 5),
        activity_end_date=datetime.date(2026, 3, 13), role=text("Chef d’équipe"), term=text("2026-1"),
        license_number="L-7", source=Organization(name=text("Jury"), url=Url("https://jury.example/")),
    )  # fmt: skip
