"""Credentials attached to a PDF: found by content, in whatever way PDF programs pack them."""

import re
import zlib

import pytest
from signed_badges import a_badge, a_world, as_bytes
from signed_tokens import a_token

from obit_build.errors import BakingError
from obit_build.pictures.pdf_attachments import credentials_in_pdf, is_pdf
from obit_build.verifying.verify import verify

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
JSON = as_bytes(a_badge())


def stream(content, *, packed=True, dictionary=b"/Type /EmbeddedFile", end=b"\nendstream"):
    body = zlib.compress(content) if packed else content
    packing = b" /Filter /FlateDecode" if packed else b""
    length = b" /Length %d" % len(body)
    return (
        b"7 0 obj\n<<"
        + dictionary
        + packing
        + length
        + b">>\nstream\n"
        + body
        + end
        + b"\nendobj\n"
    )


def pdf(*parts):
    return HEAD + b"".join(parts) + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def test_a_pdf_is_told_by_its_beginning():
    assert is_pdf(pdf())
    assert is_pdf(b"\n" + pdf())
    assert not is_pdf(b'{"a": "%PDF-"}')


@pytest.mark.parametrize(
    "part",
    [
        stream(JSON),
        stream(JSON, packed=False),
        stream(b"\n " + JSON + b"\n"),
        stream(JSON, dictionary=b"/Subtype /application#2Fvc /Params <</Size 9>>"),
        stream(JSON).replace(b">>\nstream\n", b">>stream\r\n"),
        stream(JSON).replace(b"/Filter /FlateDecode", b"/Filter [ /FlateDecode ]"),
        stream(JSON).replace(b"/Filter /FlateDecode", b"/Filter[/FlateDecode]"),
    ],
    ids=["packed", "plain", "spaced", "untyped", "one line", "list", "short list"],
)
def test_an_attachment_is_found_however_it_is_packed(part):
    assert credentials_in_pdf(pdf(stream(b"q 1 0 0 1 0 0 cm"), part)) == [JSON.decode()]


def test_a_token_is_found():
    token = a_token().token

    assert credentials_in_pdf(pdf(stream(token.encode()))) == [token]


def test_other_json_and_the_same_credential_again_do_not_count():
    other = b'{"name": "not a credential"}'

    assert credentials_in_pdf(pdf(stream(other), stream(JSON), stream(JSON))) == [JSON.decode()]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf(), "the PDF has no credential attached to it"),
        (pdf(stream(JSON)[:60]), "the PDF has no credential attached to it"),
        (pdf(stream(b"\x00" * 50)), "the PDF has no credential attached to it"),
        (
            pdf(stream(JSON).replace(b"/FlateDecode", b"[/ASCII85Decode /FlateDecode]")),
            "the PDF has no credential attached to it",
        ),
        (pdf(stream(JSON).replace(b"/Flate", b"/LZW")), "the PDF has no credential attached to it"),
        (pdf(b"<</Encrypt 3 0 R>>"), "the PDF is encrypted"),
        (pdf(*[stream(b"x")] * 3001), "the PDF has more than 3000 parts"),
        (
            pdf(*[stream(b'{"@context": %d}' % n) for n in range(9)]),
            "the PDF holds more than 8 credentials",
        ),
        (
            pdf(*[stream(b"{" + b" " * 999_999) for _ in range(9)]),
            "the PDF unpacks to more than it should",
        ),
    ],
)
def test_what_can_not_be_read_is_refused_in_plain_words(data, message):
    with pytest.raises(BakingError, match=f"^{re.escape(message)}$"):
        credentials_in_pdf(data)


@pytest.mark.usefixtures("must_end")
def test_two_megabytes_of_streams_that_lead_nowhere_are_refused():
    data = HEAD + b">>stream\n" * 200_000

    with pytest.raises(BakingError, match=r"^the PDF has more than 3000 parts$"):
        credentials_in_pdf(data)


def report_on(data, world):
    return verify(data, name="badge.pdf", at=world.at, fetch=world.fetch)


def test_a_badge_in_a_pdf_is_verified():
    world = a_world()

    report = report_on(pdf(stream(as_bytes(world.badge))), world)

    assert report.passed
    assert report.steps[1].message == "A credential was found in the PDF."


def test_two_badges_in_a_pdf_leave_it_open_which_one_counts():
    world = a_world()
    other = as_bytes({**world.badge, "name": "Y"})

    step = report_on(pdf(stream(as_bytes(world.badge)), stream(other)), world).steps[1]

    assert (step.outcome, step.reason) == ("failed", "reading.several")
    assert step.message == "The PDF holds 2 badges, so it is not clear which one counts."


def test_of_both_generations_the_newer_one_counts():
    world = a_world()
    older = b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}'

    assert report_on(pdf(stream(older), stream(as_bytes(world.badge))), world).passed
