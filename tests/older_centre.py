"""The small centre of tests/centre.py, whose first issuer has an e-mail address, as 2.0 asks."""

import dataclasses
from collections.abc import Iterable
from typing import Any

import centre

from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.model.words import EmailAddress


def a_centre(awards: Iterable[Award] = (), **fields: Any) -> Repository:
    repository = centre.a_centre(awards, **fields)
    if "profiles" in fields:
        return repository
    citc = dataclasses.replace(
        repository.profiles["citc"], email=EmailAddress("badges@citc.example")
    )
    return dataclasses.replace(repository, profiles={**repository.profiles, "citc": citc})
