"""Status lists: which bits they need, which are stale, and signing them.

They are signed last, by the issuer's active key, and only when their bits changed, when that key
took another's place, or when a refresh was asked for.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator

from obit_build import addresses, durations, schemas, status
from obit_build.credential import status_list_credential
from obit_build.errors import SigningError
from obit_build.issuing_keys import active_signer
from obit_build.issuing_run import Circumstances
from obit_build.keys import (
    did_for,
    encode_base58,
    encode_multikey,
    method_id,
)
from obit_build.ledger import LIST_LENGTH, Ledger, instant, parse_instant
from obit_build.ledger_files import LedgerReader, LedgerWriter
from obit_build.model.repository import Repository
from obit_build.proof import add_proof, proof_is_good
from obit_build.signing import written
from obit_build.strict_json import JsonObject


def wanted_bits(ledger: Ledger, issuer: str, number: int) -> tuple[bytes, bytes]:
    """Return the bitstrings of the revocation list and of the suspension list (decision 0004)."""
    awards = ledger.on_list(issuer, number)
    revoked = status.bitstring((a.index for a in awards if a.bit_is_set), LIST_LENGTH)
    suspended = (a.index for a in awards if a.state == "suspended")
    return revoked, status.bitstring(suspended, LIST_LENGTH)


def stale_lists(store: LedgerReader, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """List the status lists whose signed copies are missing or wrong, or of a former key."""
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
            revocations, suspensions = (store.status(path) for path in paths)
            wanted = wanted_bits(ledger, issuer, number)
            if (
                revocations is None
                or suspensions is None
                or (_bits(revocations), _bits(suspensions)) != wanted
                or _is_signed_by_a_former_key(ledger, issuer, (revocations, suspensions))
                # An interrupted refresh leaves a list that names the other one's former copy.
                or digest_multibase(suspensions) not in revocations.decode()
            ):
                yield issuer, number


def _is_signed_by_a_former_key(ledger: Ledger, issuer: str, texts: tuple[bytes, bytes]) -> bool:
    """Tell whether another key should sign; an issuer that only has retired keys keeps its lists."""
    active = ledger.active_key(issuer)
    signed_by = {_key_of(text) for text in texts}
    if active is None:
        known = (ledger.key(issuer, key) for key in signed_by)
        return any(key is None or key.state == "revoked" for key in known)
    return signed_by != {active}


def _key_of(text: bytes) -> str:
    method = json.loads(text)["proof"][0]["verificationMethod"]
    return str(method).partition("#")[2]


def _bits(text: bytes) -> bytes:
    return status.decode(json.loads(text)["credentialSubject"]["encodedList"])


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
    at = _after(store.status(paths[0]), run.at)
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


def _after(former: bytes | None, at: datetime.datetime) -> datetime.datetime:
    """Return ``at``, or one second after the former list's time: it strictly increases (INV-16)."""
    if former is None:
        return at
    last = parse_instant(json.loads(former)["validFrom"])
    return max(at, last + datetime.timedelta(seconds=1))


def digest_multibase(data: bytes) -> str:
    """Return ``z`` + base58btc of the SHA-256 multihash of ``data`` (VC Data Model 2.0, 5.3)."""
    return "z" + encode_base58(b"\x12\x20" + hashlib.sha256(data).digest())
