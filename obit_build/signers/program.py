"""``exec:PROGRAM``: a program of the centre's own signs, for instance around a cloud's command.

It is started without a shell as ``PROGRAM public`` or ``PROGRAM sign``. ``public`` writes the
public key in base64 (32 bytes, a P-256 point of 65 bytes, or DER) or as PEM. ``sign`` reads the
message in base64 and writes the signature in base64: 64 bytes, or DER for P-256. What it writes
to standard error is for people and passes through. It runs in its own folder, with obit's
environment, and must lie outside the repository.
"""

import base64
import binascii
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from obit_build.errors import SigningError
from obit_build.signers.outside_code import outside
from obit_build.signers.remote import (
    SIGNATURE_BYTES,
    RemoteSigner,
    no_answer,
    raw_from_der,
    read_public_key,
)

MAX_ANSWER = 10_000


def open_program(
    uri: str, *, environment: Mapping[str, str], root: Path, seconds: float
) -> RemoteSigner:
    """Ask the program for its public key and return its signer."""
    path = outside(uri.removeprefix("exec:"), root, what="the program that signs")
    helper = _Helper(path, uri, environment, seconds)
    answer = helper.answer("public", b"")
    der = answer if answer.startswith(b"-----BEGIN") else helper.decoded(answer)
    return RemoteSigner(uri, read_public_key(der, uri), helper.sign, seconds=seconds)


@dataclass(frozen=True, slots=True, repr=False)
class _Helper:
    path: Path
    uri: str
    environment: Mapping[str, str]
    seconds: float

    def sign(self, message: bytes) -> bytes:
        signature = self.decoded(self.answer("sign", base64.b64encode(message) + b"\n"))
        if len(signature) == SIGNATURE_BYTES:
            return signature
        return raw_from_der(signature, self.uri)

    def answer(self, mode: str, question: bytes) -> bytes:
        """Run the program once and return what it writes, without white space around it."""
        try:
            process = subprocess.Popen(  # noqa: S603 - the file that obit.yaml names; no shell
                [str(self.path), mode],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=self.path.parent,
                env=dict(self.environment),
                start_new_session=True,  # so that what it started can be ended with it
            )
        except OSError as error:
            raise SigningError(
                f"the program of {self.uri} can't be started: {error.strerror}",
                fix="see that it is executable and begins with #! if it is a script",
            ) from None
        with process:
            try:
                # A little less, so that it has ended before we are given up ourselves.
                answer, _ = process.communicate(question, self.seconds * 0.9)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with all that it started
                raise no_answer(self.uri, self.seconds) from None
        if process.returncode:
            raise SigningError(
                f"the program of {self.uri} ended with the code {process.returncode}",
                fix=f"what it wrote stands above; try it by hand: {self.path.name} public",
            )
        return answer[:MAX_ANSWER].strip()

    def decoded(self, answer: bytes) -> bytes:
        try:
            return base64.b64decode(b"".join(answer.split()), validate=True)  # it may be wrapped
        except binascii.Error:
            raise SigningError(
                f"the program of {self.uri} answered with something that is not base64",
                fix="it must write the base64 text and nothing else to standard output",
            ) from None
