import base64
import gc
from xml.etree import ElementTree

import pytest
from pictures import SVG, header
from pictures import png as png_picture
from pictures import svg as drawing

from obit_build.errors import BakingError
from obit_build.pictures import svg

NS = "https://purl.imsglobal.org/ob/v3p0"
TEXT = '{\n  "name": "Pare-feu – niveau 1 🛡"\n}\n'
ELEMENT = f"<openbadges:credential><![CDATA[{TEXT}]]></openbadges:credential>".encode()
ON_ROOT = f' xmlns:openbadges="{NS}"'.encode()
A = "active"
E = "external"
CHECKS = {"active": "svg-has-no-active-content", "external": "svg-has-no-external-references"}


def refusal(act, *arguments):
    with pytest.raises(BakingError) as caught:
        act(*arguments)
    assert caught.value.fix
    return caught.value.message


def found(image):
    return [(f.check, f.message) for f in svg.inspect(image).findings]


# Baking


def test_the_credential_is_the_first_child_in_one_cdata_section():
    baked = svg.insert_credential(drawing("<rect/>"), TEXT)

    assert baked == (
        f'<svg xmlns="{SVG}" viewBox="0 0 100 100"'.encode()
        + ON_ROOT
        + b">"
        + ELEMENT
        + b"<rect/></svg>"
    )


ROOTS = {
    "an empty picture": (
        f'<svg xmlns="{SVG}"/>',
        f'<svg xmlns="{SVG}"{{on}}>{{element}}</svg>',
    ),
    "a blank before the slash": (
        f'<svg xmlns="{SVG}" />',
        f'<svg xmlns="{SVG}" {{on}}>{{element}}</svg>',
    ),
    "a prefix": (
        f'<s:svg xmlns:s="{SVG}"><s:g/></s:svg>',
        f'<s:svg xmlns:s="{SVG}"{{on}}>{{element}}<s:g/></s:svg>',
    ),
    "an empty picture with a prefix": (
        f'<s:svg xmlns:s="{SVG}"/>',
        f'<s:svg xmlns:s="{SVG}"{{on}}>{{element}}</s:svg>',
    ),
    "angle brackets and slashes in attributes": (
        f"<svg a='>\"/>' b=\"'>/\" xmlns='{SVG}'>x</svg>",
        f"<svg a='>\"/>' b=\"'>/\" xmlns='{SVG}'{{on}}>{{element}}x</svg>",
    ),
    "a byte order mark, a declaration and comments": (
        f'\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- <svg> é -->\r\n<svg\r\n\txmlns="{SVG}"\r\n>\r\n</svg>\r\n<!-- end -->',
        f'\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- <svg> é -->\r\n<svg\r\n\txmlns="{SVG}"\r\n{{on}}>{{element}}\r\n</svg>\r\n<!-- end -->',
    ),
    "the namespace declared already": (
        f'<svg xmlns="{SVG}" xmlns:openbadges="{NS}"><g/></svg>',
        f'<svg xmlns="{SVG}" xmlns:openbadges="{NS}">{{element}}<g/></svg>',
    ),
    "a credential under another prefix": (
        f'<svg xmlns="{SVG}" xmlns:ob="{NS}"><g/><ob:credential verify="a.b.c"/><g/></svg>',
        f'<svg xmlns="{SVG}" xmlns:ob="{NS}"{{on}}>{{element}}<g/><g/></svg>',
    ),
    "two old credentials, one of them deep": (
        f'<svg xmlns="{SVG}"><c:credential xmlns:c="{NS}">{{{{}}}}<i/></c:credential><g><credential xmlns="{NS}"></credential ></g></svg>',
        f'<svg xmlns="{SVG}"{{on}}>{{element}}<g></g></svg>',
    ),
    "the prefix of Open Badges 2.0": (
        f'<svg xmlns="{SVG}" xmlns:openbadges="http://openbadges.org"><openbadges:assertion/></svg>',
        f'<svg xmlns="{SVG}" xmlns:openbadges="http://openbadges.org">{{local}}<openbadges:assertion/></svg>',
    ),
}


@pytest.mark.parametrize(("before", "after"), ROOTS.values(), ids=ROOTS)
def test_bytes_outside_the_insertion_stay(before, after):
    element = ELEMENT.decode()
    expected = after.format(
        on=ON_ROOT.decode(),
        element=element,
        local=element.replace("credential>", f"credential{ON_ROOT.decode()}>", 1),
    )
    image = before.replace("{{}}", "{}").encode()

    baked = svg.insert_credential(image, TEXT)

    assert baked.decode() == expected
    assert svg.extract_credential(baked) == TEXT
    assert svg.insert_credential(baked, TEXT) == baked


def test_an_ordinary_xml_reader_finds_the_credential():
    baked = svg.insert_credential(drawing("<rect/>"), TEXT)

    first = ElementTree.fromstring(baked)[0]  # noqa: S314 - our own bytes

    assert (first.tag, first.text) == (f"{{{NS}}}credential", TEXT)


def test_a_credential_stays_out_of_an_open_badges_2_assertion():
    image = drawing(
        '<o:assertion xmlns:o="http://openbadges.org" verify="https://example.org/a.json"/>'
    )

    baked = svg.insert_credential(image, TEXT)

    assert svg.extract_assertion(baked) == "https://example.org/a.json"
    assert svg.extract_credential(baked) == TEXT


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ('<o:credential xmlns:o="{ns}"> {{"a":1}}\n</o:credential>', '{"a":1}'),
        ('<o:credential xmlns:o="{ns}">\n <![CDATA[ {{}} ]]>\n</o:credential>', " {} "),
        ('<o:credential xmlns:o="{ns}" verify=" a.b.c "/>', "a.b.c"),
        ('<g><credential xmlns="{ns}">{{&quot;a&quot;:1}}</credential></g>', '{"a":1}'),
    ],
)
def test_what_other_programs_bake_is_read(inner, text):
    assert svg.extract_credential(drawing(inner.format(ns=NS))) == text


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("<g/>", "the SVG holds no credential"),
        ("<credential>{}</credential>", "the SVG holds no credential"),
        (
            f'<credential xmlns="{NS}">1</credential><credential xmlns="{NS}">2</credential>',
            "the SVG holds 2 credentials, and only one can count",
        ),
        (
            f'<credential xmlns="{NS}">1<![CDATA[2]]></credential>',
            "the SVG's credential is written in several pieces",
        ),
        (f'<credential xmlns="{NS}"> </credential>', "the SVG's credential is empty"),
        (
            f'<credential xmlns="{NS}">{"x" * 1_048_577}</credential>',
            "the credential in the SVG has more than 1048576 bytes",
        ),
    ],
)
def test_a_credential_that_can_not_be_taken_out_is_said_to_be_so(inner, message):
    assert refusal(svg.extract_credential, drawing(inner)) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["]]>"]', 'the credential holds "]]>", which ends its place in an SVG'),
        ("a\0", "the credential holds the character U+0000, which an SVG can't hold"),
        ("a\r\n", "the credential holds the character U+000D, which an SVG can't hold"),
        ('"\uffff"', "the credential holds the character U+FFFF, which an SVG can't hold"),
        ('"\ud800"', "the credential holds the character U+D800, which an SVG can't hold"),
        ("", "a credential has 1 to 1048576 bytes"),
        ("x" * 1_048_577, "a credential has 1 to 1048576 bytes"),
    ],
)
def test_a_text_that_would_not_come_out_the_same_is_not_put_in(text, message):
    assert refusal(svg.insert_credential, drawing(), text) == message


def test_a_baked_picture_is_never_larger_than_what_can_be_read():
    full = drawing(" " * (svg.MAX_BYTES - len(drawing())))

    message = refusal(svg.insert_credential, full, TEXT)

    assert message == "with its credential the SVG has more than 2097152 bytes"


def test_a_png_is_shown_by_an_svg_around_it():
    image = png_picture()

    wrapped = svg.wrap_png(image, 600, "Pare-feu <niveau\x0b1> & suite")

    root = ElementTree.fromstring(wrapped)  # noqa: S314 - our own bytes
    assert root[0].text == "Pare-feu <niveau 1> & suite"
    data = root[1].attrib["{http://www.w3.org/1999/xlink}href"]
    assert base64.b64decode(data.removeprefix("data:image/png;base64,")) == image
    facts = svg.inspect(wrapped)
    assert (facts.width, facts.height, facts.findings) == (600, 600, ())


def test_only_a_sound_png_is_wrapped():
    assert refusal(svg.wrap_png, b"GIF89a", 600, "x") == "the file does not begin like a PNG"


# Measuring


@pytest.mark.parametrize(
    ("attributes", "size", "square"),
    [
        ('viewBox="0 0 64 64"', (64, 64), True),
        ('viewBox="-5,-5, 64 64"', (64, 64), True),
        ('width="600" height="600"', (600, 600), True),
        ('width="1in" height="2.54cm"', (96, 96), True),
        ('width="599.6px" height="600"', (599.6, 600), True),
        ('width="100%" height="100%" viewBox="0 0 2 1"', (2, 1), False),
        ('width="300" height="200" viewBox="0 0 64 64"', (300, 200), False),
        ('width="10em" height="10em"', (None, None), False),
        ('width="0" height="0"', (None, None), False),
        ('width="1e999" height="1e999"', (None, None), False),
        ('viewBox="0 0 NaN NaN"', (None, None), False),
        ('viewBox="0 0 64"', (None, None), False),
        ("", (None, None), False),
    ],
)
def test_a_drawing_says_its_size(attributes, size, square):
    facts = svg.inspect(drawing(attributes=attributes))

    assert (facts.width, facts.height) == tuple(
        None if n is None else pytest.approx(n) for n in size
    )
    assert facts.is_square is square


# What may be in a picture

HARMLESS = {
    "shapes": '<g transform="scale(2)"><path d="M0 0h9"/><circle r="3"/></g>',
    "title, description, metadata": "<title>a</title><desc>b</desc><metadata>c</metadata>",
    "gradients": '<defs><linearGradient id="a"/><linearGradient id="b" href="#a"/></defs><rect fill="url(#b)" style="stroke:url( \'#a\' ) red"/>',
    "use": '<symbol id="a"><rect/></symbol><use href="#a"/><use xlink:href="#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
    "clip path inside the group": '<g clip-path="url(#c)"><clipPath id="c"><rect/></clipPath></g>',
    "a shadow": '<filter id="f"><feGaussianBlur stdDeviation="4"/><feOffset dx="1"/></filter><g filter="url(#f)"/>',
    "a style sheet": "<style>.a{fill:#123;stroke:url(#g)} /* a comment */</style>",
    "an editor's notes": '<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" n:docname="a.svg"/>',
    "a licence": '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:li r:resource="http://creativecommons.org/licenses/by/4.0/"/></r:RDF></metadata>',
    "a credential": '<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"><![CDATA[{"a":"<script>"}]]></o:credential>',
    "a label that mentions": '<g aria-label="see url(http://x)" id="once"/>',
    "an embedded PNG": f'<image href="data:image/png;base64,{base64.b64encode(png_picture()).decode()}"/>',
    "an embedded JPEG": f'<image href="data:image/jpeg;base64,{base64.b64encode(bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080064006401011100ffd9")).decode()}"/>',
}


@pytest.mark.parametrize("inner", HARMLESS.values(), ids=HARMLESS)
def test_a_drawing_may_hold(inner):
    assert found(drawing(inner)) == []


def element(name):
    return f"<{name}> can run programs or is not part of a drawing"


def reference(value):
    return f'the reference "{value}" can run a program'


def leads_out(value):
    return f'the reference "{value}" leads out of the picture'


XL = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href'
HOSTILE = {
    "script": ("<script>alert(1)</script>", A, element("script")),
    "script in capitals": ("<SCRIPT>alert(1)</SCRIPT>", A, element("SCRIPT")),
    "script of XHTML": (
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        A,
        element("script"),
    ),
    "script of no namespace": ('<script xmlns="">1</script>', A, element("script")),
    "a handler element": ('<handler type="text/js">1</handler>', A, element("handler")),
    "foreign object": ("<foreignObject/>", A, element("foreignObject")),
    "iframe": ('<iframe xmlns="http://www.w3.org/1999/xhtml"/>', A, element("iframe")),
    "embed": ("<embed/>", A, element("embed")),
    "object": ("<object/>", A, element("object")),
    "audio": ("<audio/>", A, element("audio")),
    "video": ("<video/>", A, element("video")),
    "an element of tomorrow": ("<portal/>", A, element("portal")),
    "an XML binding": (
        '<b:bindings xmlns:b="http://www.mozilla.org/xbl"/>',
        A,
        element("bindings"),
    ),
    "set": (
        '<rect id="r"/><set href="#r" attributeName="fill" to="red"/>',
        A,
        "<set> moves or changes the picture",
    ),
    "animate a link": (
        '<animate attributeName="href" values="java&#9;script:x()"/>',
        A,
        "<animate> moves or changes the picture",
    ),
    "animate motion": ("<animateMotion/>", A, "<animateMotion> moves or changes the picture"),
    "onload": ('<g onload="x()"/>', A, 'the attribute "onload" runs a program'),
    "onclick in capitals": ('<g ONCLICK="x()"/>', A, 'the attribute "ONCLICK" runs a program'),
    "an event of tomorrow": (
        '<g onsomething="x()"/>',
        A,
        'the attribute "onsomething" runs a program',
    ),
    "an XML event": (
        '<g e:observer="x" xmlns:e="http://www.w3.org/2001/xml-events"/>',
        A,
        'the attribute "observer" runs a program',
    ),
    "javascript": ('<a href="javascript:x()"/>', A, reference("javascript:x()")),
    "JavaScript with xlink": (f'<a {XL}="JavaScript:x()"/>', A, reference("JavaScript:x()")),
    "javascript behind blanks": ('<a href="  javascript:x()"/>', A, reference("  javascript:x()")),
    "javascript with a tab": ('<a href="java&#9;script:x()"/>', A, reference("java script:x()")),
    "javascript with a line end": (
        '<a href="java&#10;script:x()"/>',
        A,
        reference("java script:x()"),
    ),
    "javascript by character references": (
        '<a href="&#x6A;avascript:x()"/>',
        A,
        reference("javascript:x()"),
    ),
    "vbscript": ('<a href="vbscript:x"/>', A, reference("vbscript:x")),
    "an HTML page as data": (
        '<a href="data:text/html,x"/>',
        A,
        'the reference "data:text/html,x" holds something else than a PNG or JPEG picture',
    ),
    "an SVG as data": (
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        A,
        'the reference "data:image/svg+xml;base64,PHN2Zy8+" holds something else than a PNG or JPEG picture',
    ),
    "a PNG as data where none belongs": (
        '<use href="data:image/png;base64,AAAA"/>',
        A,
        'the reference "data:image/png;base64,AAAA" holds something else than a PNG or JPEG picture',
    ),
    "an expression in a style": (
        '<g style="width:expression(x())"/>',
        A,
        'the style "expression(" can run a program',
    ),
    "a binding in a style": (
        "<style>g{-moz-binding:url(#x)}</style>",
        A,
        'the style "-moz-binding" can run a program',
    ),
    "javascript in a style": (
        '<g fill="url(javascript:x)"/>',
        A,
        'the style "javascript:" can run a program',
    ),
    "a picture from elsewhere": (
        '<image href="https://example.org/a.png"/>',
        E,
        leads_out("https://example.org/a.png"),
    ),
    "a picture with xlink": (f'<image {XL}="//example.org/a"/>', E, leads_out("//example.org/a")),
    "a local file": ('<image href="/etc/passwd"/>', E, leads_out("/etc/passwd")),
    "a local file by address": ('<image href="file:///etc/x"/>', E, leads_out("file:///etc/x")),
    "a neighbour": ('<use href="other.svg#a"/>', E, leads_out("other.svg#a")),
    "nothing": ('<image href=""/>', E, leads_out("")),
    "src": ('<image src="a.png"/>', E, leads_out("a.png")),
    "a filter from elsewhere": ('<feImage href="a.png"/>', E, leads_out("a.png")),
    "another base": (
        '<g xml:base="https://example.org/"><use href="#a"/></g>',
        E,
        'the attribute "xml:base" makes references lead elsewhere',
    ),
    "import": ("<style>@import 'a.css';</style>", E, 'the style "@import" can load something'),
    "import in CDATA": (
        "<style><![CDATA[@IMPORT url(a.css)]]></style>",
        E,
        'the style "@import" can load something',
    ),
    "import by escapes": (
        "<style>@\\69 mport 'a'</style>",
        E,
        'the style "@import" can load something',
    ),
    "import around a comment": (
        "<style>@im/**/port 'a'</style>",
        E,
        'the style "@import" can load something',
    ),
    "a font": (
        "<style>@font-face{src:url(#f)}</style>",
        E,
        'the style "@font-face" can load something',
    ),
    "an address in a style": (
        '<g style="fill:url(https://x.example/a)"/>',
        E,
        'the style "url(https://x.example/a)" leads out of the picture',
    ),
    "an address in quotes and capitals": (
        "<style>g{fill:URL( 'A.svg#b' )}</style>",
        E,
        'the style "url(a.svg#b)" leads out of the picture',
    ),
    "an address by escapes": (
        '<g style="fill:\\75\\72\\6C(a.svg)"/>',
        E,
        'the style "url(a.svg)" leads out of the picture',
    ),
    "an address behind a false comment": (
        '<style>g{content:"/*";fill:url(a.svg);quotes:"*/"}</style>',
        E,
        'the style "url(a.svg)" leads out of the picture',
    ),
    "an address in an attribute": (
        '<g filter="url(a.svg#f)"/>',
        E,
        'the style "url(a.svg#f)" leads out of the picture',
    ),
    "a set of pictures": (
        "<g style=\"mask:image-set('a.png' 1x)\"/>",
        E,
        'the style "image-set(" can load something',
    ),
}


@pytest.mark.parametrize(("inner", "check", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_drawing_may_not_hold(inner, check, message):
    assert found(drawing(inner)) == [(CHECKS[check], message)]


BILLION = '<g id="u0"/>' + "".join(
    f'<g id="u{i}">' + f'<use href="#u{i - 1}"/>' * 10 + "</g>" for i in range(1, 10)
)
OTHERS = {
    "text": (
        "<text>A</text>",
        "svg-has-no-text",
        "<text> needs fonts, which are not the same everywhere",
    ),
    "text in spans": (
        "<text><tspan>A</tspan><tspan>B</tspan></text>",
        "svg-has-no-text",
        "<text> needs fonts, which are not the same everywhere",
    ),
    "flowing text": (
        "<flowRoot/>",
        "svg-has-no-text",
        "<flowRoot> needs fonts, which are not the same everywhere",
    ),
    "turbulence": (
        '<feTurbulence numOctaves="1000"/>',
        "image-does-not-explode",
        'numOctaves="1000" takes too long to draw',
    ),
    "morphology": (
        '<feMorphology radius="1 500"/>',
        "image-does-not-explode",
        'radius="1 500" takes too long to draw',
    ),
    "an embedded bomb": (
        f'<image href="data:image/png;base64,{base64.b64encode(png_picture(head=header(30000, 30000))).decode()}"/>',
        "image-does-not-explode",
        "an embedded picture is 30000 by 30000 pixels",
    ),
    "an embedded ruin": (
        '<image href="data:image/png;base64,AAAA"/>',
        "image-is-whole",
        "an embedded picture is damaged",
    ),
    "an embedded JPEG without end": (
        '<image href="data:image/jpeg;base64,/9j/4AAQ"/>',
        "image-is-whole",
        "an embedded picture is damaged",
    ),
    "a shape inside itself": (
        '<g id="a"><use href="#a"/></g>',
        "image-does-not-explode",
        "a shape refers to itself",
    ),
    "two patterns in a circle": (
        '<pattern id="a"><g fill="url(#b)"/></pattern><pattern id="b"><g fill="url(#a)"/></pattern>',
        "image-does-not-explode",
        "a shape refers to itself",
    ),
    "a billion shapes": (
        BILLION,
        "image-does-not-explode",
        "references multiply the picture to more than 100000 shapes",
    ),
}


@pytest.mark.parametrize(("inner", "check", "message"), OTHERS.values(), ids=OTHERS)
def test_a_drawing_is_cheap_and_needs_no_fonts(inner, check, message):
    assert found(drawing(inner)) == [(check, message)]


def test_a_long_chain_of_references_is_followed_without_recursion():
    chain = "".join(f'<g id="a{i}"><use href="#a{i + 1}"/></g>' for i in range(9000))

    assert found(drawing(chain + '<g id="a9000"/>')) == [
        ("image-does-not-explode", "references multiply the picture to more than 100000 shapes")
    ]


def test_a_finding_says_where():
    image = drawing('\r\n<g/>\n  é😀<g onclick="x"/>')

    (finding,) = svg.inspect(image).findings

    assert (finding.line, finding.column) == (3, 5)
    assert finding.fix == "remove it; a badge is a still picture"


def test_findings_are_sorted_by_place_and_limited():
    image = drawing("\n<text/>" * 60 + "<script/>")

    findings = svg.inspect(image).findings

    assert [f.line for f in findings] == list(range(2, 52))


# What is not read at all

W = "svg-is-well-formed"
N = "svg-has-no-entities"
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
HEAD = f'<svg xmlns="{SVG}">'
REFUSED = {
    "a document type": (f"<!DOCTYPE svg>{HEAD}</svg>", N, "the SVG has a document type, which can define entities", 1, 1),
    "the usual document type": (
        f'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n{HEAD}</svg>',
        N,
        "the SVG has a document type, which can define entities",
        2,
        1,
    ),
    "an external entity": (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}&x;</svg>',
        N,
        "the SVG has a document type, which can define entities",
        1,
        1,
    ),
    "a parameter entity": (
        f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://example.org/x"> %x;]>{HEAD}</svg>',
        N,
        "the SVG has a document type, which can define entities",
        1,
        1,
    ),
    "a billion laughs": (
        f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]>{HEAD}&l9;</svg>',
        N,
        "the SVG has a document type, which can define entities",
        1,
        1,
    ),
    "default attributes": (
        f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "x()">]>{HEAD}</svg>',
        N,
        "the SVG has a document type, which can define entities",
        1,
        1,
    ),
    "an entity of HTML": (f"{HEAD}\n&nbsp;</svg>", N, "the SVG uses a named entity", 2, 1),
    "a style sheet instruction": (
        f'<?xml-stylesheet href="a.css"?>{HEAD}</svg>',
        "svg-has-no-active-content",
        "the SVG has the processing instruction <?xml-stylesheet",
        1,
        1,
    ),
    "a program": (
        f"{HEAD}<?php x() ?></svg>",
        "svg-has-no-active-content",
        "the SVG has the processing instruction <?php",
        1,
        len(HEAD) + 1,
    ),
    "UTF-16": (f"{HEAD}</svg>".encode("utf-16"), W, "the SVG is UTF-16 or UTF-32 text", 1, 1),
    "UTF-16 without a mark": (
        f"{HEAD}</svg>".encode("utf-16-be"),
        W,
        "the SVG is UTF-16 or UTF-32 text",
        1,
        1,
    ),
    "UTF-32": (f"{HEAD}</svg>".encode("utf-32"), W, "the SVG is UTF-16 or UTF-32 text", 1, 1),
    "Latin-1": (f"{HEAD}\né</svg>".encode("latin-1"), W, "the SVG is not UTF-8 text", 2, 1),
    "overlong UTF-8": (HEAD.encode() + b"\xc0\xbcscript></svg>", W, "the SVG is not UTF-8 text", 1, 1),
    "a surrogate": (HEAD.encode() + b"\xed\xa0\x80</svg>", W, "the SVG is not UTF-8 text", 1, 1),
    "UTF-7 by declaration": (
        f'<?xml version="1.0" encoding="UTF-7"?>{HEAD}</svg>',
        W,
        "the SVG says that it is not UTF-8",
        1,
        1,
    ),
    "XML 1.1": (
        f'<?xml version="1.1"?>{HEAD}</svg>',
        W,
        "the SVG is XML of another version than 1.0",
        1,
        1,
    ),
    "nothing": ("", W, "the file ends before the picture does", 1, 1),
    "cut off": (f"{HEAD}<g>", W, "the file ends before the picture does", 1, len(HEAD) + 4),
    "cut off in a tag": (f'{HEAD}<g id="', W, "the file ends before the picture does", 1, len(HEAD) + 1),
    "two pictures": (
        f"{HEAD}</svg>{HEAD}</svg>",
        W,
        "something follows the end of the picture",
        1,
        len(HEAD) + 7,
    ),
    "a ZIP behind": (f"{HEAD}</svg>PK", W, "something follows the end of the picture", 1, len(HEAD) + 7),
    "crossed elements": (
        f"{HEAD}<g></svg>",
        W,
        "an element is closed that is not the one that was opened last",
        1,
        len(HEAD) + 6,
    ),
    "an unknown prefix": (
        f'{HEAD}<use xlink:href="#a"/></svg>',
        W,
        "a prefix is used that no xmlns declares",
        1,
        len(HEAD) + 1,
    ),
    "an attribute twice": (
        f'{HEAD}<g a="1" a="2"/></svg>',
        W,
        "an attribute is given twice",
        1,
        len(HEAD) + 10,
    ),
    "a zero byte": (f"{HEAD}\0</svg>", W, "the SVG is not well-formed here", 1, len(HEAD) + 1),
    "a character that is none": (
        f"{HEAD}&#0;</svg>",
        W,
        "the SVG is not well-formed here",
        1,
        len(HEAD) + 1,
    ),
    "HTML": ("<html/>", W, "the file's outermost element is not an SVG picture", 1, 1),
    "no namespace": ("<svg/>", W, "the file's outermost element is not an SVG picture", 1, 1),
    "a false namespace": (
        '<svg xmlns="http://www.w3.org/2000/svg/"/>',
        W,
        "the file's outermost element is not an SVG picture",
        1,
        1,
    ),
    "65 levels": (
        HEAD + "<g>" * 64 + "</g>" * 64 + "</svg>",
        "image-does-not-explode",
        "the SVG has more than 20000 elements or 64 levels",
        1,
        len(HEAD) + 3 * 63 + 1,
    ),
    "20 001 elements": (
        HEAD + "<g/>" * 20_000 + "</svg>",
        "image-does-not-explode",
        "the SVG has more than 20000 elements or 64 levels",
        1,
        len(HEAD) + 4 * 19_999 + 1,
    ),
    "3 MiB": (
        HEAD + " " * 3 * 1024 * 1024 + "</svg>",
        "image-is-small-enough",
        f"the SVG has {len(HEAD) + 6 + 3 * 1024 * 1024} bytes; at most 2097152 are allowed",
        1,
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("image", "check", "message", "line", "column"), REFUSED.values(), ids=REFUSED
)
def test_a_file_is_refused_before_it_is_read(image, check, message, line, column):
    image = image.encode() if isinstance(image, str) else image

    facts = svg.inspect(image)

    (finding,) = facts.findings
    assert (finding.check, finding.message) == (check, message)
    assert (finding.line, finding.column) == (line, column)
    assert not facts.was_read
    sentence = f"{message} (line {line}, column {column})"
    assert refusal(svg.insert_credential, image, TEXT) == sentence
    assert refusal(svg.extract_credential, image) == sentence


def test_depth_and_size_up_to_the_caps_are_fine():
    deep = drawing("<g>" * 63 + "</g>" * 63)
    wide = drawing("<g/>" * 19_999)

    assert found(deep) == found(wide) == []


def test_reading_leaves_nothing_that_only_a_search_for_cycles_would_free():
    """A site's build reads very many pictures, and seldom looks for cycles."""
    gc.collect()
    gc.disable()
    try:
        svg.inspect(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g/></svg>')

        assert gc.collect() == 0
    finally:
        gc.enable()
