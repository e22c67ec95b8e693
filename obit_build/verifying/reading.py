"""Step 1, reading: take the credential out of whatever file this is.

JSON, a token, a PNG or SVG with a credential baked in, a PDF with one attached. Told apart by
content, never by name.
"""

import re

from obit_build.errors import BakingError, CanonicalizationError
from obit_build.pictures.bake import kind_of, take_out
from obit_build.pictures.pdf_attachments import credentials_in_pdf, is_pdf
from obit_build.strict_json import MAX_BYTES
from obit_build.verifying.report import refusal
from obit_build.verifying.run import Run, StepOutcome
from obit_build.verifying.secured import is_token, read_secured
from obit_build.verifying.words import Sentence, detail, say

_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")


def read_credential(run: Run) -> StepOutcome:
    """Fill in the run's document and token, or the address if that is all there is."""
    text, where = _text_and_place(run.data)
    if isinstance(text, str) and _ADDRESS.fullmatch(text):
        run.address = text
        return "passed", say("reading.address", where=where), ""
    try:
        secured = read_secured(text, limit=MAX_BYTES)
    except CanonicalizationError as error:
        raise refusal("reading.json", "fix.original", detail=detail(error.message)) from error
    run.document, run.token = secured.document, secured.token
    return "passed", say("reading.passed", where=where), ""


def _text_and_place(data: bytes) -> tuple[bytes | str, Sentence]:
    kind = kind_of(data)
    if kind == "json":
        return data, say("where.json")
    if kind == "jwt":
        return data, say("where.jwt")
    if is_pdf(data):
        return _attached(data), say("where.pdf")
    if kind not in ("png", "svg"):
        raise refusal("reading.format", "fix.original")
    try:
        found = take_out(data)
    except BakingError as error:
        # Not the error's own advice: to save the picture again would remove what is left.
        raise refusal("reading.image", "fix.download", detail=detail(error.message)) from error
    return found.text, say(f"where.{kind}")


def _attached(data: bytes) -> str:
    try:
        found = credentials_in_pdf(data)
    except BakingError as error:
        raise refusal("reading.pdf", detail(error.fix), detail=detail(error.message)) from error
    # A badge may be attached in both generations; then the newer one counts, as in a picture.
    newer = [text for text in found if is_token(text) or "w3id.org/openbadges" not in text]
    several = newer or found
    if len(several) > 1:
        raise refusal("reading.several", "fix.take-apart", n=str(len(several)))
    return several[0]
