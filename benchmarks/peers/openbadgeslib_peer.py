"""openbadgeslib, timed: openbadgeslib_peer.py sign|verify FOLDER COUNT prints CPU seconds for one badge.

It runs in .venv-judges and knows nothing of obit. It fetches from the built site in FOLDER/site alone.
"""

import itertools
import json
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from openbadgeslib.ob3 import OB3LdpSigner, OB3LdpVerifier, OpenBadgeCredential, did_key_from_pem

SITE = "https://badges.example.org/"


def sign(folder: Path, count: int) -> float:
    """Sign obit's own badges, as far as the library's model has a place for what they say."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signer, did = OB3LdpSigner(pem, None), did_key_from_pem(public)
    with (folder / "documents.jsonl").open(encoding="utf-8") as file:
        documents = [json.loads(line) for line in itertools.islice(file, count)]
    badges = [OpenBadgeCredential.from_vc_document(document) for document in documents]
    for badge in badges:
        badge.issuer.id = did
    signer.sign_to_json(badges[0])
    started = time.process_time()
    for badge in badges:
        signer.sign_to_json(badge)
    return (time.process_time() - started) / len(badges)


def verify(folder: Path, count: int) -> float:
    """Verify the site's credentials with one verifier for their issuer."""

    def fetch(url: str) -> bytes:
        return (folder / "site" / url.partition("#")[0].removeprefix(SITE).lstrip("/")).read_bytes()

    files = sorted((folder / "site" / "awards").glob("*/credential.json"))[:count]
    texts = [file.read_text("utf-8") for file in files]
    verifier = OB3LdpVerifier.for_issuer_did(json.loads(texts[0])["issuer"]["id"], download=fetch)
    verifier.verify(texts[0], download=fetch)
    started = time.process_time()
    for text in texts:
        verifier.verify(text, download=fetch)
    return (time.process_time() - started) / len(texts)


if __name__ == "__main__":
    work = {"sign": sign, "verify": verify}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]))))
