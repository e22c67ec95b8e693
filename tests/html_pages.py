"""Reading pages back, for tests: elements, balance, links, and whether anything could run."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "col", "wbr"}
NEVER = {"script", "iframe", "object", "embed", "form", "base", "style", "foreignobject"}
CSP = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
CSP_OF_AN_AWARD = CSP.replace("manifest-src 'self'; ", "")
"""On pages that lead to no manifest."""
CSP_TO_VERIFY = CSP.replace("connect-src 'self'", "connect-src 'self' https:")
"""On the verify page, which asks other issuers' sites for their keys and lists."""
CSP_IN_A_FRAME = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"
)
"""On the small page that other sites show in a frame: it has no script at all."""
_OUR_SCRIPTS = re.compile(r"(?:\.\./)*assets/(?:check|openbadges2|records|search|verify)\.js")


class Page(HTMLParser):
    """A page's elements with their attributes and the text inside, and what never closed."""

    def __init__(self, markup: bytes | str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self.feed(markup.decode() if isinstance(markup, bytes) else markup)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        # As people read it: a space at which no line ends is a space.
        self.text = re.sub(r"[ \t\n\u00a0]+", " ", " ".join(self._texts)).strip()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]} at {self.getpos()}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        self._texts.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(k) == v for k, v in wanted.items())
        ]

    def meta(self, name: str) -> str | None:
        for attributes in self.all("meta"):
            if name in (attributes.get("name"), attributes.get("property")):
                return attributes["content"]
        return None


def what_could_run(page: Page) -> Iterator[str]:
    """Yield whatever a page holds that runs, restyles it or asks another host."""
    verifies = any("data-verifier" in attributes for _, attributes in page.elements)
    policies = [m["content"] for m in page.all("meta", **{"http-equiv": "Content-Security-Policy"})]
    framed = any("embed" in x.get("class", "").split() for x in page.all("body"))
    usual = CSP_IN_A_FRAME if framed else CSP_TO_VERIFY if verifies else CSP
    allowed = {usual} if framed or page.all("link", rel="manifest") else {usual, CSP_OF_AN_AWARD}
    if len(policies) != 1 or policies[0] not in allowed:
        yield "the policy is not ours"
    for tag, attributes in page.elements:
        ours = tag == "script" and _OUR_SCRIPTS.fullmatch(attributes.get("src", ""))
        is_data = tag == "script" and attributes == {"type": "application/ld+json"}
        if tag in NEVER and not ours and not is_data:
            yield f"<{tag}>"
        for name, value in attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc", "srcset"):
                yield f"{name}={value}"
            loads = name == "src" or (
                name == "href" and tag == "link" and attributes.get("rel") in ("icon", "stylesheet")
            )
            if loads and (":" in value or value.startswith("//")):
                yield f"<{tag} {name}={value}>"
            if name in ("href", "src") and ":" in value.split("/")[0]:
                scheme = value.split(":")[0].lower()
                if scheme not in ("https", "http", "mailto"):
                    yield f"{name}={value}"


def broken_links(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the links of a site's pages that lead to no file of the site, or to no place in it.

    Only 404.html may start at the host's root; where the site is there, its style sheet says.
    """
    pages = {path: Page(data) for path, data in files.items() if path.endswith(".html")}
    ids = {p: {a["id"] for _, a in page.elements if "id" in a} for p, page in pages.items()}
    lost = pages.get("404.html") or Page("")
    [root] = {
        x["href"].removesuffix("assets/style.css") for x in lost.all("link", rel="stylesheet")
    } or {""}
    for path, page in pages.items():
        for tag, attributes in page.elements:
            for name in ("href", "src"):
                address = attributes.get(name, "")
                if not address or ":" in address.split("/")[0]:
                    continue
                wanted, fragment = _target(path, address, root)
                if wanted not in files or (fragment and fragment not in ids.get(wanted, ())):
                    yield f"{path}: <{tag} {name}={address}>"


def _target(path: str, address: str, root: str) -> tuple[str, str]:
    """Return the file that an address on a page leads to, and the place in it."""
    address, _, fragment = address.partition("#")
    address = address.partition("?")[0]
    if not address:
        return path, fragment
    if path == "404.html" and root and address.startswith(root):
        joined = address.removeprefix(root)
    elif address.startswith("/"):
        return address, fragment
    else:
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
    if address.endswith("/"):
        joined = posixpath.join(joined, "index.html")
    return posixpath.normpath(joined), fragment


SAID_BY = ("alt", "aria-label", "placeholder", "title")
"""Attributes that are read aloud."""


class Spoken(HTMLParser):
    """What a page says, piece by piece, each with the language that it would be read in.

    ``pieces`` are (language, text, what it can't have elements in: an attribute's name or ``title``, or
    nothing); what only machines read is left out.
    """

    def __init__(self, markup: bytes | str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str, str]] = []
        self._languages: list[tuple[str, str]] = [("", "")]
        self.feed(markup.decode() if isinstance(markup, bytes) else markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self._languages[-1][1])
        if tag not in VOID:
            self._languages.append((tag, language))
        if tag not in ("link", "meta"):
            said = ((name, given[name]) for name in SAID_BY if given.get(name))
            self.pieces += [(language, value, name) for name, value in said]

    def handle_endtag(self, tag):
        if any(tag == name for name, _ in self._languages):
            while self._languages.pop()[0] != tag:
                pass

    def handle_data(self, data):
        tag, language = self._languages[-1]
        if data.strip() and tag not in ("script", "style"):
            self.pieces.append((language, " ".join(data.split()), tag if tag == "title" else ""))
