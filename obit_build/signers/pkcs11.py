"""``pkcs11:…``: a key on a hardware security module, a smart card or SoftHSM (PKCS#11 3.0).

Signs Ed25519 with CKM_EDDSA and P-256 with CKM_ECDSA over a SHA-256 digest made here, which every
module has. The PIN comes from the environment variable that ``pin-source=env:NAME`` names, or from
OBIT_PKCS11_PIN; the library from ``module-path`` or OBIT_PKCS11_MODULE, and never from inside the
repository. Needs the extra ``pkcs11``.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obit_build.errors import SigningError
from obit_build.signers.outside_code import outside
from obit_build.signers.pkcs11_uri import Pkcs11Uri, read_pkcs11_uri
from obit_build.signers.remote import (
    PublicKey,
    RemoteSigner,
    other_kind,
    read_public_key,
    within,
)

EDWARDS25519 = (bytes.fromhex("130c656477617264733235353139"), bytes.fromhex("06032b6570"))
"""CKA_EC_PARAMS of Ed25519: the curve's name (PKCS#11 3.0) or its object identifier (RFC 8410)."""
P256 = bytes.fromhex("06082a8648ce3d030107")
REASONS = {
    "DeviceRemoved": "the token was removed",
    "KeyHandleInvalid": "the key is gone",
    "ObjectHandleInvalid": "the key is gone",
    "PinExpired": "its PIN has expired",
    "PinIncorrect": "the PIN is wrong",
    "PinInvalid": "the PIN is wrong",
    "PinLenRange": "the PIN is wrong",
    "PinLocked": "its PIN is locked",
    "SessionHandleInvalid": "the token was removed",
    "TokenNotPresent": "the token was removed",
    "UserNotLoggedIn": "the token has logged us out",
    "UserPinNotInitialized": "the token has no PIN yet",
}
_ONE_AT_A_TIME = threading.Lock()
"""python-pkcs11 opens modules as if there were one thread only."""


def open_pkcs11(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Log in to the token and find the key; the session lasts as long as the process."""
    wanted = read_pkcs11_uri(uri)
    pin = environment.get(wanted.pin_variable or "OBIT_PKCS11_PIN")
    if not pin:
        raise SigningError(
            f"the PIN of {wanted.plain} is not set",
            fix=f"set the environment variable {wanted.pin_variable or 'OBIT_PKCS11_PIN'}",
        )
    module = wanted.module or environment.get("OBIT_PKCS11_MODULE")
    if not module:
        raise SigningError(
            f"nothing says which library opens {wanted.plain}",
            fix="add ?module-path=/PATH/OF/LIBRARY.so, or set OBIT_PKCS11_MODULE",
        )
    path = outside(module, root, what="the PKCS#11 library")
    token = _Token(_library(), path, wanted, pin)
    key = within(seconds, wanted.plain, token.open)
    return RemoteSigner(wanted.plain, key, token.sign, seconds=seconds)


def _library() -> Any:
    try:
        import pkcs11  # noqa: PLC0415 - an extra that few need
    except ImportError:
        raise SigningError(
            "obit was installed without what PKCS#11 needs",
            fix='pip install "obit-build[pkcs11]"',
        ) from None
    return pkcs11


@dataclass(slots=True, repr=False)
class _Token:
    """A token that we are logged in to, and a key on it. The PIN is in no message."""

    pkcs11: Any
    module: Path
    wanted: Pkcs11Uri
    _pin: str
    _key: Any = None
    _mechanism: Any = None
    _again: bool = False

    def open(self) -> PublicKey:
        try:
            with _ONE_AT_A_TIME:
                session = self._log_in()
                self._key = self._only(session, self.pkcs11.ObjectClass.PRIVATE_KEY)
                self._again = self._wants_its_pin_again()
                point = self._point(session)
        except self.pkcs11.PKCS11Error as error:
            raise self._failure(error) from None
        self._mechanism = self.pkcs11.Mechanism.EDDSA
        if len(point) != 32:
            self._mechanism = self.pkcs11.Mechanism.ECDSA
        return read_public_key(point, self.wanted.plain)

    def sign(self, message: bytes) -> bytes:
        data = message
        if self._mechanism == self.pkcs11.Mechanism.ECDSA:
            data = hashlib.sha256(message).digest()
        given = {"pin": self._pin} if self._again else {}
        try:
            with _ONE_AT_A_TIME:
                signature: bytes = self._key.sign(data, mechanism=self._mechanism, **given)
        except self.pkcs11.PKCS11Error as error:
            raise self._failure(error) from None
        return signature

    def _log_in(self) -> Any:
        tokens = [t for t in self._load().get_tokens() if self._fits(t)]
        if len(tokens) != 1:
            raise SigningError(
                f"{len(tokens) or 'no'} tokens fit {self.wanted.plain}",
                fix="see that it is plugged in; `pkcs11-tool --list-token-slots` shows them",
            )
        try:
            return tokens[0].open(user_pin=self._pin)
        except self.pkcs11.UserAlreadyLoggedIn:  # for another key on the same token
            return tokens[0].open()

    def _load(self) -> Any:
        try:
            return self.pkcs11.lib(str(self.module))
        except self.pkcs11.PKCS11Error:
            raise SigningError(
                f"{self.module.name} is not a PKCS#11 library of this machine",
                fix="check module-path; SoftHSM's is libsofthsm2.so, YubiKey's libykcs11.so",
            ) from None

    def _fits(self, token: Any) -> bool:
        seen = {
            "token": token.label,
            "serial": token.serial.decode(errors="replace"),
            "model": token.model,
            "manufacturer": token.manufacturer_id,
        }
        return all(seen[name].strip() == value for name, value in self.wanted.token.items())

    def _only(self, session: Any, kind: Any) -> Any:
        attribute = self.pkcs11.Attribute
        template = {attribute.CLASS: kind}
        if self.wanted.label is not None:
            template[attribute.LABEL] = self.wanted.label
        if self.wanted.id is not None:
            template[attribute.ID] = self.wanted.id
        found = list(session.get_objects(template))
        if len(found) != 1:
            what = "private" if kind == self.pkcs11.ObjectClass.PRIVATE_KEY else "public"
            raise SigningError(
                f"{len(found) or 'no'} {what} keys on the token fit {self.wanted.plain}",
                fix="name one by object= and id=; `pkcs11-tool --list-objects` shows them",
            )
        return found[0]

    def _point(self, session: Any) -> bytes:
        """Return the public key: 32 bytes of Ed25519, or a P-256 point of 65 bytes."""
        kinds = self.pkcs11.KeyType
        curves = {kinds.EC_EDWARDS: EDWARDS25519, kinds.EC: (P256,)}.get(self._key.key_type)
        public = self._only(session, self.pkcs11.ObjectClass.PUBLIC_KEY)
        if curves is None or public[self.pkcs11.Attribute.EC_PARAMS] not in curves:
            raise other_kind(self.wanted.plain)
        point = bytes(public[self.pkcs11.Attribute.EC_POINT])
        size = 65 if P256 in curves else 32
        # An OCTET STRING around the point; some tokens leave it out.
        return point.removeprefix(bytes([4, size])) if len(point) == size + 2 else point

    def _wants_its_pin_again(self) -> bool:
        """Tell whether the key asks for the PIN with each signature, as the card's slot 9c does."""
        try:
            return bool(self._key[self.pkcs11.Attribute.ALWAYS_AUTHENTICATE])
        except self.pkcs11.PKCS11Error:
            return False

    def _failure(self, error: Exception) -> SigningError:
        kind = type(error).__name__
        reason = REASONS.get(kind, f"its library reports {kind}")
        fix = "see that the token is in place and works, then try again"
        if "PIN" in reason:
            fix = "check it before trying again: most tokens lock themselves after a few wrong PINs"
        return SigningError(f"{self.wanted.plain} can't be used: {reason}", fix=fix)
