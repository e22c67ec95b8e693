// Step 3, form: compares a document with its class, field by field. Classes are closed, and that is
// a matter of security: two spellings of one RDF graph carry the same signature, so whoever could
// move `credentialStatus` elsewhere would hide a revocation. The classes come from the Python
// verifier (scripts/write_verifier_classes.py), so that both ask the same of a badge.

import description from "./classes.json";
import { Refusal, refusal } from "./errors.js";
import { carried } from "./jsonld.js";
import { asList, has, isObject, type Json, type JsonObject } from "./strict-json.js";
import { say, shown, type Sentence } from "./words.js";

/** The name of a kind, perhaps with what it is made of; or a kind that another script brings along. */
export type Kind = string | readonly [string, ...(string | boolean)[]] | ((value: Json, path: string) => Iterable<Flaw>);

export interface Class {
  readonly name?: string;
  readonly types?: readonly (readonly string[])[];
  readonly plainType?: boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly string[];
  readonly fields: Readonly<Record<string, Kind>>;
}

export interface Flaw {
  readonly reason: string;
  readonly sentence: Sentence;
}

const CLASSES = description.classes as unknown as Record<string, Class>;
const { badgePrefix, badgeFirst, further } = description.contexts;
const MODEL_2 = "https://www.w3.org/ns/credentials/v2";
const MODEL_1 = "https://www.w3.org/2018/credentials/v1";
const UNKNOWN = "form.context-unknown";
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`\x7f]+$/;
const LANGUAGE = /^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
const INSTANT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Reads an XSD dateTimeStamp as milliseconds since 1970; null if it is not one. */
export function instant(value: Json | undefined): number | null {
  const found = typeof value === "string" ? INSTANT.exec(value) : null;
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as number[];
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  date.setUTCHours(hour!, minute!, second!);
  const written = `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`;
  if (year === 0 || !date.toISOString().startsWith(written)) return null;
  const [hours, minutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  if (hours > 23 || minutes > 59) return null;
  const offset = (found[8] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return date.getTime() - offset + Number((found[7] ?? "").slice(0, 6).padEnd(6, "0")) / 1000;
}

/** Tells whether a document is of Verifiable Credentials 1.1, by its contexts. */
export const isModel1 = (document: Json | undefined): boolean =>
  isObject(document) && asList(document["@context"]).includes(MODEL_1);

export const begins = (document: JsonObject): Json | undefined =>
  document[isModel1(document) ? "issuanceDate" : "validFrom"];

export const ends = (document: JsonObject): Json | undefined =>
  document[isModel1(document) ? "expirationDate" : "validUntil"];

/** Builds a flaw whose sentence has the key `flaw.…`. */
export const flaw = (reason: string, key: string, values: Record<string, string | Sentence> = {}): Flaw => ({
  reason,
  sentence: say(`flaw.${key}`, values),
});

const isText = (value: Json): value is string => typeof value === "string";
const isTexts = (value: Json): boolean => Array.isArray(value) && value.every(isText);

/** Kind → what it is called in sentences, and whether a value is of it. */
const SIMPLE: Record<string, readonly [string, (value: Json) => boolean]> = {
  text: ["text", isText],
  uri: ["address", (value) => isText(value) && URI.test(value)],
  date_time: ["date-time", (value) => instant(value) !== null],
  number: ["number", (value) => typeof value === "number"],
  boolean: ["boolean", (value) => typeof value === "boolean"],
  language: ["language", (value) => isText(value) && LANGUAGE.test(value)],
  texts: ["texts", isTexts],
  anything: ["", () => true],
};

export function* unless(good: boolean, path: string, what: string): Generator<Flaw> {
  if (!good) yield flaw("form.value", "not", { path, what: say(`kind.${what}`) });
}

/** Compares a value with its kind. */
export function* valueFlaws(kind: Kind, value: Json, path: string): Generator<Flaw> {
  if (typeof kind === "function") return yield* kind(value, path);
  const [name, ...parts] = typeof kind === "string" ? [kind] : kind;
  const simple = SIMPLE[name];
  if (simple) return yield* unless(simple[1](value), path, simple[0]);
  const of = String(parts[0]);
  switch (name) {
    case "text_or_texts":
      return yield* valueFlaws(Array.isArray(value) ? "texts" : "text", value, path);
    case "typed_objects":
      for (const item of asList(value)) yield* unless(isObject(item) && isText(item["type"] ?? 0), path, "typed");
      return;
    case "term": {
      const [extensible, ...words] = parts;
      const own = extensible === true && isText(value) && /^ext:[A-Za-z0-9._:-]+$/.test(value);
      return yield* unless(own || (isText(value) && words.includes(value)), path, "term");
    }
    case "endorsements":
      return yield* listFlaws(value, path, (item) =>
        isModel1(item) ? "ENDORSEMENT_CREDENTIAL_1" : "ENDORSEMENT_CREDENTIAL");
    case "many":
      return yield* listFlaws(value, path, () => of);
    case "one_or_many":
      return yield* valueFlaws([Array.isArray(value) ? "many" : "one", of], value, path);
    case "uri_or":
      return yield* valueFlaws(isText(value) ? "uri" : ["one", of], value, path);
    case "badge_contexts":
    case "list_contexts":
      return yield* contextFlaws(value, path, of, name === "badge_contexts");
    default:
      yield* objectFlaws(CLASSES[of]!, value, path);
  }
}

function* listFlaws(value: Json, path: string, of: (item: Json) => string): Generator<Flaw> {
  if (!Array.isArray(value)) return yield* unless(false, path, "list");
  for (const [index, item] of value.entries()) yield* objectFlaws(CLASSES[of(item)]!, item, `${path}[${index}]`);
}

function* contextFlaws(value: Json, path: string, base: string, ofBadge: boolean): Generator<Flaw> {
  if (!Array.isArray(value) || !value.every(isText)) {
    return yield flaw("form.context-inline", "context-inline", { path });
  }
  const urls: string[] = value, all = carried(), old = base === MODEL_1;
  const badges = ofBadge ? all.filter((url) => url.startsWith(badgePrefix)) : [];
  if (ofBadge && old) badges.push(badgeFirst);
  const more = further.filter((url) => all.includes(url));
  const foreign = urls.find((url) => ![MODEL_1, MODEL_2, ...badges, ...more].includes(url));
  if (foreign !== undefined) {
    return yield flaw(UNKNOWN, "context-unknown", { path, url: shown(foreign, 100) });
  }
  const named = urls.slice(1).filter((url) => badges.includes(url));
  const inPlace = old ? named : urls.slice(1, 2);
  if (urls[0] !== base || (badges.length && (!named.length || !badges.includes(inPlace[0]!)))) {
    yield flaw("form.context-order", "context-order", { path });
    return;
  }
  const different = new Set(urls);
  const rest = [...different].filter((url) => !further.includes(url) && !named.includes(url));
  if (different.size !== urls.length || named.length > 1 || rest.length > 1) {
    yield flaw("form.context-order", "context-more", { path });
  }
}

/** Compares an object with its class, field by field. */
export function* objectFlaws(kind: Class, value: Json, path: string): Generator<Flaw> {
  const where = path ? `"${path}"` : say("flaw.the-credential");
  if (!isObject(value)) return yield flaw("form.value", "no-object", { where });
  yield* typeFlaws(kind, value, where);
  for (const name of kind.required ?? []) {
    if (!has(value, name)) yield flaw("form.missing", "missing", { where, name });
  }
  const [one, other] = kind.anyOf ?? [];
  if (one && other && !has(value, one) && !has(value, other)) {
    yield flaw("form.missing", "neither", { where, one, other });
  }
  for (const [name, item] of Object.entries(value)) {
    if (has(kind.fields, name)) yield* valueFlaws(kind.fields[name]!, item, path ? `${path}.${name}` : name);
    else if (name !== "type") yield flaw("form.field", "field", { where, name: shown(name, 60) });
  }
}

function* typeFlaws(kind: Class, value: JsonObject, where: string | Sentence): Generator<Flaw> {
  const given = value["type"], names = asList(given);
  if (!kind.types) {
    const only = Array.isArray(given) && given.length === 1 ? given[0] : given;
    if (kind.name && has(value, "type") && only !== kind.name) {
      yield flaw("form.type", "type", { where, type: kind.name });
    }
    return;
  }
  if (kind.plainType && Array.isArray(given)) yield flaw("form.type", "type-list", { where });
  if (!names.every(isText) || new Set(names).size !== names.length) {
    return yield flaw("form.type", "types", { where });
  }
  for (const group of kind.types) {
    if (names.some((name) => group.includes(name))) continue;
    const [one = "", other] = group;
    if (other) yield flaw("form.type", "type-of", { where, one, other });
    else yield flaw("form.type", "type", { where, type: one });
  }
  const known = kind.types.flat();
  for (const name of names) {
    // A second class of ours would bring its own fields along; a foreign address brings none.
    if (known.includes(name) || name.includes(":")) continue;
    yield flaw("form.type", "type-too", { where, type: shown(name, 60) });
  }
}

/** Refuses, anywhere: null, empty lists, JSON-LD keywords, terms written as addresses. */
function* spellingFlaws(document: JsonObject): Generator<Flaw> {
  const rest: [string, Json][] = [["", document]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [name, item] = next;
    if (item === null) yield flaw("form.null", "null", { name: shown(name, 60) });
    else if (Array.isArray(item)) {
      if (!item.length) yield flaw("form.empty", "empty", { name: shown(name, 60) });
      for (const inner of item) rest.push([name, inner]);
    } else if (isObject(item)) {
      for (const [key, value] of Object.entries(item)) {
        if ((key.startsWith("@") && key !== "@context") || key.includes(":")) {
          yield flaw("form.field", "term", { name: shown(key, 60) });
        }
        rest.push([key, value]);
      }
    }
  }
}

function* dateFlaws(document: JsonObject): Generator<Flaw> {
  const start = instant(begins(document)), end = instant(ends(document)), old = isModel1(document);
  if (start === null || end === null || end >= start) return;
  yield flaw("form.dates", "dates", {
    first: old ? "issuanceDate" : "validFrom",
    last: old ? "expirationDate" : "validUntil",
  });
}

/** Returns what is wrong with a document, with the number of other flaws; null if nothing is. */
export function firstFlaw(of: string | Class, document: JsonObject): Flaw | null {
  const kind = typeof of === "string" ? CLASSES[of]! : of;
  const found = [...objectFlaws(kind, document, ""), ...spellingFlaws(document), ...dateFlaws(document)];
  // Contexts first: without them, no other field means anything.
  const rank = ({ reason }: Flaw): number => (reason.startsWith("form.context") ? 0 : 1);
  const [first, ...rest] = found.sort((one, other) => rank(one) - rank(other));
  if (!first) return null;
  const text = (said: Flaw): string => JSON.stringify(said.sentence);
  const others = new Set(rest.map(text));
  others.delete(text(first));
  if (!others.size) return first;
  const sentence = say("flaw.and-more", { flaw: first.sentence, n: String(others.size) });
  return { reason: first.reason, sentence };
}

/** Throws Refusal with the first flaw and the number of others. */
export function checkForm(of: string | Class, document: JsonObject, what = "badge"): void {
  const found = firstFlaw(of, document);
  if (!found) return;
  if (found.reason === UNKNOWN) {
    throw refusal(UNKNOWN, "fix.other-verifier", { outcome: "unknown", flaw: found.sentence });
  }
  const sentence = say("form.refused", { what: say(`what.${what}`), flaw: found.sentence });
  throw new Refusal(found.reason, sentence, say("fix.issuer-copy"));
}
