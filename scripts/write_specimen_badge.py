"""Write templates/assets/specimen-badge.svg: a badge with which to try the page that checks badges.

    python scripts/write_specimen_badge.py [--check]

It is signed by a bare key (did:key), so that it can be checked without a network, and marked as a specimen. The
key is made of a sentence that stands below: anybody can make it again, and nobody should trust it.
"""

import datetime
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.credentials.credential import SPECIMEN_TERMS
from obit_build.pictures.bake import bake
from obit_build.securing.canonical import CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.securing.keys import encode_multikey, method_id
from obit_build.securing.proof import add_proof

FILE = Path(__file__).parent.parent / "templates" / "assets" / "specimen-badge.svg"
SENTENCE = b"obit: the key of the specimen badge, which everybody knows"
DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="600" height="600">'
    "<title>A round badge that nobody has earned</title>"
    '<circle cx="60" cy="60" r="56" fill="#0b5563"/>'
    '<g fill="none" stroke="#fff" stroke-width="5" stroke-linejoin="round"><circle cx="60" cy="50" r="24"/>'
    '<circle cx="60" cy="50" r="10"/><path d="m46 70-6 28 20-9 20 9-6-28"/></g></svg>\n'
)


def specimen() -> bytes:
    """Make the picture with the signed badge in it; the same bytes each time."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(SENTENCE).digest())
    multikey = encode_multikey(key.public_key().public_bytes_raw())
    did, text = f"did:key:{multikey}", "Trying out how a badge is checked"
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3],
        "id": "urn:uuid:0b17b17b-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": text,
        "issuer": {"id": did, "type": ["Profile"], "name": "Nobody (a specimen of obit)"},
        "validFrom": DAY.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "awardedDate": DAY.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "termsOfUse": [{"type": SPECIMEN_TERMS}],
        "credentialSubject": {
            "id": "urn:uuid:0b17b17b-0000-4000-8000-000000000002",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:0b17b17b-0000-4000-8000-000000000003",
                "type": ["Achievement"],
                "name": text,
                "description": "A specimen: nobody has earned it, and it proves nothing.",
                "criteria": {"narrative": "Drop this file on the page that checks badges."},
            },
        },
    }
    made = add_proof(
        document, sign=key.sign, verification_method=method_id(did, multikey), created=DAY
    )
    return bake(PICTURE.encode(), json.dumps(made, ensure_ascii=False, separators=(",", ":")))


def main() -> None:
    """Write the file, or compare it."""
    made = specimen()
    if sys.argv[1:] == ["--check"]:
        sys.exit(None if FILE.read_bytes() == made else f"{FILE.name} is not what this makes")
    FILE.write_bytes(made)
    print(f"wrote {FILE.name}, {len(made)} bytes")


if __name__ == "__main__":
    main()
