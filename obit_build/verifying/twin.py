"""Look at a site's Open Badges 2.0 twins as their readers would, before the site is published."""

import datetime

from obit_build import addresses
from obit_build.errors import CredentialError, FetchError
from obit_build.ledger.ledger import IssuedAward
from obit_build.pictures.bake import unbake_assertion
from obit_build.verifying.key import Fetch
from obit_build.verifying.verify import verify

IN_FORCE = ("valid", "expired", "not-yet-valid")


def check_twin(site: str, award: IssuedAward, at: datetime.datetime, fetch: Fetch) -> None:
    """Verify an award's Assertion and compare the one in each picture, if it has any.

    ``site`` is the site's address, which ``fetch`` answers for. Raise CredentialError for a twin
    that says anything but the ledger.
    """
    try:
        text = fetch(f"{site}/{addresses.assertion_file(award.id)}")
    except FetchError:
        return
    report = verify(text, name=award.id, at=at, fetch=fetch)
    if report.state not in (("revoked",) if award.bit_is_set else IN_FORCE):
        raise CredentialError(
            f"the Open Badges 2.0 twin of {award.id} is {report.state}: {report.decisive.message}",
            fix="run obit check; if it finds nothing, report this as a bug",
        )
    for kind in ("png", "svg"):
        try:
            image = fetch(f"{site}/{addresses.award_page(award.id)}badge.{kind}")
        except FetchError:
            continue
        if unbake_assertion(image).encode() != text:
            raise CredentialError(
                f"badge.{kind} of {award.id} does not hold its Open Badges 2.0 twin",
                fix="report this as a bug",
            )
