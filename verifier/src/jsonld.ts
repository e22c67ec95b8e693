// JSON-LD 1.1 → RDF, for the contexts that obit carries and no others, in safe mode: whatever
// would not become a part of the graph is an error, so that nothing stays outside the signature.
//
// Of the standard's algorithms ("Context Processing", "Expansion", "Deserialize to RDF") this holds
// what those contexts use: terms with types and the containers @set, @list and @graph, aliases
// of @id and @type, protected terms, contexts scoped to a property or a type. Terms that would
// need more (@reverse, @nest, @json, maps, a vocabulary) are refused when they are used.

import contexts from "obit:contexts";
import { Unreadable } from "./errors.js";
import { asList, canonicalJson, FORBIDDEN, has, isObject, type Json, type JsonObject } from "./strict-json.js";
import { shown } from "./words.js";

/** Subject, predicate, object and graph as N-Quads writes them; the default graph is empty. */
export type Quad = readonly [string, string, string, string];

interface Term {
  readonly iri: string;
  readonly isPrefix: boolean;
  readonly type: string;
  readonly container: string;
  readonly scoped: Json | undefined;
  readonly isProtected: boolean;
  /** Everything that two definitions have to agree in. */
  readonly meaning: string;
}

interface Active {
  readonly terms: ReadonlyMap<string, Term>;
  /** What counts again below a node whose type brought its own context. */
  readonly previous?: Active | undefined;
}

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const EMPTY: Active = { terms: new Map() };
const KNOWN_PARTS = ["@id", "@type", "@container", "@context", "@protected"];
const KNOWN_CONTAINERS = ["", "@set", "@list", "@graph", "@graph,@set"];
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

// RFC 3987. An RDF engine may leave out a quad whose address breaks the rules, and with it
// whatever somebody added after signing; so such an address is refused.
const LETTER = "\\w\\-.~\\xa0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef" + planes(1, 14, 0xfffd);
const PERCENT = "%[0-9A-Fa-f]{2}";
const PLAIN = `[${LETTER}!$&'()*+,;=:@]|${PERCENT}`;
const HOST = `(?:\\[[0-9A-Fa-f:.]+\\]|(?:[${LETTER}!$&'()*+,;=]|${PERCENT})*)(?::[0-9]*)?`;
const AUTHORITY = `//(?:(?:[${LETTER}!$&'()*+,;=:]|${PERCENT})*@)?${HOST}(?![^/?#])`;
const QUERY = `\\?(?:${PLAIN}|[/?\\ue000-\\uf8ff${planes(15, 16, 0xfffd)}])*`;
export const IRI = new RegExp(
  `^[A-Za-z][A-Za-z0-9+.-]*:(?:${AUTHORITY}|(?!//))(?:${PLAIN}|/)*(?:${QUERY})?(?:#(?:${PLAIN}|[/?])*)?$`,
  "u",
);

function planes(first: number, last: number, end: number): string {
  const ranges = Array.from({ length: last - first + 1 }, (_, n) => (first + n) << 16);
  const point = (code: number): string => `\\u{${code.toString(16)}}`;
  return ranges.map((start) => `${point(start === 0xe0000 ? 0xe1000 : start)}-${point(start + end)}`).join("");
}

const unsafe = (key: string, name = "", kind = "field"): never => {
  throw new Unreadable(`ld.${key}`, { name: shown(name, 100), url: shown(name, 200), kind, cause: shown(name, 100) });
};

export const carried = (): string[] => Object.keys(contexts);

/** Adds a context that another script brings along. */
export const carry = (url: string, context: JsonObject): void => void (contexts[url] = context);

function carriedContext(url: string): JsonObject {
  const found = has(contexts, url) ? contexts[url] : undefined;
  return found ?? unsafe("context", url);
}

/** Returns the quads of a document; throws Unreadable if anything would be lost. */
export function toQuads(document: JsonObject): Quad[] {
  checkInput(document);
  return new Graph().of(document);
}

function checkInput(document: JsonObject): void {
  const rest: [string, Json][] = [["", document]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [name, item] = next;
    if (item === null) unsafe("null", name);
    if (typeof item === "string" && FORBIDDEN.test(item)) unsafe("control", name);
    if (Array.isArray(item)) for (const inner of item) rest.push([name, inner]);
    if (!isObject(item)) continue;
    for (const [key, value] of Object.entries(item)) {
      if (key === "@context") {
        for (const url of asList(value)) typeof url === "string" ? carriedContext(url) : unsafe("inline");
        continue;
      }
      if (key.startsWith("@") || FORBIDDEN.test(key)) unsafe("keyword", key);
      rest.push([key, value]);
    }
  }
}

/** Where a context stands: in a node, or in the definition of a property or a type. */
type Place = "node" | "property" | "type";

const extended = new WeakMap<Active, Map<Place, Map<Json, Active>>>();

/** Adds contexts to the active one; those of a property may redefine protected terms. */
function extend(active: Active, local: Json, place: Place): Active {
  if (Array.isArray(local)) return local.reduce<Active>((so, item) => extend(so, item, place), active);
  if (typeof local === "string") return extend(active, carriedContext(local)["@context"] as Json, "node");
  if (!isObject(local)) {
    const guarded = [...active.terms.values()].some((term) => term.isProtected);
    return guarded && place !== "property" ? unsafe("invalid", "invalid context nullification") : EMPTY;
  }
  const places = extended.get(active) ?? new Map<Place, Map<Json, Active>>();
  const cache = places.get(place) ?? new Map<Json, Active>();
  extended.set(active, places.set(place, cache));
  let result = cache.get(local);
  if (!result) {
    const previous = active.previous ?? (place === "type" ? active : undefined);
    result = { terms: defined(active, local, place === "property"), previous };
    cache.set(local, result);
  }
  return result;
}

/** Returns the terms that are there and those that a context defines ("Create Term Definition"). */
function defined(active: Active, local: JsonObject, ofProperty: boolean): Map<string, Term> {
  const terms = new Map(active.terms), state = new Map<string, boolean>();
  const iri = (value: string): string => expandIri(value, { terms }, true, define);
  function define(name: string): void {
    if (!has(local, name) || name.startsWith("@") || state.get(name)) return;
    if (state.has(name)) unsafe("invalid", name);
    state.set(name, false);
    const term = termOf(name, local[name] as Json, local["@protected"] === true, iri);
    const before = active.terms.get(name);
    if (before?.isProtected && !ofProperty) {
      if (before.meaning !== term.meaning) unsafe("invalid", "protected term redefinition");
      terms.set(name, before);
    } else {
      terms.set(name, term);
    }
    state.set(name, true);
  }
  Object.keys(local).forEach(define);
  return terms;
}

function termOf(name: string, value: Json, guarded: boolean, iri: (value: string) => string): Term {
  const simple = typeof value === "string";
  const parts: JsonObject = simple ? { "@id": value } : isObject(value) ? value : unsafe("invalid", name);
  if (Object.keys(parts).some((part) => !KNOWN_PARTS.includes(part))) unsafe("invalid", name);
  const given = parts["@id"] ?? name;
  if (typeof given !== "string") return unsafe("invalid", name);
  const own = given === name ? ownIri(name, iri) : iri(given);
  if (!own.startsWith("@") && !SCHEME.test(own)) unsafe("invalid", name);
  const type = typeof parts["@type"] === "string" ? iri(parts["@type"]) : "";
  const container = asList(parts["@container"]).slice().sort().join();
  const scoped = parts["@context"];
  const isPrefix = simple && !/[:/]/.test(name) && /[:/?#[\]@]$/.test(own);
  const isProtected = has(parts, "@protected") ? parts["@protected"] === true : guarded;
  const meaning = canonicalJson([own, isPrefix, type, container, scoped ?? null]);
  return { iri: own, isPrefix, type, container, scoped, isProtected, meaning };
}

/** A term that is not given an address has to be one itself, written short or in full. */
function ownIri(name: string, iri: (value: string) => string): string {
  const at = name.indexOf(":"), prefix = name.slice(0, at);
  if (at < 1) unsafe("invalid", name);
  const long = iri(prefix);
  return long === prefix ? name : long + name.slice(at + 1);
}

/** Writes a term or a short address in full ("IRI Expansion"); others stay as they are. */
function expandIri(value: string, active: Active, asTerm: boolean, define?: (name: string) => void): string {
  if (/^@(id|type|json|vocab|none)$/.test(value)) return value;
  define?.(value);
  const term = active.terms.get(value);
  if (term && (asTerm || term.iri.startsWith("@"))) return term.iri;
  const at = value.indexOf(":");
  if (at > 0) {
    const prefix = value.slice(0, at), suffix = value.slice(at + 1);
    if (prefix === "_" || suffix.startsWith("//")) return value;
    define?.(prefix);
    const known = active.terms.get(prefix);
    if (known?.isPrefix) return known.iri + suffix;
  }
  return value;
}

const escape = (text: string): string =>
  text.replace(/[\\"\n\r\t]/g, (c) => `\\${{ "\n": "n", "\r": "r", "\t": "t" }[c] ?? c}`);

const literal = (text: string, type: string): string =>
  `"${escape(text)}"` + (type && type !== XSD + "string" ? `^^<${type}>` : "");

/** Writes a number as JSON-LD 1.1 API does ("Data Round Tripping"). */
function written(number: number, type: string): string {
  if (number % 1 || Math.abs(number) >= 1e21 || type === XSD + "double") {
    const [mantissa = "", exponent = ""] = number.toExponential(15).split("e");
    const fraction = mantissa.replace(/0+$/, "").replace(/\.$/, ".0");
    return literal(`${fraction}E${Number(exponent)}`, type || XSD + "double");
  }
  return literal(BigInt(number).toString(), type || XSD + "integer");
}

/** Gathers the quads of one document. */
class Graph {
  private readonly quads = new Map<string, Quad>();
  private blanks = 0;

  of(document: JsonObject): Quad[] {
    this.node(document, EMPTY, "");
    return [...this.quads.values()];
  }

  private add(...quad: Quad): void {
    this.quads.set(quad.join(" "), quad);
  }

  private blank(): string {
    return `_:n${this.blanks++}`;
  }

  private address(value: Json | undefined, active: Active, asTerm: boolean): string {
    if (typeof value !== "string" || value.startsWith("@")) return unsafe("invalid", "invalid @id value");
    const iri = expandIri(value, active, asTerm);
    if (!IRI.test(iri)) unsafe("relative", value, "id");
    return `<${iri}>`;
  }

  /** Adds a node with all that is in it; returns its name. */
  private node(value: JsonObject, outer: Active, graph: string, scoped?: Json): string {
    const alias = (name: string, active: Active): string => expandIri(name, active, true);
    const names = Object.keys(value);
    let active = outer;
    const isReference = names.length === 1 && alias(names[0]!, outer) === "@id";
    if (outer.previous && !isReference) active = outer.previous;
    if (scoped !== undefined) active = extend(active, scoped, "property");
    if (has(value, "@context")) active = extend(active, value["@context"] as Json, "node");
    const typing = active;
    const typeNames = names.filter((name) => alias(name, typing) === "@type").sort();
    const types = typeNames.flatMap((name) => asList(value[name]));
    for (const type of types.filter((item) => typeof item === "string").sort()) {
      const term = typing.terms.get(type);
      if (term?.scoped !== undefined) active = extend(active, term.scoped, "type");
    }
    const ids = names.filter((name) => alias(name, active) === "@id");
    if (ids.length > 1) unsafe("invalid", "invalid @id value");
    const subject = ids.length ? this.address(value[ids[0]!], active, false) : this.blank();
    for (const type of types) this.add(subject, `<${RDF}type>`, this.address(type, typing, true), graph);
    for (const name of names) {
      if (!alias(name, active).startsWith("@")) this.property(subject, name, value[name] as Json, active, graph);
    }
    return subject;
  }

  private property(subject: string, name: string, value: Json, active: Active, graph: string): void {
    const term = active.terms.get(name);
    if (!term && !SCHEME.test(expandIri(name, active, true))) unsafe("undefined", name);
    const predicate = this.address(name, active, true);
    const container = term?.container ?? "";
    if (!KNOWN_CONTAINERS.includes(container) || term?.type === "@json" || term?.type === "@none") {
      unsafe("undefined", name);
    }
    if (container === "@list") {
      this.add(subject, predicate, this.list(asList(value), term, active, graph), graph);
      return;
    }
    for (const item of flat(value)) {
      let object: string;
      if (container.startsWith("@graph")) {
        if (!isObject(item)) return unsafe("value");
        object = this.blank();
        this.node(item, active, object, term?.scoped);
      } else {
        object = this.object(item, term, active, graph);
      }
      this.add(subject, predicate, object, graph);
    }
  }

  private list(items: readonly Json[], term: Term | undefined, active: Active, graph: string): string {
    let rest = `<${RDF}nil>`;
    for (const item of items.slice().reverse()) {
      if (Array.isArray(item)) unsafe("invalid", "list of lists");
      const cell = this.blank();
      this.add(cell, `<${RDF}first>`, this.object(item, term, active, graph), graph);
      this.add(cell, `<${RDF}rest>`, rest, graph);
      rest = cell;
    }
    return rest;
  }

  private object(value: Json, term: Term | undefined, active: Active, graph: string): string {
    if (isObject(value)) return this.node(value, active, graph, term?.scoped);
    const inner = term?.scoped === undefined ? active : extend(active, term.scoped, "property");
    const coerced = term?.type ?? "";
    const reference = coerced === "@id" || coerced === "@vocab";
    if (typeof value === "string" && reference) return this.address(value, inner, coerced === "@vocab");
    const type = reference ? "" : coerced;
    if (typeof value === "number") return written(value, type);
    if (typeof value === "boolean") return literal(String(value), type || XSD + "boolean");
    return literal(value as string, type);
  }
}

const flat = (value: Json): Json[] => (Array.isArray(value) ? value.flatMap(flat) : [value]);
