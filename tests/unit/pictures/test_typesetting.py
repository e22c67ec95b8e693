"""Certificates as files: an archive for decades, readable aloud, with the credential inside."""

import multiprocessing
import re

import pytest
from papers import PICTURES, TEMPLATES, URL, Pdf, a_sheet, stream, words
from pictures import svg
from signed_badges import a_badge, a_world, as_bytes

from obit_build.errors import BakingError, RenderError
from obit_build.pictures import typst_worker
from obit_build.pictures.pdf_attachments import credentials_in_pdf
from obit_build.pictures.typesetting import TypstTypesetter
from obit_build.verifying.verify import verify

CREDENTIAL = as_bytes(a_badge())
LONG = "Maria Wilhelmina Konstantinopoulou-van der Straeten " * 4
HOSTILE = '#panic("run") $x$ *b* \\ `a` #import "@preview/x:0.1.0" <label> @ref // "'


@pytest.fixture(scope="module")
def typesetter():
    with TypstTypesetter(TEMPLATES) as opened:
        yield opened


@pytest.fixture(scope="module")
def certificate(typesetter):
    """A sheet on which every text is hostile or too long."""
    sheet = a_sheet(
        document={"title": HOSTILE, "author": HOSTILE},
        title=words("Überlängenbezeichnungszusammensetzung" * 2 + " " + HOSTILE),
        lead=words(HOSTILE, "de"),
        holder={
            "label": "À",
            "name": words(f"محمد {LONG}"[:200], None, "rtl"),
            "unnamed": "",
            "note": "",
        },
        skills={"label": "Compétences", "names": [words("אבטחה", "he", "rtl")] * 8, "more": ""},
        stamp="Aperçu",
    )
    return typesetter.certificate(sheet, CREDENTIAL, PICTURES)


def test_it_calls_itself_what_archives_and_screen_readers_ask_for(certificate):
    metadata = Pdf(certificate).metadata

    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<xmp:CreateDate>2026-03-14T00:00:00Z</xmp:CreateDate>" in metadata
    assert "<xmpTPg:NPages>1</xmpTPg:NPages>" in metadata


def test_it_has_language_title_and_tags(certificate):
    pdf = Pdf(certificate)

    assert b"/Lang(fr)" in pdf.catalog
    assert re.search(rb"/MarkInfo<</Marked true", pdf.catalog)
    assert b"/DisplayDocTitle true" in pdf.catalog
    assert len(pdf.of_type("StructTreeRoot")) == 1
    assert pdf.roles.count("H1") == 1
    assert pdf.roles.count("Figure") == 2  # the badge and the QR code; logo and rose are decoration
    assert {"H2", "P", "Link"} <= set(pdf.roles)
    figures = [body for body in pdf.of_type("StructElem") if re.search(rb"/S\s*/Figure", body)]
    assert all(b"/Alt" in figure for figure in figures)


def test_all_fonts_and_the_colour_profile_are_inside(certificate):
    pdf = Pdf(certificate)

    fonts = pdf.of_type("FontDescriptor")
    assert len(fonts) >= 4
    assert all(re.search(rb"/FontFile[23]? ", font) for font in fonts)
    (intent,) = pdf.of_type("OutputIntent")
    assert stream(pdf.follow(intent, "DestOutputProfile"))[36:40] == b"acsp"
    assert b"/URI(" + URL.encode() in certificate
    assert not re.search(rb"/JavaScript|/JS\b|/Launch|/Encrypt|/OpenAction", certificate)


def test_the_credential_is_attached_to_the_last_byte(certificate):
    pdf = Pdf(certificate)

    (file,) = pdf.of_type("Filespec")
    assert b"/UF(credential.json)" in file
    assert b"/AFRelationship/Source" in file
    assert pdf.follow(pdf.catalog, "AF") == file
    attached = pdf.follow(file, "F")
    assert b"/Subtype/application#2Fvc" in attached
    assert stream(attached) == CREDENTIAL


def test_it_verifies_like_the_credential_itself(certificate):
    world = a_world()

    whole, alone = (
        verify(data, name="x", at=world.at, fetch=world.fetch) for data in (certificate, CREDENTIAL)
    )

    assert credentials_in_pdf(certificate) == [CREDENTIAL.decode()]
    assert (whole.state, whole.decisive.message) == (alone.state, alone.decisive.message)


def test_the_same_sheet_gives_the_same_bytes_in_another_process(typesetter):
    sheet = a_sheet()
    once = typesetter.certificate(sheet, CREDENTIAL, PICTURES)

    with TypstTypesetter(TEMPLATES) as another:
        again = another.certificate(sheet, CREDENTIAL, PICTURES)

    assert again == once


@pytest.mark.parametrize(
    ("character", "known"),
    [("é", True), ("Ő", True), ("Ж", True), ("א", True), ("ب", True), ("日", False), ("🎉", False)],
)
def test_it_is_known_which_letters_there_are(typesetter, character, known):
    assert typesetter.can_show(character) is known


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "#let certificate(given) = {\n  nonsense\n}",
            "templates/certificate.typ:2: unknown variable: nonsense",
        ),
        (
            "#let certificate(given) = panic(given.holder.name.text.split().first())",
            "templates/certificate.typ:1: it fails for one award",
        ),
        (
            '#let certificate(given) = {\n  import "@preview/cetz:0.3.0"\n}',
            "templates/certificate.typ:2: it imports a package, and a build fetches nothing from the net",
        ),
        (
            '#let certificate(given) = read("/../../../etc/passwd")',
            'templates/certificate.typ:1: path `"/../../../etc/passwd"` would escape the project root',
        ),
        (
            "#let certificate(given) = [日]",
            "templates/certificate.typ:1: it shows a character that none of the fonts has",
        ),
    ],
    ids=["mistake", "name", "package", "file", "letter"],
)  # fmt: skip
def test_a_template_that_fails_is_named_and_nobody_else(template, message):
    with (
        TypstTypesetter({"certificate.typ": template.encode()}) as opened,
        pytest.raises(RenderError) as caught,
    ):
        opened.certificate(a_sheet(), CREDENTIAL, PICTURES)

    assert caught.value.message == f"{message} (while making a certificate)"
    assert caught.value.fix == (
        "correct templates/certificate.typ, or remove your copy of it to get the default theme's"
    )


def test_a_picture_that_a_badge_may_not_have_is_refused(typesetter):
    with pytest.raises(BakingError) as caught:
        typesetter.certificate(
            a_sheet(), CREDENTIAL, {"pictures/x.svg": svg("<script>alert(1)</script>")}
        )

    assert "script" in caught.value.message


def test_a_fork_gets_a_process_of_its_own_and_the_same_bytes(typesetter):
    here, there = multiprocessing.Pipe()
    sheet = a_sheet(kind="Ailleurs")

    def elsewhere():
        there.send(typesetter.certificate(sheet, CREDENTIAL, PICTURES))

    forked = multiprocessing.get_context("fork").Process(target=elsewhere)
    forked.start()
    made = typesetter.certificate(sheet, CREDENTIAL, PICTURES)

    assert here.recv() == made
    forked.join()
    assert forked.exitcode == 0


def test_what_was_set_before_is_not_set_again_and_what_is_not_used_is_dropped():
    former = {}
    other = a_sheet(kind="Autre")
    with TypstTypesetter(TEMPLATES, former) as opened:
        made = opened.certificate(a_sheet(), CREDENTIAL, PICTURES)
    assert list(former.values()) == [made]

    (name,) = former
    former |= {name: b"kept", "stale": b"stale"}
    with TypstTypesetter(TEMPLATES, former) as opened:
        again = opened.certificate(a_sheet(), CREDENTIAL, PICTURES)
        changed = opened.certificate(other, CREDENTIAL, PICTURES)

    assert again == b"kept"
    assert changed.startswith(b"%PDF-1.7")
    assert sorted(former.values()) == sorted([b"kept", changed])


def test_without_typst_the_remedy_is_named(tmp_path, monkeypatch):
    absent = tmp_path / "worker.py"
    absent.write_text(f"raise SystemExit({typst_worker.NOT_INSTALLED})\n")
    monkeypatch.setattr(typst_worker, "__file__", str(absent))

    with pytest.raises(RenderError) as caught, TypstTypesetter(TEMPLATES):
        pass

    assert caught.value.message == "certificates need Typst, which is not installed"
    assert caught.value.fix == (
        'pip install "obit-build[pdf]", or set certificates: false in obit.yaml'
    )


def test_a_typesetter_that_dies_is_no_traceback(tmp_path, monkeypatch):
    dying = tmp_path / "worker.py"
    dying.write_text("import sys\nsys.stdin.readline()\nraise SystemExit(9)\n")
    monkeypatch.setattr(typst_worker, "__file__", str(dying))

    with pytest.raises(RenderError) as caught, TypstTypesetter(TEMPLATES):
        pass

    assert caught.value.message == "a certificate took more than 60 seconds or too much memory"
