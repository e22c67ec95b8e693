"""Make awards' files on another machine: what is needed goes there by value, the files come back.

The function that does it is part of obit and is named, not sent; nothing of a centre's repository is
ever run. A worker with another Python, other libraries, another obit or another theme could make other
bytes, so it refuses. Addresses and names of people are not sent unless a page shows them.
"""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from obit_build.centre.files import AWARD_FILE
from obit_build.errors import ClusterError
from obit_build.model.repository import Repository
from obit_build.problems import Location
from obit_build.website.files import Output, OutputFile
from obit_build.website.shared import Shared, SiteInputs
from obit_build.website.units import Unit, Units

FIX_SAME = "install the same Python and the same locked packages on every machine, and start its workers again"
_HEAD = 8
"""Bytes that say how long the list of what is packed is."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some awards and their signed documents."""

    awards: tuple[str, ...]
    credentials: Mapping[str, bytes]
    """Award id → the credential's exact bytes."""
    tokens: Mapping[str, bytes]
    """Award id → the token's, for awards that have one."""


def parcel_of(inputs: SiteInputs, award_ids: tuple[str, ...]) -> Parcel:
    """Pack the signed documents of some awards."""
    there = [x for x in award_ids if inputs.ledger.awards[x].state != "withdrawn"]
    with_token = [x for x in there if inputs.ledger.awards[x].token_sha256]
    return Parcel(
        award_ids,
        {award_id: inputs.credential(award_id) for award_id in there},
        {award_id: inputs.token(award_id) for award_id in with_token},
    )


def packed_site(inputs: SiteInputs) -> bytes:
    """Pack what all awards share; their signed documents go with each parcel."""
    return pickle.dumps(
        replace(inputs, repository=_discreet(inputs.repository), credential=_absent, token=_absent)
    )


def _discreet(repository: Repository) -> Repository:
    """Leave out e-mail addresses, and all people but those who agreed to be named."""
    people = {
        code: replace(
            person, email=None, name=person.public_name, location=Location(""), locations={}
        )  # a place knows the text around it
        for code, person in repository.recipients.items()
        if person.public_name
    }
    files = {
        path: repository.files[path]
        for path in repository.files
        if not path.endswith(".csv") and not AWARD_FILE.fullmatch(path)  # awards bring their own
    }
    return replace(repository, recipients=people, files=files)


def _absent(award_id: str) -> bytes:
    raise KeyError(award_id)


def make_parcel(site: bytes, tool: Callable[[], str], parcel: Parcel) -> bytes:
    """Pack the files and claims of the awards' units (:func:`unpacked`), the same bytes as anywhere.

    ``tool`` digests the program that does this. Raises ClusterError if it is not the one that packed
    the site.
    """
    units, signed, tokens = _units(site, tool)
    signed.update(parcel.credentials)
    tokens.update(parcel.tokens)
    try:
        return _packed({name: list(_unit(units, name).make()) for name in parcel.awards})
    finally:  # another thread may be at another parcel
        for name in parcel.awards:
            signed.pop(name, None)
            tokens.pop(name, None)


def _packed(made: Mapping[str, list[Output]]) -> bytes:
    """Put all files behind a list of them: pickle alone takes ten times as long with so many."""
    listed = {
        name: [(x.path, len(x.data)) if isinstance(x, OutputFile) else x for x in outputs]
        for name, outputs in made.items()
    }
    files = (x.data for outputs in made.values() for x in outputs if isinstance(x, OutputFile))
    head = pickle.dumps(listed)
    return b"".join((len(head).to_bytes(_HEAD), head, *files))


def unpacked(data: bytes) -> dict[str, list[Output]]:
    """Return award id → the files and claims of its unit, from what :func:`make_parcel` packed."""
    at = _HEAD + int.from_bytes(data[:_HEAD])
    made: dict[str, list[Output]] = {}
    listed = pickle.loads(data[_HEAD:at])  # noqa: S301 - from a worker, which runs what we tell it to
    for name, outputs in listed.items():
        made[name] = []
        for one in outputs:
            if isinstance(one, tuple):
                path, size = one
                made[name].append(OutputFile(path, data[at : at + size]))
                at += size
            else:
                made[name].append(one)
    return made


def _unit(units: Units, award_id: str) -> Unit:
    return units.award(units.shared.ledger.awards[award_id], "")


@lru_cache(maxsize=1)
def _units(
    site: bytes, tool: Callable[[], str]
) -> tuple[Units, dict[str, bytes], dict[str, bytes]]:
    """Unpack a site once for all its parcels, and where their documents are looked up."""
    signed: dict[str, bytes] = {}
    tokens: dict[str, bytes] = {}
    inputs: SiteInputs = pickle.loads(site)  # noqa: S301 - whoever may send it may run programs here anyway
    if inputs.tool != tool():
        raise ClusterError(
            "a worker of the cluster has another obit than this computer", fix=FIX_SAME
        )
    inputs = replace(inputs, credential=signed.__getitem__, token=tokens.__getitem__)
    return Units(Shared(inputs)), signed, tokens
