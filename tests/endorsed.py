"""Endorsements of the small centre, signed with throw-away keys, as files and as records."""

import datetime
import json
from typing import Any

from centre import SITE, a_key

from obit_build.centre.endorsements import read_endorsement
from obit_build.model.endorsement import Endorsement
from obit_build.securing.canonical import CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.securing.keys import encode_multikey, method_id
from obit_build.securing.proof import add_proof

BASE = SITE.rstrip("/")
BADGE = f"{BASE}/badges/pare-feu/v1/achievement.fr.json"
ISSUER = "did:web:badges.example.org:x:issuers:citc"
ENDORSER = a_key("an endorser")
ENDORSER_DID = f"did:key:{encode_multikey(ENDORSER.public_key)}"
SIGNED = datetime.datetime(2026, 4, 1, 9, tzinfo=datetime.UTC)
FILE = "badges/pare-feu/endorsements/cluster.json"


def a_document(subject: str = BADGE, comment: str = "Un badge *utile*.", **changes: Any) -> Any:
    """An unsigned endorsement by a bare key."""
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3],
        "id": "urn:uuid:0b8e8a4e-1c38-5f6e-9d57-3f1f0c1a2b3c",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endossement",
        "issuer": {"id": ENDORSER_DID, "type": ["Profile"], "name": "Cluster d’essai"},
        "validFrom": "2026-04-01T09:00:00Z",
        "credentialSubject": {
            "id": subject,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
    }
    return {**document, **changes}


def by(did: str, name: str = "Cluster d’essai") -> dict[str, Any]:
    return {"issuer": {"id": did, "type": ["Profile"], "name": name}}


def signed(document: Any, key: Any = ENDORSER) -> bytes:
    method = method_id(document["issuer"]["id"], encode_multikey(key.public_key))
    done = add_proof(document, sign=key.sign, verification_method=method, created=SIGNED)
    return json.dumps(done, ensure_ascii=False).encode()


def an_endorsement(
    path: str = FILE, *, data: bytes | None = None, key: Any = ENDORSER, **changes: Any
) -> Endorsement:
    read, problems = read_endorsement(path, data or signed(a_document(**changes), key))
    assert read is not None, problems
    return read
