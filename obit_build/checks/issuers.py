"""What is checked in issuers' files."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import re
from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of
from obit_build.model.repository import Repository

_COUNTRY = re.compile(r"[A-Z]{2}")
_FURTHEST = {"latitude": 90, "longitude": 180}


def country_is_two_letters(repository: Repository) -> Iterator[Finding]:
    """A country code is two capital letters.

    ISO 3166-1: `BE`, `FR`, `NL`. The country's name goes into `address_country`.
    """
    for profile in repository.profiles.values():
        address = profile.address
        code = address.address_country_code if address else None
        if address and code is not None and not _COUNTRY.fullmatch(code):
            yield Finding(
                place_of(address, "address_country_code"),
                "this is not a country code",
                "write two capital letters, such as BE or FR",
            )


def coordinates_lie_on_earth(repository: Repository) -> Iterator[Finding]:
    """Coordinates are degrees that exist.

    Latitude runs from -90 to 90, longitude from -180 to 180. Maps often show latitude first.
    """
    for profile in repository.profiles.values():
        geo = profile.address.geo if profile.address else None
        for name, furthest in _FURTHEST.items() if geo else ():
            degrees = getattr(geo, name)
            if geo and abs(degrees) > furthest:
                yield Finding(
                    place_of(geo, name),
                    f"{name} is {degrees}",
                    f"write degrees from -{furthest} to {furthest}",
                )
