// What an Open Badges 2.0 document has to look like (IMS Open Badges 2.0, "Open Badges Vocabulary").
// Read by its plain names, without JSON-LD, as the Python verifier does; members that the standard
// does not define are passed over. The classes come from there (scripts/write_verifier_classes.py).

import description from "./openbadges2-classes.json";
import {
  asList, flaw, has, instant, isObject, objectFlaws, say, textOf, valueFlaws,
  type Class, type Flaw, type Json, type JsonObject, type Kind,
} from "./shared.js";

type Described = string | readonly [string, ...Described[]];

const DESCRIBED = description as unknown as Record<string, Class & { fields: Record<string, Described> }>;

export const CONTEXT = "https://w3id.org/openbadges/v2";
export const HOSTED = ["HostedBadge", "hosted"];
export const SIGNED = ["SignedBadge", "signed"];

const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d(?::?\d\d)?)$/;
const HASH = /^(?:sha256\$[0-9a-f]{64}|md5\$[0-9a-f]{32})$/i;

/** Reads an ISO 8601 time with its offset as milliseconds since 1970; null if it is not one. */
export function moment(value: Json | undefined): number | null {
  const found = typeof value === "string" ? MOMENT.exec(value) : null;
  if (!found) return null;
  const [, day, minutes, seconds = ":00", fraction = "", offset = ""] = found;
  // 2.0 also allows +01 and +0100.
  const zone = offset === "Z" ? offset : `${offset.slice(0, 3)}:${offset.slice(3).slice(-2) || "00"}`;
  return instant(`${day}T${minutes}${seconds}${fraction}${zone}`);
}

function* momentFlaws(value: Json, path: string): Generator<Flaw> {
  if (moment(value) === null) yield flaw("form.value", "not", { path, what: say("kind.date-time") });
}

function* contextFlaws(value: Json, path: string): Generator<Flaw> {
  if (!asList(value).includes(CONTEXT)) yield flaw("form.context-order", "context-order", { path });
}

/** The kind of a single value, or a list of values, that are of one of these kinds. */
const anyOf = (kinds: readonly Kind[]): Kind =>
  function* (value, path) {
    for (const item of asList(value)) {
      const flaws = kinds.map((kind) => [...valueFlaws(kind, item, path)]);
      if (flaws.every((found) => found.length)) yield flaws.at(-1)![0]!;
    }
  };

function kindOf(described: Described): Kind {
  if (typeof described === "string") {
    const own: Record<string, Kind> = { moment: momentFlaws, contexts: contextFlaws };
    return own[described] ?? described;
  }
  const [name, ...parts] = described;
  if (name === "any_of") return anyOf(parts.map(kindOf));
  const of = classOf(String(parts[0]));
  return (value, path) =>
    name === "uri_or" && typeof value === "string" ? valueFlaws("uri", value, path) : objectFlaws(of, value, path);
}

/** Returns a class of the description, with its kinds in place of their names. */
function classOf(name: string): Class {
  const { fields, ...rest } = DESCRIBED[name]!;
  return { ...rest, fields: Object.fromEntries(Object.entries(fields).map(([key, kind]) => [key, kindOf(kind)])) };
}

/** Returns the first thing that is wrong with a document; null if nothing is. */
export function firstFlaw(name: string, document: JsonObject): Flaw | null {
  const found = [...objectFlaws(classOf(name), document, "")].filter(({ reason }) => reason !== "form.field");
  return found[0] ?? (name === "ASSERTION" ? identityFlaw(document) : null);
}

function identityFlaw(assertion: JsonObject): Flaw | null {
  const { hashed, identity } = assertion["recipient"] as JsonObject;
  if (hashed !== HASH.test(textOf(identity))) {
    return flaw("form.value", "not", { path: "recipient.identity", what: say("kind.identity") });
  }
  const start = moment(assertion["issuedOn"]), end = moment(assertion["expires"]);
  if (start === null || end === null || end >= start) return null;
  return flaw("form.dates", "dates", { first: "issuedOn", last: "expires" });
}

/** Leaves out members without a value, and writes `verify` as the name that it stands for. */
export function normal(document: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
  if (!has(kept, "verify") || has(kept, "verification")) return kept;
  const { verify, ...rest } = kept;
  return { ...rest, verification: verify as Json };
}

/** Returns the id of something that is named by its address or written out; empty if it has none. */
export const addressOf = (value: Json | undefined): string => textOf(isObject(value) ? value["id"] : value);

/** Tells whether an object has one of these types. */
export const isOf = (value: Json | undefined, kinds: readonly string[]): boolean =>
  isObject(value) && asList(value["type"]).some((kind) => kinds.includes(textOf(kind)));
