"""A verifier of sites that shares no code with obit: pyoxigraph, a bare Ed25519, and a bit in a list.

It reads only files of the site, as anybody could fetch them. It knows what obit signs with
(``eddsa-rdfc-2022`` and did:web) and nothing else.
"""

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyoxigraph
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CONTEXTS = Path(__file__).parents[1] / "obit_build" / "contexts"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def says(site: Path, address: str, award_id: str) -> str:
    """Return ``valid``, ``revoked`` or ``suspended``; AssertionError for what is not genuine.

    Of a suspended award both bits are set: who knows no suspensions must refuse it too (decision 0004).
    """
    document = json.loads((site / "awards" / award_id / "credential.json").read_text("utf-8"))
    assert_genuine(site, address, document)
    entry = document["credentialStatus"]
    assert entry["statusPurpose"] == "revocation"
    index = int(entry["statusListIndex"])
    revocations = _list(site, address, entry["statusListCredential"])
    (related,) = revocations["relatedResource"]
    suspensions = _list(site, address, related["id"])
    states = {(False, False): "valid", (True, False): "revoked", (True, True): "suspended"}
    bits = _bit(revocations, "revocation", index), _bit(suspensions, "suspension", index)
    assert bits in states, "suspended, but not refused by who knows no suspensions"
    return states[bits]


def assert_genuine(site: Path, address: str, document: dict[str, Any]) -> None:
    """Check the proof of a credential or a status list under the key that the site publishes."""
    proof = document["proof"][0]
    bare = {name: value for name, value in document.items() if name != "proof"}
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    data = b"".join(
        hashlib.sha256(_canonical(part)).digest()
        for part in ({"@context": document["@context"], **configuration}, bare)
    )
    key = _key(site, address, proof["verificationMethod"])
    try:
        key.verify(_base58(proof["proofValue"][1:]), data)
    except InvalidSignature:
        raise AssertionError(f"{document['id']} is not genuine") from None


def _canonical(document: dict[str, Any]) -> bytes:
    """Write a document as canonical N-Quads; the contexts are put in their addresses' place."""
    whole = {**document, "@context": [_context(x) for x in document["@context"]]}
    text = json.dumps(whole)
    graph = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))
    graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(graph, format=pyoxigraph.RdfFormat.N_QUADS).decode()
    return "".join(sorted(lines.splitlines(keepends=True))).encode()


def _context(address: Any) -> Any:
    lock = json.loads((CONTEXTS / "lock.json").read_text("utf-8"))
    return json.loads((CONTEXTS / lock[address]["file"]).read_text("utf-8"))["@context"]


def _key(site: Path, address: str, method: str) -> Ed25519PublicKey:
    """Find a key by the rules of did:web, in the files of the site alone."""
    did, _, _ = method.partition("#")
    host, *folders = did.removeprefix("did:web:").split(":")
    url = f"https://{host.replace('%3A', ':')}/{''.join(f'{x}/' for x in folders)}did.json"
    found = json.loads(_published(site, address, url))
    assert found["id"] == did
    assert method in found["assertionMethod"]
    (key,) = (x["publicKeyMultibase"] for x in found["verificationMethod"] if x["id"] == method)
    return Ed25519PublicKey.from_public_bytes(_base58(key[1:])[2:])


def _list(site: Path, address: str, url: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_published(site, address, url))
    assert_genuine(site, address, document)
    return document


def _bit(listed: dict[str, Any], purpose: str, index: int) -> bool:
    subject = listed["credentialSubject"]
    assert subject["statusPurpose"] == purpose
    encoded = subject["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def _published(site: Path, address: str, url: str) -> str:
    assert url.startswith(address), url
    return (site / url.removeprefix(address)).read_text("utf-8")


def _base58(text: str) -> bytes:
    number = 0
    for sign in text:
        number = number * 58 + ALPHABET.index(sign)
    return bytes(len(text) - len(text.lstrip("1"))) + number.to_bytes(
        (number.bit_length() + 7) // 8, "big"
    )
