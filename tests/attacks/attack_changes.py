"""What can be done to a badge and its web: small changes from which rows of attacks are made."""

import base64
import copy
import dataclasses
import gzip
from collections.abc import Callable
from typing import Any

from signed_badges import (
    BADGE_ID,
    DID,
    ENDORSER,
    ISSUER,
    THIEF,
    World,
    a_list,
    an_endorsement,
    as_bytes,
    signed,
)

from obit_build.errors import FetchError
from obit_build.securing.canonical import OPEN_BADGES_3_EXTENSIONS
from obit_build.securing.keys import encode_multikey, method_id

Change = Callable[[World], None]
METHOD = method_id(DID, ISSUER.multikey)
SUBJECT = "badge.credentialSubject"
ACHIEVEMENT = f"{SUBJECT}.achievement"
ENTRY = "badge.credentialStatus"
PROOF = "badge.proof.0"
LISTED = "did.verificationMethod.0"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attack:
    """One row."""

    what: str
    step: int
    reason: str
    words: str
    before: Change | None = None
    after: Change | None = None
    outcome: str = "failed"


def _place(world: World, path: str) -> tuple[Any, Any]:
    root, *names = path.split(".")
    keys = [int(name) if name.isdigit() else name.replace("~", ".") for name in names]
    target = getattr(world, root)
    for key in keys[:-1]:
        target = target[key]
    return target, keys[-1]


def put(path: str, value: Any) -> Change:
    def change(world: World) -> None:
        if "." not in path:
            setattr(world, path, value)
            return
        target, key = _place(world, path)
        target[key] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    def change(world: World) -> None:
        target, key = _place(world, path)
        del target[key]

    return change


def rename(path: str, new: str) -> Change:
    def change(world: World) -> None:
        target, key = _place(world, path)
        target[new] = target.pop(key)

    return change


def both(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def text(old: str, new: str) -> Change:
    """Edit the file's text, as JSON can't be edited."""

    def change(world: World) -> None:
        before = as_bytes(world.badge)
        world.data = before.replace(old.encode(), new.encode(), 1)
        assert world.data != before

    return change


def unreachable(url: str) -> Change:
    def change(world: World) -> None:
        fetch = world.fetch

        def broken(asked: str) -> bytes:
            if asked == url:
                raise FetchError("the site does not answer", fix="try again later")
            return fetch(asked)

        world.fetch = broken

    return change


def list_with(path: str, value: Any) -> Change:
    return put(f"revocations.{path}", value)


def resign_list(key: Any, **changes: Any) -> Change:
    def change(world: World) -> None:
        unsigned = {**a_list(), **changes}
        world.revocations = signed(unsigned, key, method=METHOD if key is not ISSUER else None)

    return change


def suspended(world: World) -> None:
    world.suspend()


def second_entry(**changes: Any) -> Change:
    """Add a second status entry, on a second list of the site."""

    def change(world: World) -> None:
        entry = world.badge["credentialStatus"]
        url = "https://badges.example/status/centre/2.json"
        second = {
            **entry,
            "id": f"{url}#7",
            "statusListIndex": "7",
            "statusListCredential": url,
            **changes,
        }
        world.badge["credentialStatus"] = [entry, second]
        world.files[url] = as_bytes(signed(a_list(url, purpose=second["statusPurpose"], bits=(7,))))

    return change


def endorsed(
    change: Callable[[dict[str, Any]], None] | None = None,
    *,
    key: Any = ENDORSER,
    sign: bool = True,
    **fields: Any,
) -> Change:
    def add(world: World) -> None:
        endorsement = an_endorsement(**fields)
        if sign:
            method = f"{endorsement['issuer']['id']}#{ENDORSER.multikey}"
            endorsement = signed(endorsement, key, method=method)
        if change:
            change(endorsement)
        world.badge["endorsement"] = [endorsement]

    return add


def move_status(world: World) -> None:
    """The same RDF graph, so the same signature: the entry hangs on another node of the same id."""
    status = world.badge.pop("credentialStatus")
    world.badge["endorsement"][0]["credentialSubject"]["credentialStatus"] = status


def endorse_the_credential(world: World) -> None:
    endorsed(credentialSubject={"id": BADGE_ID, "type": ["EndorsementSubject"]})(world)


def copy_proof(world: World) -> None:
    world.badge["proof"].append(copy.deepcopy(world.badge["proof"][0]))


def second_key_same_name(world: World) -> None:
    method = copy.deepcopy(world.did["verificationMethod"][0])
    world.did["verificationMethod"].insert(0, {**method, "publicKeyMultibase": THIEF.multikey})


def sign_as_thief(world: World) -> None:
    world.key = THIEF


def packed(size: int) -> str:
    """A status list of ``size`` zero bytes."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(size), mtime=0)).decode().rstrip("=")


def add_proof_of_thief(world: World) -> None:
    method = f"did:key:{THIEF.multikey}#{THIEF.multikey}"
    world.badge["proof"] += signed(world.badge, THIEF, method=method)["proof"]


def unsigned_list(*revoked: Any, **members: Any) -> Change:
    """Give the badge a 1EdTechRevocationList instead of its signed list."""

    def change(world: World) -> None:
        world.badge["@context"].append(OPEN_BADGES_3_EXTENSIONS)
        url = "https://badges.example/r"
        world.badge["credentialStatus"] = {"id": url, "type": "1EdTechRevocationList"}
        listing = {"id": url, "issuer": DID, "revokedCredential": list(revoked), **members}
        world.files[url] = as_bytes(listing)

    return change


FOUR_MESSAGES = [{"status": hex(n), "message": f"m{n}"} for n in range(4)]
SMALL_ORDER = encode_multikey(bytes([1]) + bytes(31))
V1 = "https://www.w3.org/2018/credentials/v1"
STATUS_IRI = "https://www.w3.org/2018/credentials#credentialStatus"
