"""Where a private key is, as a URI: one form per kind of signer.

Only the spelling is known here; :mod:`obit_build.signers.opening` opens what is named. A URI that
fits no form is never repeated in a message: somebody may have written the key itself there.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"

FORMS: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "awskms": ("awskms:KEY", re.compile(r"[A-Za-z0-9_/:-]{1,2048}", re.ASCII)),
        "env": ("env:NAME", re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)),
        "exec": ("exec:/PATH/OF/PROGRAM", re.compile(r"[^\x00-\x1f\x7f]+")),
        "file": ("file:PATH", re.compile(r"[^\x00-\x1f\x7f]+")),
        "gcpkms": (
            "gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N",
            re.compile(
                rf"projects/[a-z0-9.:-]+/locations/{_NAME}/keyRings/{_NAME}"
                rf"/cryptoKeys/{_NAME}/cryptoKeyVersions/[1-9][0-9]*",
                re.ASCII,
            ),
        ),
        # RFC 7512; a PIN in the address would be a secret in obit.yaml.
        "pkcs11": (
            "pkcs11:token=LABEL;object=LABEL",
            re.compile(
                r"(?!.*pin-value)[A-Za-z0-9%=;?&:/@._~*'(),!$+\[\]|-]+", re.ASCII | re.IGNORECASE
            ),
        ),
        "ssh-agent": (
            "ssh-agent:SHA256:FINGERPRINT",
            re.compile(r"SHA256:[A-Za-z0-9+/]{43}", re.ASCII),
        ),
        "vault": (
            "vault:KEY@VERSION",
            re.compile(rf"(?:{_NAME}/)*{_NAME}@[1-9][0-9]{{0,8}}", re.ASCII),
        ),
    }
)
SCHEMES = tuple(sorted(FORMS))


def is_well_formed(uri: str) -> bool:
    """Tell whether ``uri`` names a place where a private key can be."""
    scheme, _, rest = uri.partition(":")
    return scheme in FORMS and FORMS[scheme][1].fullmatch(rest) is not None


def expected_form(uri: str) -> str:
    """Return how to write a URI of this kind, or of the two most used kinds."""
    scheme, _, _ = uri.partition(":")
    return FORMS[scheme][0] if scheme in FORMS else "env:NAME or file:PATH"
