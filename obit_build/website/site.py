"""Which files the site has, one after the other: a pure function of repository and ledger.

Every file is a pair of path and bytes; they stream, so that a large site never stands in memory
as a whole. No key, no clock, no network: the time is the commit's, the credentials are the
ledger's, byte for byte.
"""

from collections.abc import Iterator
from itertools import chain

from obit_build.website.files import Claim, OutputFile, refuse_odd
from obit_build.website.shared import Shared, SiteInputs
from obit_build.website.units import Units


def plan_site(inputs: SiteInputs) -> Iterator[OutputFile]:
    """Yield every file of the site, each path once.

    Raises RenderError for a template that can't be rendered, BakingError for a picture.
    """
    units = Units(Shared(inputs))
    claims: list[Claim] = []
    for unit in chain(units.common(), units.awards(), units.holders()):
        for made in unit.make():
            if isinstance(made, Claim):
                claims.append(made)
            elif isinstance(made, OutputFile):
                yield _usable(made)
    for unit in units.former(claims):
        for made in unit.make():
            if isinstance(made, OutputFile):
                yield _usable(made)


def _usable(file: OutputFile) -> OutputFile:
    refuse_odd(file.path)
    return file
