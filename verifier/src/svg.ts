// SVG as text: the browser's XML parser reads it and nothing draws it. Before that, whatever could
// cost work is refused: document types and with them entities, instructions, depth, numbers.

import { readUtf8, type Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { MAX_TEXT } from "./png.js";

const SVG = "http://www.w3.org/2000/svg";
const CREDENTIAL = ["https://purl.imsglobal.org/ob/v3p0", "credential"] as const;
const ASSERTION = ["http://openbadges.org", "assertion"] as const;
const MAX_ELEMENTS = 20_000;
const MAX_DEPTH = 64;
const CDATA_SECTION = 4;
const TEXT = 3;
// Comments and CDATA first, so that what stands inside them is not taken for a tag.
const PIECE = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<[!?]|<\/[^<>]*>?|<(?:[^<>"']|"[^"]*"|'[^']*')*>|</g;
const DECLARATION = /^\ufeff?<\?xml\s+version\s*=\s*(["'])1\.0\1(?:\s+encoding\s*=\s*(["'])utf-8\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>/i;

// None of these runs in a parsed text, but the browser notes each as a breach of the page's policy.
const ACTIVE = /^(<\/?(?:[\w.-]+:)?)(style|script)(?=[\s/>])/;
const ATTRIBUTE = /\s+([^\s=/>"']+)\s*=\s*(?:"[^"]*"|'[^']*')/g;

/** Refuses what could cost work; leaves out attributes of scripts and styles, renames elements. */
function calmed(text: string): string {
  let depth = 0, elements = 0;
  return text.replace(PIECE, (piece) => {
    if (piece.startsWith("<!--") || piece.startsWith("<![CDATA[")) return piece;
    if (piece === "<!" || piece === "<?" || piece === "<") throw new Unreadable("image.unsound");
    if (piece.startsWith("</")) depth -= 1;
    else if (++elements > MAX_ELEMENTS || depth >= MAX_DEPTH) throw new Unreadable("image.unsound");
    else if (!piece.endsWith("/>")) depth += 1;
    const still = piece.replace(ATTRIBUTE, (all, name: string) => (/^(on|style$)/i.test(name) ? "" : all));
    return still.replace(ACTIVE, "$1x-$2");
  });
}

function read(data: Bytes): Document {
  const text = readUtf8(data).replace(DECLARATION, "").replace(/^\ufeff/, "");
  const found = new DOMParser().parseFromString(calmed(text), "application/xml");
  const root = found.documentElement;
  if (found.querySelector("parsererror") || root.namespaceURI !== SVG || root.localName !== "svg") {
    throw new Unreadable("image.unsound");
  }
  return found;
}

/** Returns what stands in the one element of this name; null if there is none. */
function textOf(document: Document, [namespace, name]: readonly [string, string]): string | null {
  const all = Array.from(document.getElementsByTagNameNS(namespace, name));
  const found = all.filter((one) => !all.some((other) => other !== one && other.contains(one)));
  const [element] = found;
  if (!element) return null;
  if (found.length > 1) throw new Unreadable("image.svg-several", { n: String(found.length) });
  const pieces = (kind: number): string =>
    Array.from(element.childNodes, (node) => (node.nodeType === kind ? node.nodeValue : "")).join("");
  const sections = pieces(CDATA_SECTION), plain = pieces(TEXT).trim();
  if (sections && plain) throw new Unreadable("image.svg-pieces");
  const text = sections || plain || (element.getAttribute("verify") ?? "").trim();
  if (!text) throw new Unreadable("image.svg-empty");
  if (text.length > MAX_TEXT) throw new Unreadable("image.svg-large", { most: String(MAX_TEXT) });
  return text;
}

/** Returns the credential in an SVG, else the Open Badges 2.0 assertion; throws Unreadable. */
export function textInSvg(data: Bytes): string {
  const document = read(data);
  const text = textOf(document, CREDENTIAL) ?? textOf(document, ASSERTION);
  if (text === null) throw new Unreadable("image.svg-none");
  return text;
}
