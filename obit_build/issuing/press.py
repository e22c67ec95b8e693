"""Sign many credentials of one form: the first goes the full way, the others are stamped.

The full way (:func:`obit_build.issuing.signing.sign_credential`) asks the schema, canonicalises, signs and
reads the finished credential back. For each form a :class:`Press` goes it once, and keeps the
canonical N-Quads and the JSON text with places for an award's own texts. It uses them for the others
only if they give the very bytes of the first, and only for texts of the kind that the schema was
asked about; each signature is checked under the issuer's key before it leaves here.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Final, NamedTuple

from obit_build.errors import CanonicalizationError, CredentialError, SigningError
from obit_build.issuing import schemas
from obit_build.issuing.drafts import Draft, Drafts
from obit_build.issuing.signing import Signer, refuse_large, sign_credential, written
from obit_build.model.repository import Repository
from obit_build.pictures.bake import embeddable
from obit_build.securing.filling import Filling, place
from obit_build.securing.keys import decode_base58, encode_base58
from obit_build.securing.proof import (
    SIGNATURE_BYTES,
    hash_data,
    is_signature,
    proof_configuration,
    refuse_what_sorts_differently,
    sorts_alike,
    transform,
)
from obit_build.securing.stamp import canonicalize
from obit_build.securing.template import MARK, InDoubtError, Template, compiled
from obit_build.strict_json import JsonObject

_SCHEMES = tuple(re.compile(f"^{scheme}:") for scheme in ("https?", "did", "urn", "mailto"))
_SCHEMA: Final = "open-badge-credential"
_INSTANT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_MARKED = re.compile(f"{MARK}([0-9]+):")
_PROOF_VALUE = "urn:x-obit:proof-value"
_UNUSUAL = bytes({*range(32), *b'"\\{}\x7f', *range(0xEF, 256)} - {*b"\n"})
"""With what is written, in UTF-8, that N-Quads, JSON or pictures spell otherwise or can't hold, or that sorts differently."""
MAX_FORMS = 512


class Stamped(NamedTuple):
    """A credential that was signed, and nothing else: the signature is not checked yet."""

    text: bytes
    data: bytes
    """The 64 bytes that are signed."""
    signature: bytes
    public_key: bytes

    def checked(self) -> bytes:
        """Return the credential's bytes; raise CredentialError if it is too large, or the signature not the key's."""
        refuse_large(self.text)
        if not is_signature(self.public_key, self.signature, self.data):
            raise CredentialError(
                "a credential that was just signed does not verify: the signer's signature is not "
                "its key's",
                fix="look at the signer; nothing was published",
            )
        return self.text


@dataclass(frozen=True, slots=True)
class _Plate:
    """Everything about one form under one key and time."""

    template: Template
    text: Filling
    """The signed JSON; its last place is the proof's value."""
    kinds: tuple[tuple[int, re.Pattern[str]], ...]
    """Positions of texts, and what each has to look like."""
    kept: tuple[tuple[int, str], ...]
    """Positions of texts that only the full way may change, and what they are."""
    period: tuple[int, int] | None
    """Positions of the first and the last instant of validity, if it ends."""
    configuration: bytes
    """SHA-256 of the canonical proof configuration."""
    public_key: bytes

    def stamp(self, texts: Sequence[str], signer: Signer) -> Stamped:
        """Sign a credential with these texts; raise InDoubtError for unusual ones."""
        data, said = self.prepare(texts)
        signature = signer.sign(data)
        if len(signature) != SIGNATURE_BYTES:
            raise SigningError(
                f"the signer returned {len(signature)} bytes instead of {SIGNATURE_BYTES}",
                fix="use an Ed25519 key",
            )
        return Stamped(self.filled(said, signature), data, signature, self.public_key)

    def prepare(self, texts: Sequence[str]) -> tuple[bytes, list[bytes]]:
        """Return the 64 bytes that are signed and the texts as the JSON holds them."""
        for position, said in self.kept:
            if texts[position] != said:
                raise InDoubtError
        for position, kind in self.kinds:
            if not kind.match(texts[position]):
                raise InDoubtError
        if self.period and texts[self.period[1]] < texts[self.period[0]]:
            raise InDoubtError  # both are instants in Greenwich, of one length
        plain = _plain(texts)
        if plain is not None:
            return self._hashed(self.template.fill_escaped(texts, plain)), plain
        nquads = self.template.fill(texts)
        if not all(map(sorts_alike, texts)):
            _refuse_unlike(nquads)
        said_in_json = [embeddable(encode_basestring(text))[1:-1].encode() for text in texts]
        return self._hashed(nquads), said_in_json

    def _hashed(self, nquads: bytes) -> bytes:
        return self.configuration + hashlib.sha256(nquads).digest()

    def filled(self, said: Sequence[bytes], signature: bytes) -> bytes:
        """Return the signed credential's bytes."""
        return self.text.fill([*said, b"z" + encode_base58(signature).encode()])


class Press:
    """Signs the credentials of one run; it sees the same key and time again and again."""

    def __init__(self, repository: Repository) -> None:
        self.drafts = Drafts(repository)
        self.stamped = 0
        """How many credentials did not have to go the full way."""
        self._plates: dict[Hashable, _Plate | None] = {}

    def sign(
        self,
        draft: Draft,
        did: str,
        signer: Signer,
        at: datetime.datetime,
        *,
        second_proof: str | None = None,
    ) -> bytes:
        """Return the signed credential's bytes; raise CredentialError if it would not verify."""
        if second_proof is not None or draft.form is None:
            return sign_credential(draft.document(), did, signer, at, second_proof=second_proof)
        stamped = self.stamp(draft, did, signer, at)
        if stamped is not None:
            return stamped.checked()
        text = sign_credential(draft.document(), did, signer, at)
        key = (draft.form, did, signer.public_key, at)
        if key not in self._plates:
            if len(self._plates) >= MAX_FORMS:
                self._plates.clear()
            self._plates[key] = _plate(draft, text, signer.public_key)
        return text

    def stamp(
        self, draft: Draft, did: str, signer: Signer, at: datetime.datetime
    ) -> Stamped | None:
        """Sign without looking at the signature, which is the caller's; None if only :meth:`sign` can."""
        plate = self._plates.get((draft.form, did, signer.public_key, at))
        if plate is None:
            return None
        try:
            stamped = plate.stamp(draft.texts, signer)
        except InDoubtError:
            return None
        self.stamped += 1
        return stamped


def _plain(texts: Sequence[str]) -> list[bytes] | None:
    """Write texts for N-Quads and JSON alike; None if one is unusual: all are looked at together."""
    together = "\n".join(texts).encode("utf-8", "backslashreplace")
    plain = together.split(b"\n")
    usual = len(together.translate(None, _UNUSUAL)) == len(together) and b"]]>" not in together
    return plain if usual and len(plain) == len(texts) else None


def _plate(draft: Draft, text: bytes, public_key: bytes) -> _Plate | None:
    """Make a plate from a credential that went the full way; None if it can't be one."""
    document, texts = draft.document(), draft.texts
    proof = json.loads(text)["proof"][0]
    template = compiled(draft.compose, texts, transform(document))
    if template is None:
        return None
    known = schemas.opinions(_SCHEMA)
    places = {p for p in (*template.texts, *template.addresses) if texts[p] not in known.words}
    kinds = _kinds(draft, template, sorted(places))
    free = places - kinds.keys()
    if not _is_free(draft, template, free):  # some are words of a list that the schema refers to
        free = {position for position in free if _is_free(draft, template, {position})}
        if not _is_free(draft, template, free):
            return None
    places = free | kinds.keys()
    configuration = canonicalize(proof_configuration(document, proof))
    plate = _Plate(
        template=template,
        text=_text_with_places(draft, proof),
        kinds=tuple(kinds.items()),
        kept=tuple((p, said) for p, said in enumerate(texts) if p not in places),
        period=_period(draft),
        configuration=hashlib.sha256(configuration.encode()).digest(),
        public_key=public_key,
    )
    try:
        data, said = plate.prepare(texts)
    except InDoubtError:
        return None
    same = data == hash_data(document, proof)
    signature = decode_base58(proof["proofValue"][1:])
    return plate if same and plate.filled(said, signature) == text else None


def _kinds(draft: Draft, template: Template, places: Iterable[int]) -> dict[int, re.Pattern[str]]:
    """Return what texts have to look like where the schema does not take just any."""
    known = (_INSTANT, *_SCHEMES, *schemas.opinions(_SCHEMA).patterns)
    found: dict[int, re.Pattern[str]] = {}
    for position in places:
        kinds = [kind for kind in known if kind.search(draft.texts[position])]
        if not kinds or (position in template.texts and _is_free(draft, template, {position})):
            continue  # what it looks like is chance
        each = (f"(?=.*?(?:{kind.pattern}))" for kind in kinds)
        found[position] = re.compile("".join(each), re.ASCII)
    return found


def _is_free(draft: Draft, template: Template, free: set[int]) -> bool:
    """Ask the schema whether anything may stand in these places."""
    odd = {p: "Ω, 1 %\n" if p in template.texts else "urn:x-obit:any" for p in free}
    texts = [odd.get(position, text) for position, text in enumerate(draft.texts)]
    return schemas.fits_unsigned(_SCHEMA, draft.compose(texts))


def _text_with_places(draft: Draft, proof: JsonObject) -> Filling:
    """Write a signed credential with a place for each text, then one for the proof's value."""
    signed = {**draft.compose(_marks(draft)), "proof": [{**proof, "proofValue": _PROOF_VALUE}]}
    text = _MARKED.sub(lambda found: place(int(found[1])), written(signed).decode())
    return Filling(text.replace(_PROOF_VALUE, place(len(draft.texts))))


def _period(draft: Draft) -> tuple[int, int] | None:
    marked = draft.compose(_marks(draft))
    first, last = (_MARKED.fullmatch(marked.get(x, "")) for x in ("validFrom", "validUntil"))
    return (int(first[1]), int(last[1])) if first and last else None


def _marks(draft: Draft) -> list[str]:
    return [f"{MARK}{position}:" for position in range(len(draft.texts))]


def _refuse_unlike(nquads: bytes) -> None:
    try:
        refuse_what_sorts_differently(nquads.decode())
    except CanonicalizationError:
        raise InDoubtError from None
