"""Status lists: which bits they need, which are stale, and signing them.

They are signed last, by the issuer's active key, and only when their bits changed, when that key
took another's place, when a copy is damaged, or when a refresh was asked for.
"""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from obit_build import addresses, durations
from obit_build.credentials.credential import status_list_credential
from obit_build.errors import ObitError, SigningError
from obit_build.issuing import schemas
from obit_build.issuing.keys import active_signer
from obit_build.issuing.run import Circumstances
from obit_build.issuing.signing import written
from obit_build.ledger.files import LedgerReader, LedgerWriter
from obit_build.ledger.ledger import LIST_LENGTH, Ledger, instant, parse_instant
from obit_build.model.repository import Repository
from obit_build.securing import status
from obit_build.securing.keys import (
    decode_multikey,
    did_for,
    encode_base58,
    encode_multikey,
    method_id,
)
from obit_build.securing.proof import add_proof, proof_is_good
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.kinds import as_list


def wanted_bits(ledger: Ledger, issuer: str, number: int) -> tuple[bytes, bytes]:
    """Return the bitstrings of the revocation list and of the suspension list (decision 0004)."""
    decided = [a for a in ledger.on_list(issuer, number) if a.bit_is_set]
    revoked = status.bitstring((a.index for a in decided), LIST_LENGTH)
    suspended = (a.index for a in decided if a.state == "suspended")
    return revoked, status.bitstring(suspended, LIST_LENGTH)


def stale_lists(store: LedgerReader, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """List the status lists whose signed copies are missing or wrong, or of a former key."""
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
            revocations, suspensions = (_signed(store, ledger, issuer, path) for path in paths)
            if (
                revocations is None
                or suspensions is None
                or (revocations.bits, suspensions.bits) != wanted_bits(ledger, issuer, number)
                or _is_signed_by_a_former_key(ledger, issuer, {revocations.key, suspensions.key})
                # An interrupted refresh leaves a list that names the other one's former copy.
                or suspensions.digest not in revocations.names
            ):
                yield issuer, number


def _is_signed_by_a_former_key(ledger: Ledger, issuer: str, signed_by: set[str]) -> bool:
    """Tell whether another key should sign; an issuer that only has retired keys keeps its lists."""
    active = ledger.active_key(issuer)
    if active is None:
        known = (ledger.key(issuer, key) for key in signed_by)
        return any(key is None or key.state == "revoked" for key in known)
    return signed_by != {active}


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignedList:
    """A status list of the ledger whose signature holds."""

    bits: bytes
    key: str
    began: datetime.datetime
    digest: str
    names: tuple[str, ...]
    """The digests of the lists that it names."""


def _signed(store: LedgerReader, ledger: Ledger, issuer: str, path: str) -> _SignedList | None:
    """Read a list; None if it is missing, can't be read, or was signed by none of the issuer's keys.

    The chain does not cover these files: they are signed, and are made again where that fails.
    """
    text = store.status(path)
    try:
        return None if text is None else _read(ledger, issuer, text)
    except (ObitError, LookupError, TypeError, ValueError, AttributeError):
        return None


def _read(ledger: Ledger, issuer: str, text: bytes) -> _SignedList | None:
    document = parse(text)
    proof = document["proof"][0]
    key = str(proof["verificationMethod"]).partition("#")[2]
    if not ledger.key(issuer, key) or not proof_is_good(document, proof, decode_multikey(key)):
        return None
    return _SignedList(
        bits=status.decode(document["credentialSubject"]["encodedList"]),
        key=key,
        began=parse_instant(document["validFrom"]),
        digest=digest_multibase(text),
        names=tuple(x["digestMultibase"] for x in as_list(document.get("relatedResource"))),
    )


def sign_lists(
    store: LedgerWriter,
    ledger: Ledger,
    repository: Repository,
    run: Circumstances,
    *,
    refresh: bool,
) -> int:
    """Sign the status lists that need it, or all with ``refresh``; return how many pairs."""
    due = set(stale_lists(store, ledger))
    if refresh:
        due |= {
            (issuer, number)
            for issuer, newest in ledger.lists.items()
            for number in range(1, newest + 1)
            if ledger.active_key(issuer)  # an issuer that has closed lets its lists run out
        }
    for issuer, number in sorted(due):
        _sign_pair(store, ledger, repository, run, (issuer, number))
    return len(due)


def _sign_pair(
    store: LedgerWriter,
    ledger: Ledger,
    repository: Repository,
    run: Circumstances,
    which: tuple[str, int],
) -> None:
    """Sign the suspension list, then the revocation list, which names it by its digest."""
    issuer, number = which
    did = did_for(ledger.site, issuer)
    paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
    former = _signed(store, ledger, issuer, paths[0])
    at = _time_of_list(run, former)
    until = None
    if run.mode == "live":
        until = instant(durations.after(at, repository.settings.status_valid_for))
    revoked, suspended = wanted_bits(ledger, issuer, number)
    related: JsonObject | None = None
    for path, purpose, bits in (
        (paths[1], "suspension", suspended),
        (paths[0], "revocation", revoked),
    ):
        url = f"{ledger.site}/{path}"
        document = status_list_credential(
            url=url,
            issuer=did,
            purpose=purpose,
            encoded=status.encode_bits(bits),
            at=instant(at),
            until=until,
            related=related,
        )
        schemas.check_unsigned("status-list-credential", document)
        signer = active_signer(run, ledger, issuer)
        method = method_id(did, encode_multikey(signer.public_key))
        signed = add_proof(document, sign=signer.sign, verification_method=method, created=at)
        if not proof_is_good(signed, signed["proof"][0], signer.public_key):
            raise SigningError(
                f"the signature of {path} does not hold under the signer's own key",
                fix="look at the device or the server that holds the key",
            )
        text = written(signed)
        related = {
            "id": url,
            "digestMultibase": digest_multibase(text),
            "mediaType": "application/vc",
        }
        store.put_status(path, text)


def _time_of_list(run: Circumstances, former: _SignedList | None) -> datetime.datetime:
    """Return the time of a list: it grows each time the list is signed (INV-16), as far as the clock has.

    A list that begins later than the clock says would not count yet, so two that are signed within
    one second have the same time.
    """
    if former is None or run.at > former.began:
        return run.at
    next_second = former.began + datetime.timedelta(seconds=1)
    return max(former.began, min(next_second, max(run.at, run.now or run.at)))


def digest_multibase(data: bytes) -> str:
    """Return ``z`` + base58btc of the SHA-256 multihash of ``data`` (VC Data Model 2.0, 5.3)."""
    return "z" + encode_base58(b"\x12\x20" + hashlib.sha256(data).digest())
