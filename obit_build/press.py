"""Sign many credentials of one form: the first goes the full way, the others are stamped.

The full way (:func:`obit_build.signing.sign_credential`) asks the schema, canonicalises, signs and
reads the finished credential back. For each form a :class:`Press` goes it once, and keeps the
canonical N-Quads and the JSON text with places for the values. It uses them for the others only
if they give the very bytes of the first, and only for values of the kind that the schema was
asked about; each signature is checked under the issuer's key before it leaves here.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build import schemas
from obit_build.bake import embeddable
from obit_build.credential import Parts
from obit_build.errors import CredentialError, SigningError
from obit_build.keys import decode_base58, encode_base58
from obit_build.model.repository import Repository
from obit_build.proof import (
    SIGNATURE_BYTES,
    hash_data,
    proof_configuration,
    sorts_alike,
    transform,
)
from obit_build.signing import Signer, sign_credential, written
from obit_build.stamp import (
    MARK,
    InDoubtError,
    Shared,
    Template,
    canonicalize,
    compiled,
    form_of,
    with_texts,
)
from obit_build.strict_json import JsonObject

_SCHEMES = tuple(re.compile(f"^{scheme}:") for scheme in ("https?", "did", "urn", "mailto"))
_SCHEMA: Final = "open-badge-credential"
_INSTANT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_PROOF_VALUE = "urn:x-obit:proof-value"
MAX_FORMS = 512


@dataclass(frozen=True, slots=True)
class _Plate:
    """Everything about one form under one key and time."""

    template: Template
    text: str
    """The signed JSON as a ``%`` format; the last place is the proof's value."""
    kinds: tuple[tuple[int, re.Pattern[str]], ...]
    kept: tuple[tuple[int, str], ...]
    """Positions of values that only the full way may change, and what they are."""
    configuration: bytes
    """SHA-256 of the canonical proof configuration."""

    def hash_data(self, values: Sequence[str]) -> bytes:
        """Return the 64 bytes that are signed; raise InDoubtError for unusual values."""
        if any(values[position] != said for position, said in self.kept):
            raise InDoubtError
        if not all(kind.search(values[position]) for position, kind in self.kinds):
            raise InDoubtError
        nquads = self.template.fill(values)
        if not all(map(sorts_alike, values)):
            raise InDoubtError
        return self.configuration + hashlib.sha256(nquads.encode()).digest()

    def filled(self, values: Sequence[str], signature: bytes) -> bytes:
        """Return the signed credential's bytes."""
        said = [embeddable(encode_basestring(value)) for value in values]
        return (self.text % (*said, f'"z{encode_base58(signature)}"')).encode()


class Press:
    """Signs the credentials of one run; it sees the same key and time again and again."""

    def __init__(self, repository: Repository) -> None:
        self.parts = Parts(repository)
        """Use it to compose the credentials: their common parts have to be the same objects."""
        self.stamped = 0
        """How many credentials did not have to go the full way."""
        self._plates: dict[tuple[Any, ...], _Plate | None] = {}

    def sign(
        self,
        document: JsonObject,
        did: str,
        signer: Signer,
        at: datetime.datetime,
        *,
        second_proof: str | None = None,
    ) -> bytes:
        """Return the signed credential's bytes; raise CredentialError if it would not verify."""
        try:
            form, values = form_of(document, self.parts.shared)
        except InDoubtError:
            return sign_credential(document, did, signer, at, second_proof=second_proof)
        key = (form, did, signer.public_key, at, second_proof)
        plate = self._plates.get(key)
        if plate is not None:
            try:
                data = plate.hash_data(values)
            except InDoubtError:
                pass
            else:
                self.stamped += 1
                return plate.filled(values, _signature(signer, data))
        text = sign_credential(document, did, signer, at, second_proof=second_proof)
        if key not in self._plates and second_proof is None:
            if len(self._plates) >= MAX_FORMS:
                self._plates.clear()
            self._plates[key] = self._plate(document, values, text)
        return text

    def _plate(self, document: JsonObject, values: Sequence[str], text: bytes) -> _Plate | None:
        """Make a plate from a credential that went the full way; None if it can't be one."""
        proof = json.loads(text)["proof"][0]
        nquads = transform(document)
        template = compiled(document, values, self.parts.shared, nquads)
        if template is None:
            return None
        known = schemas.opinions(_SCHEMA)
        places = {p for p in (*template.texts, *template.addresses) if values[p] not in known.words}
        kinds = tuple(
            (position, kind)
            for position in sorted(places)
            for kind in (_INSTANT, *_SCHEMES, *known.patterns)
            if kind.search(values[position])
        )
        if not self._is_free(document, template, values, places - {p for p, _ in kinds}):
            return None
        plate = _Plate(
            template=template,
            text=_text_with_places(document, values, self.parts.shared, proof),
            kinds=kinds,
            kept=tuple((p, said) for p, said in enumerate(values) if p not in places),
            configuration=hashlib.sha256(
                canonicalize(proof_configuration(document, proof)).encode()
            ).digest(),
        )
        try:
            same = plate.hash_data(values) == hash_data(document, proof)
        except InDoubtError:
            return None
        signature = decode_base58(proof["proofValue"][1:])
        return plate if same and plate.filled(values, signature) == text else None

    def _is_free(
        self, document: JsonObject, template: Template, values: Sequence[str], free: set[int]
    ) -> bool:
        """Ask the schema whether anything may stand in these places."""
        texts = free.intersection(template.texts)
        said = [
            ("Ω, 1 %\n" if position in texts else "urn:x-obit:any") if position in free else None
            for position in range(len(values))
        ]
        try:
            other = with_texts(document, iter(said), self.parts.shared)
            schemas.check_unsigned(_SCHEMA, other)
        except CredentialError:
            return False
        return True


def _signature(signer: Signer, data: bytes) -> bytes:
    """Sign, and check under the public key: no faulty signature leaves here."""
    signature = signer.sign(data)
    if len(signature) != SIGNATURE_BYTES:
        raise SigningError(
            f"the signer returned {len(signature)} bytes instead of {SIGNATURE_BYTES}",
            fix="use an Ed25519 key",
        )
    try:
        Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signature, data)
    except InvalidSignature:
        raise CredentialError(
            "a credential that was just signed does not verify: the signer's signature is not "
            "its key's",
            fix="look at the signer; nothing was published",
        ) from None
    return signature


def _text_with_places(
    document: JsonObject, values: Sequence[str], shared: Shared, proof: JsonObject
) -> str:
    """Write a signed credential as a ``%`` format with a place for each value, then the proof's."""
    marks = [f"{MARK}{position}:" for position in range(len(values))]
    marked = with_texts(document, iter(marks), shared)
    text = written({**marked, "proof": [{**proof, "proofValue": _PROOF_VALUE}]}).decode()
    return re.sub(
        f'"{MARK}[0-9]+:"', "%s", text.replace("%", "%%").replace(f'"{_PROOF_VALUE}"', "%s")
    )
