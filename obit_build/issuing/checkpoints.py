"""The ledger's checkpoint: signed when there are new events, and held against the chain.

Signed by the issuers whom the new events are about, each with its active key, so that a run asks
only the keys that it has anyway. Published with the site at ``/log/checkpoint``: whoever keeps a copy notices a ledger that
was rolled back or rewritten.
"""

import hashlib
import json
from collections.abc import Callable

from obit_build.errors import LedgerError, SigningError
from obit_build.issuing.keys import active_signer
from obit_build.issuing.run import Circumstances
from obit_build.ledger.files import LedgerReader, LedgerWriter
from obit_build.ledger.ledger import Ledger
from obit_build.securing.keys import decode_multikey, did_for
from obit_build.securing.signed_note import (
    Checkpoint,
    NoteSignature,
    good_signatures,
    key_id,
    origin_of,
    read_checkpoint,
    write_note,
)
from obit_build.strict_json import JsonObject

FIX = "run obit issue again"
CLOSING = ("key-retire", "key-revoke")
"""What may happen to a ledger that nobody signs any more."""


def checkpoint_of(ledger: Ledger) -> Checkpoint:
    """Return where the ledger stands."""
    return Checkpoint(origin_of(ledger.site), ledger.size, ledger.head)


def is_current(found: Checkpoint, ledger: Ledger, event: Callable[[int], bytes | None]) -> bool:
    """Whether a checkpoint says where the ledger stands; ``event`` returns an event's bytes.

    Once the last key is retired nobody can sign: then it says where the ledger stood before.
    """
    if found == checkpoint_of(ledger):
        return True
    if any(key.state == "active" for key in ledger.keys) or found.size >= ledger.size:
        return False
    former, later = event(found.size), map(event, range(found.size + 1, ledger.size + 1))
    return (
        found.origin == origin_of(ledger.site)
        and former is not None
        and hashlib.sha256(former).hexdigest() == found.head
        and all(data is not None and json.loads(data)["type"] in CLOSING for data in later)
    )


def is_due(store: LedgerReader, ledger: Ledger) -> bool:
    """Whether the ledger has grown, or has no checkpoint that holds; an empty one needs none."""
    if not ledger.keys:
        return False
    try:
        refuse_wrong_checkpoint(store, ledger)
    except LedgerError:  # also what an interrupted run, or somebody else, left there
        return True
    return False


def _signed(store: LedgerReader) -> Checkpoint | None:
    """Return what the last checkpoint says; None if there is none that can be read."""
    data = store.checkpoint()
    try:
        return None if data is None else read_checkpoint(data)
    except LedgerError:  # it is written again
        return None


def sign_checkpoint(store: LedgerWriter, ledger: Ledger, run: Circumstances) -> bool:
    """Sign where the ledger stands, if it has grown; return whether it had."""
    if not is_due(store, ledger):
        return False
    wanted = checkpoint_of(ledger)
    signatures = []
    for issuer in _concerned(store, ledger, run):
        signer, name = active_signer(run, ledger, issuer), did_for(ledger.site, issuer)
        signature = signer.sign(wanted.text)
        signatures.append(NoteSignature(name, key_id(name, signer.public_key), signature))
    data = write_note(wanted.text, signatures)
    if good_signatures(data, public_keys(ledger)) != len(signatures):
        raise SigningError(
            "the checkpoint that was just signed does not verify",
            fix="run obit check; if it finds nothing, report this as a bug",
        )
    store.put_checkpoint(data)
    return True


def _concerned(store: LedgerReader, ledger: Ledger, run: Circumstances) -> list[str]:
    """List the issuers of the events since the last checkpoint; all that can sign if there are none."""
    former = _signed(store)
    published = {key.issuer for key in ledger.keys}
    able = {x for x in published if x in run.signers and ledger.active_key(x)}
    found = published  # the first events of each issuer publish a key
    if former and former.size <= ledger.size:
        events = (store.event(n) for n in range(former.size + 1, ledger.size + 1))
        found = {_issuer_of(json.loads(event), ledger) for event in events}
    return sorted(found & able or able or published)


def _issuer_of(event: JsonObject, ledger: Ledger) -> str:
    """Return whom an event is about; nobody for the first of all."""
    award = ledger.awards.get(event.get("id", ""))
    return award.issuer if award else str(event.get("issuer", ""))


def public_keys(ledger: Ledger) -> dict[str, list[bytes]]:
    """Return issuer's DID → the Ed25519 keys that it has published, but those that are revoked."""
    found: dict[str, list[bytes]] = {}
    for key in ledger.keys:
        if key.public_key_multibase.startswith("z6Mk") and key.state != "revoked":
            known = found.setdefault(did_for(ledger.site, key.issuer), [])
            known.append(decode_multikey(key.public_key_multibase))
    return found


def refuse_wrong_checkpoint(store: LedgerReader, ledger: Ledger) -> None:
    """Raise LedgerError unless the checkpoint is signed and says what the chain says."""
    if not ledger.keys:
        return
    data = store.checkpoint()
    if data is None or not is_current(read_checkpoint(data), ledger, store.event):
        raise LedgerError("the ledger's checkpoint does not say what the ledger says", fix=FIX)
    if not good_signatures(data, public_keys(ledger)):
        raise LedgerError("the ledger's checkpoint is signed by no key of the ledger", fix=FIX)
