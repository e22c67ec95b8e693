// Step 4 for Open Badges 2.0: the issuer's own site, or its key, vouches for a badge.
//
// Hosted: what lies at the assertion's id is the badge, whatever the file in hand says; BadgeClass and
// Issuer are what lies at the addresses that it names, and the Issuer's policy has to cover the id.
// Signed: a JWS (RS256) by a key that the Issuer's document lists and that names the Issuer as its
// owner. What an unprotected http address serves counts for nothing.

import { addressOf, CONTEXT, firstFlaw, HOSTED, isOf, normal } from "./openbadges2-shape.js";
import {
  asList, caught, has, isObject, parse, Refusal, refusal, say, shown, textOf, Unreadable,
  type Fetch, type Json, type JsonObject, type Token,
} from "./shared.js";

const MAX_KEYS = 8;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const PEM = /-----BEGIN ((?:RSA )?PUBLIC KEY)-----([\s\w+/=]+)-----END \1-----/;
// What a key that says "RSA" in its first line leaves out (RFC 8017, A.1.1; RFC 5280, 4.1).
const RSA_ALGORITHM = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

/** Returns the host (and port) of an address; empty if it has none. */
export function site(url: string): string {
  const found = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  return found.includes("[") === found.includes("]") ? found.toLowerCase() : "";
}

/** Tells whether an address is one that only its owner can answer. */
const isHttps = (url: string): boolean => url.startsWith("https://") && site(url) !== "";

/** Throws Refusal with what is wrong; `what` is the last part of a key `what.…`. */
export function checkShape(name: string, document: JsonObject, what: string): void {
  const found = firstFlaw(name, document);
  if (!found) return;
  const sentence = say("form.refused", { what: say(`what.${what}`), flaw: found.sentence });
  throw new Refusal(found.reason, sentence, say("fix.issuer-copy"));
}

/** Throws Refusal for a way of verification that is not among those wanted. */
export function checkKind(verification: Json | undefined, wanted: readonly string[]): void {
  if (isObject(verification) && !isOf(verification, wanted)) throw unknownKind();
}

const unknownKind = (): Refusal => refusal("form.verification", "fix.other-verifier", { outcome: "unknown" });

/** Fetches a JSON document from an https address; throws Unreadable for one that was taken down for good. */
export async function fetched(url: string, what: string, fetch: Fetch): Promise<JsonObject> {
  if (!isHttps(url)) {
    throw refusal("hosted.id", "fix.issuer", { outcome: "unknown", id: shown(url, 200) || say("words.unnamed") });
  }
  const more = { outcome: "unknown" as const, what: say(`the.${what}`), url: shown(url, 200) };
  const data = await caught(Unreadable, () => fetch(url), (error) => {
    if (error.isGone) throw error;
    throw refusal("hosted.unavailable", "fix.later-online", { ...more, detail: error.detail });
  });
  return caught(Unreadable, () => normal(parse(data)), ({ detail }) => {
    throw refusal("hosted.unreadable", "fix.publish-again", { ...more, detail });
  });
}

/** Returns the document that lies where an assertion or a badge names it, and is of its kind. */
async function linked(value: Json | undefined, name: string, what: string, fetch: Fetch): Promise<JsonObject> {
  const at = addressOf(value);
  const document = await caught(Unreadable, () => fetched(at, what, fetch), ({ detail }) => {
    const more = { outcome: "unknown" as const, what: say(`the.${what}`), url: shown(at, 200) };
    throw refusal("hosted.unavailable", "fix.issuer", { ...more, detail });
  });
  if (addressOf(document) !== at) throw otherId(at);
  checkShape(name, document, what);
  return document;
}

const otherId = (at: string): Refusal => refusal("hosted.other-id", "fix.distrust", { site: site(at) });

/**
 * Returns the assertion at its address with badge and issuer written out. Of a badge that was taken
 * back, nothing is left but the reason, if one is given.
 */
export async function hostedBadge(at: string, fetch: Fetch): Promise<JsonObject> {
  const revoked: JsonObject = { "@context": CONTEXT, type: "Assertion", id: at, revoked: true };
  const assertion = await caught(Unreadable, () => fetched(at, "assertion", fetch), () => revoked);
  if (addressOf(assertion) !== at) throw otherId(at);
  if (assertion["revoked"] === true) return { ...revoked, revocationReason: assertion["revocationReason"] ?? null };
  checkShape("ASSERTION", assertion, "assertion");
  checkKind(assertion["verification"], HOSTED);
  const badge = await linked(assertion["badge"], "BADGE_CLASS", "badge-class", fetch);
  const issuer = await linked(badge["issuer"], "ISSUER", "issuer", fetch);
  checkPolicy(at, addressOf(badge), issuer);
  return { ...assertion, badge: { ...badge, issuer } };
}

/**
 * Checks that an issuer lets badges at this address speak for it. Without a policy, assertion and
 * BadgeClass have to lie on the issuer's own site.
 */
function checkPolicy(at: string, badge: string, issuer: JsonObject): void {
  const given = issuer["verification"], policy: JsonObject = isObject(given) ? given : {};
  const property = has(policy, "verificationProperty") ? policy["verificationProperty"] : "id";
  if (property !== "id" && property !== "@id") throw unknownKind();
  const texts = (name: string): string[] => asList(policy[name]).filter((item) => typeof item === "string");
  const home = site(addressOf(issuer)), places = Object.keys(policy).length ? [at] : [at, badge];
  const allowed = has(policy, "allowedOrigins") ? texts("allowedOrigins").map((host) => host.toLowerCase()) : [home];
  const within = !has(policy, "startsWith") || texts("startsWith").some((begin) => at.startsWith(begin));
  if (!within || places.some((place) => !allowed.includes(site(place)))) {
    throw refusal("hosted.scope", "fix.distrust", { issuer: home, site: site(at) });
  }
}

/** Returns a signed assertion with badge and issuer written out, once its signature holds. */
export async function signedBadge(assertion: JsonObject, token: Token, fetch: Fetch): Promise<JsonObject> {
  const badge = await describedBadge(assertion["badge"], fetch);
  const issuer = await linked(badge["issuer"], "ISSUER", "issuer", fetch);
  const { creator } = assertion["verification"] as JsonObject, { alg } = token.header;
  if (alg !== "RS256") throw refusal("signed.algorithm", "fix.issuer", { named: shown(alg, 20) });
  const keys: CryptoKey[] = [];
  for (const [at, value] of candidates(issuer, addressOf(creator))) keys.push(await keyOf(at, value, issuer, fetch));
  for (const key of keys) {
    const good = await crypto.subtle.verify(RSA, key, token.signature, token.signed);
    if (good) return { ...assertion, badge: { ...badge, issuer } };
  }
  throw refusal("proof.signature", "fix.distrust-copy");
}

/** Only a BadgeClass without an address of its own counts as what the assertion says it is. */
async function describedBadge(named: Json | undefined, fetch: Fetch): Promise<JsonObject> {
  if (!isObject(named) || isHttps(addressOf(named))) return linked(named, "BADGE_CLASS", "badge-class", fetch);
  const badge = normal(named);
  checkShape("BADGE_CLASS", badge, "badge-class");
  return badge;
}

/** Lists the keys that may have signed: the one that the badge names, or all of the issuer's. */
function candidates(issuer: JsonObject, creator: string): [string, Json][] {
  const home = { site: site(addressOf(issuer)) };
  const listed = new Map(asList(issuer["publicKey"]).map((key) => [addressOf(key), key]));
  if (creator && !listed.has(creator)) throw refusal("key.not-listed", "fix.distrust", home);
  const wanted = [...listed].filter(([at]) => !creator || at === creator);
  if (!wanted.length || wanted.length > MAX_KEYS) throw refusal("signed.no-key", "fix.issuer", home);
  return wanted;
}

/** Returns an RSA key of 2048 to 8192 bits that names the issuer as its owner. */
async function keyOf(at: string, value: Json, issuer: JsonObject, fetch: Fetch): Promise<CryptoKey> {
  let document: JsonObject;
  if (isObject(value) && has(value, "publicKeyPem")) {
    document = normal(value);
    checkShape("KEY", document, "public-key");
  } else document = await linked(at, "KEY", "public-key", fetch);
  if (document["owner"] !== addressOf(issuer)) {
    throw refusal("key.controller", "fix.issuer", { site: site(addressOf(issuer)) });
  }
  const key = await read(textOf(document["publicKeyPem"])).catch(() => null);
  const bits = (key?.algorithm as RsaKeyAlgorithm | undefined)?.modulusLength ?? 0;
  if (!key || bits < 2048 || bits > 8192) {
    throw refusal("key.unacceptable", "fix.issuer", { detail: say("signed.key") });
  }
  return key;
}

/** Reads a public RSA key in PEM, of either kind; throws whatever for anything else. */
async function read(pem: string): Promise<CryptoKey> {
  const [, kind, text] = PEM.exec(pem)!;
  const bytes = Array.from(atob(text!), (character) => character.charCodeAt(0));
  const info = kind === "PUBLIC KEY" ? bytes : der(0x30, [...RSA_ALGORITHM, ...der(3, [0, ...bytes])]);
  return crypto.subtle.importKey("spki", Uint8Array.from(info), RSA, false, ["verify"]);
}

/** Writes a value of DER (X.690, 8.1), of less than 64 KB. */
function der(tag: number, content: readonly number[]): number[] {
  const { length } = content, long = length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return [tag, ...(length < 0x80 ? [length] : long), ...content];
}
