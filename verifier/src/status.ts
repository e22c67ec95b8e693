// Step 6, status: has the issuer taken this badge back? Every entry is looked at. A list is a signed
// credential of the badge's issuer, made for its own address; what can't be had leaves the status
// unknown, and unknown never looks like "not revoked".

import { concat, decodeBase64url, encodeBase58, sha256, type Bytes } from "./bytes.js";
import type { Around } from "./context.js";
import { caught, refusal, Refusal, Unreadable } from "./errors.js";
import { begins, ends, firstFlaw, instant, isModel1 } from "./form.js";
import { ungzip } from "./inflate.js";
import { issuerOf, siteOf } from "./issuer-keys.js";
import { homeOf } from "./keys.js";
import { checkSignature, readSecured, type Secured } from "./secured.js";
import { asList, has, isObject, MAX_JSON, parse, textOf, type Json, type JsonObject } from "./strict-json.js";
import { joined, say, shown, type Sentence } from "./words.js";

const MIN_PLACES = 131_072;
const MAX_BITS_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 8;
const MAX_SIZE = 8;
const NOTES = ["refresh", "message"];
const MEMBERS = [
  "id", "type", "statusPurpose", "statusListIndex", "statusListCredential", "statusSize",
  "statusMessage", "statusReference",
];

interface Entry {
  readonly purpose: string;
  readonly index: number;
  readonly size: number;
  readonly url: string;
  readonly messages: ReadonlyMap<number, string>;
}

type Values = Record<string, string | Sentence>;

const malformed = (key: string, reason = "status.entry", values: Values = {}): Refusal =>
  refusal(reason, "fix.issuer", { as: "status.malformed", what: say(`status.entry.${key}`, values) });

const unknown = (reason: string, fix = "fix.later-online", values: Values = {}): Refusal =>
  refusal(reason, fix, { as: "status.not-checked", outcome: "unknown", why: say(`${reason}.why`, values) });

const unreliable = (reason: string, values: Values = {}, what = say(`${reason}.what`, values)): Refusal =>
  refusal(reason, "fix.issuer", { as: "status.unreliable", what });

/** Returns the sentence and reason for a badge in good standing; throws the worst Refusal else. */
export async function checkStatus(document: JsonObject, around: Around): Promise<[Sentence, string]> {
  const entries = asList(document["credentialStatus"]), issuer = issuerOf(document);
  if (!entries.length) return [say("status.none"), "status.none"];
  if (entries.length > MAX_ENTRIES) throw malformed("many", "status.entry", { most: String(MAX_ENTRIES) });
  const bad: Refusal[] = [], notes = new Map<string, Sentence>();
  for (const entry of entries as JsonObject[]) {
    const look = entry["type"] === "1EdTechRevocationList" ? checkUnsigned : checkEntry;
    await caught(Refusal, async () => {
      for (const note of await look(entry, document, issuer, around)) notes.set(JSON.stringify(note), note);
    }, (error) => void bad.push(error));
  }
  bad.sort((one, other) => rank(one) - rank(other));
  if (bad[0]) throw bad[0];
  return [joined(say("status.passed", { site: siteOf(issuer) }), ...notes.values()), ""];
}

function rank({ reason, outcome }: Refusal): number {
  const place = ["status.revoked", "status.suspended"].indexOf(reason);
  return place >= 0 ? place : outcome === "failed" ? 2 : 3;
}

async function checkEntry(item: JsonObject, _: JsonObject, issuer: string, around: Around): Promise<Sentence[]> {
  const entry = readEntry(item, issuer), data = await fetched(entry.url, around);
  const [bits, list] = await bitsOf(data, entry.url, entry.purpose, issuer, around);
  const value = valueOf(bits, entry), message = entry.messages.get(value);
  if (entry.purpose === "message" && message !== undefined) {
    return [say("status.note.words", { text: shown(message, 200) })];
  }
  if (!value) return [];
  if (NOTES.includes(entry.purpose)) return [say(`status.note.${entry.purpose}`)];
  const revoked = entry.purpose === "revocation";
  throw takenBack(revoked ? await kindOfRevocation(list, entry, issuer, around) : entry.purpose, issuer);
}

function takenBack(state: string, issuer: string, text = ""): Refusal {
  const site = siteOf(issuer);
  if (state === "suspension") return refusal("status.suspended", "fix.ask-when", { site });
  const more = text ? { as: "status.revoked.why", text: shown(text, 200) } : {};
  const either = state === "either" ? { as: "status.revoked.either" } : {};
  return refusal("status.revoked", "fix.ask-reason", { ...either, ...more, site });
}

function readEntry(item: JsonObject, issuer: string): Entry {
  if (item["type"] !== "BitstringStatusListEntry") {
    throw unknown("status.unsupported", "fix.other-verifier-list", { kind: shown(item["type"], 60) });
  }
  const foreign = Object.keys(item).filter((name) => !MEMBERS.includes(name)).sort();
  if (foreign.length) throw malformed("part", "status.entry", { name: shown(foreign[0], 60) });
  const purpose = item["statusPurpose"], size = item["statusSize"] ?? 1, index = item["statusListIndex"];
  if (typeof purpose !== "string" || !["revocation", "suspension", ...NOTES].includes(purpose)) {
    throw unknown("status.purpose", "fix.later-online", { purpose: shown(purpose, 40) || say("words.unnamed") });
  }
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1) throw malformed("size", "status.size");
  if (size > MAX_SIZE) throw unknown("status.size", "fix.later-online", { most: String(MAX_SIZE) });
  if (typeof index !== "string" || !/^(0|[1-9][0-9]{0,11})$/.test(index)) throw malformed("index", "status.index");
  const url = ownUrl(item["statusListCredential"], issuer);
  if (item["id"] === url) throw malformed("id");
  return { purpose, index: Number(index), size, url, messages: messagesOf(item, size) };
}

function messagesOf(item: JsonObject, size: number): Map<number, string> {
  const messages = new Map<number, string>(), given = item["statusMessage"];
  if (given === undefined && size === 1) return messages;
  if (!Array.isArray(given) || given.length !== 1 << size) throw malformed("messages");
  for (const message of given) {
    const { status, message: text } = isObject(message) ? message : {};
    if (typeof status !== "string" || typeof text !== "string" || !/^0x[0-9a-f]{1,4}$/i.test(status)) {
      throw malformed("messages");
    }
    messages.set(parseInt(status, 16), text);
  }
  // As many as there are values, all different, none beyond the last: so each value has one.
  if (messages.size !== 1 << size || Math.max(...messages.keys()) >= 1 << size) throw malformed("messages");
  return messages;
}

/** Accepts an https address on the issuer's own site (anywhere, for an issuer without a site). */
function ownUrl(url: Json | undefined, issuer: string): string {
  if (typeof url !== "string" || url.includes("#") || !url.startsWith("https://")) throw malformed("url", "status.url");
  const home = homeOf(issuer), there = homeOf(url);
  if (home && there !== home) throw unknown("status.elsewhere", "fix.issuer", { there: shown(there, 80), home });
  return url;
}

const fetched = (url: string, around: Around): Promise<Bytes> =>
  caught(Unreadable, () => around.fetch(url), ({ detail }) => {
    throw unknown("status.unavailable", "fix.later-online", { url: shown(url, 200), detail });
  });

const unreadable = (url: string) => ({ detail }: Unreadable): never => {
  throw unknown("status.list-unreadable", "fix.later-online", { url: shown(url, 200), detail });
};

/** Returns the bits of a list that is what it has to be, and the list itself. */
async function bitsOf(
  data: Bytes, url: string, purpose: string, issuer: string, around: Around,
): Promise<[Bytes, JsonObject]> {
  const unsigned = ({ reason, outcome }: Refusal): never => {
    throw outcome === "unknown"
      ? unknown("status.list-signature", "fix.later-online", { reason })
      : unreliable("status.list-signature", { reason });
  };
  const secured = await caught<Secured, Refusal>(
    Refusal, () => caught(Unreadable, () => readSecured(data, MAX_JSON), unreadable(url)),
    (error) => { throw error.reason === "status.list-unreadable" ? error : unreliable("status.list-signature", { reason: error.reason }); },
  );
  const { document } = secured;
  checkList(document, url, issuer);
  const subject = document["credentialSubject"] as JsonObject;
  if (!asList(subject["statusPurpose"]).includes(purpose)) {
    throw unreliable("status.list-purpose", { purpose: shown(purpose, 40) });
  }
  checkWindow(document, around.at);
  const bits = await caught(Unreadable, () => decoded(textOf(subject["encodedList"])), ({ detail }) => {
    throw unreliable("status.list-bits", {}, detail);
  });
  await caught(Refusal, () => checkSignature(secured, around), unsigned);
  return [bits, document];
}

function checkList(document: JsonObject, url: string, issuer: string): void {
  const name = "BITSTRING_STATUS_LIST_CREDENTIAL" + (isModel1(document) ? "_1" : "");
  const flaw = firstFlaw(name, document), own = issuerOf(document);
  if (flaw) throw unreliable("status.list-form", { flaw: flaw.sentence });
  if (document["id"] !== url) throw unreliable("status.list-id");
  if (own !== issuer) throw unreliable("status.list-issuer", { site: siteOf(own) });
}

function checkWindow(document: JsonObject, at: number): void {
  const start = instant(begins(document)), end = instant(ends(document));
  if (start !== null && start > at) throw unknown("status.list-date", "fix.issuer");
  if (end !== null && end < at) {
    throw unknown("status.list-expired", "fix.publish-again", { end: textOf(ends(document)).slice(0, 10) });
  }
}

function decoded(encoded: string): Bytes {
  const packed = encoded.length > 1 && encoded.startsWith("u") ? decodeBase64url(encoded.slice(1), false) : null;
  if (!packed) throw new Unreadable("list.spelling");
  const bits = ungzip(packed, MAX_BITS_BYTES);
  if (bits.length * 8 < MIN_PLACES) throw new Unreadable("list.short", { least: String(MIN_PLACES) });
  return bits;
}

/** Returns the value at an entry's place: `size` bits, the left-most first. */
function valueOf(bits: Bytes, { index, size }: Entry): number {
  const places = Math.floor((bits.length * 8) / size);
  if (places < MIN_PLACES) throw unreliable("status.list-bits", { least: String(MIN_PLACES) });
  if (index >= places) throw malformed("outside", "status.index");
  let value = 0;
  for (let bit = index * size; bit < (index + 1) * size; bit++) {
    value = (value << 1) | ((bits[Math.floor(bit / 8)]! >> (7 - (bit % 8))) & 1);
  }
  return value;
}

/** Tells a final revocation from a suspension, by the second list that the first one names. */
async function kindOfRevocation(list: JsonObject, entry: Entry, issuer: string, around: Around): Promise<string> {
  const lists = asList(list["relatedResource"]).filter(isObject).filter((item) => item["mediaType"] === "application/vc");
  const [first] = lists;
  if (!first) return "revocation";
  return caught(Refusal, async () => {
    const url = ownUrl(first["id"], issuer), second = await fetched(url, around);
    const digest = `z${encodeBase58(concat(new Uint8Array([0x12, 0x20]), await sha256(second)))}`;
    if (!asList(first["digestMultibase"]).includes(digest)) return "either";
    const [bits] = await bitsOf(second, url, "suspension", issuer, around);
    return valueOf(bits, entry) ? "suspension" : "revocation";
  }, () => "either");
}

/** Looks the badge up in a 1EdTechRevocationList, which is not signed. */
async function checkUnsigned(
  item: JsonObject, document: JsonObject, issuer: string, around: Around,
): Promise<Sentence[]> {
  const url = ownUrl(item["id"], issuer), data = await fetched(url, around);
  const list = await caught(Unreadable, () => parse(data, MAX_JSON), unreadable(url));
  const revoked = list["revokedCredential"];
  if (!Array.isArray(revoked) || !revoked.every(isObject)) {
    throw unknown("status.list-form", "fix.later-online", { url: shown(url, 200) });
  }
  if (has(list, "issuer") && issuerOf(list) !== issuer) {
    throw unknown("status.list-issuer", "fix.later-online", { url: shown(url, 200) });
  }
  for (const entry of revoked) {
    if (entry["id"] !== (document["id"] ?? "") || entry["revoked"] === false) continue;
    const why = entry["revocationReason"];
    throw takenBack("revocation", issuer, typeof why === "string" ? why : "");
  }
  return [say("status.note.unsigned")];
}
