// Whose key is it? The issuer's own document has to list the key for assertions, whatever the
// name of the key or the badge itself says (Controlled Identifiers 1.0).

import type { Around } from "./context.js";
import { caught, refusal, Refusal, Unreadable } from "./errors.js";
import { instant } from "./form.js";
import { didDocumentUrl, homeOf, PRIVATE_MEMBERS, readEd25519, type PublicKey } from "./keys.js";
import { asList, canonicalJson, has, isObject, parse, textOf, type Json, type JsonObject } from "./strict-json.js";
import { say, shown } from "./words.js";

const MAX_DOCUMENT = 256_000;
export const KEY_TYPES = ["Multikey", "Ed25519VerificationKey2020"];
export const JWK_TYPES = ["JsonWebKey", "JsonWebKey2020"];
const PRIVATE = [
  "secretKeyMultibase", "privateKeyMultibase", "privateKeyBase58", "privateKeyHex", "privateKeyJwk",
  "privateKeyPem", "secretKeyJwk",
];

/** What tells people whose id this is: the host of a did:web or https id, else the id. */
export const siteOf = (issuer: string): string => homeOf(issuer) || shown(issuer, 60);

/** Returns the issuer's id, empty if there is none. */
export function issuerOf(document: JsonObject): string {
  const issuer = document["issuer"], value = isObject(issuer) ? issuer["id"] : issuer;
  return typeof value === "string" ? value : "";
}

export const isBare = (id: string): boolean => /^did:(key|jwk):/.test(id);

/** Compares JSON values, whatever the order of members. */
const equal = (one: Json, other: Json): boolean => canonicalJson(one) === canonicalJson(other);
const contains = (list: readonly Json[], item: Json): boolean => list.some((other) => equal(other, item));

/** Reads a key, or refuses it as malformed or weak. */
export const acceptable = (read: () => PublicKey | Promise<PublicKey>): Promise<PublicKey> =>
  caught(Unreadable, read, ({ detail }) => {
    throw refusal("key.unacceptable", "fix.issuer", { detail });
  });

/** Returns the Ed25519 key of a proof's verification method. */
export async function resolveKey(method: string, issuer: string, around: Around): Promise<PublicKey> {
  if (method.startsWith("did:key:")) {
    checkOwner(method, issuer);
    return acceptable(() => readEd25519(keyInDid(method)));
  }
  const found = await findMethod(method, issuer, around);
  if (!KEY_TYPES.includes(textOf(found["type"]))) throw wrongType(found, issuer);
  const value = found["publicKeyMultibase"], fragment = method.split("#")[1] ?? "";
  if (fragment.startsWith("z6Mk") && fragment !== value) {
    throw refusal("key.fragment", "fix.issuer", { site: siteOf(issuer) });
  }
  return acceptable(() => readEd25519(value));
}

/** Refuses a key that is named as a part of somebody else's id, or not named in full. */
export function checkOwner(method: string, issuer: string): void {
  const [owner, fragment, more] = method.split("#");
  if (!owner || !fragment || more !== undefined) throw refusal("key.relative", "fix.issuer");
  if (owner !== issuer) {
    throw refusal("key.other-issuer", "fix.distrust", { issuer: siteOf(issuer), other: siteOf(owner) });
  }
}

/** Returns the Multikey of did:key:z…#z…, which has to name the same key twice. */
export function keyInDid(method: string): string {
  const [owner = "", fragment] = method.split("#"), multikey = owner.slice("did:key:".length);
  if (fragment !== multikey) throw refusal("key.fragment", "fix.issuer", { as: "key.fragment.did" });
  return multikey;
}

/** Returns the method of this name that the issuer lists for assertions. */
export async function findMethod(method: string, issuer: string, around: Around): Promise<JsonObject> {
  const site = siteOf(issuer);
  const own = method.startsWith("https://") && !method.includes("#") && method !== issuer;
  if (!own) checkOwner(method, issuer);
  const document = await controllerDocument(issuer, around);
  const found = own && objects(document).every((item) => item["id"] !== method)
    ? await ownDocument(document, method, issuer, around)
    : listed(document, issuer, method, around.at);
  if (isPrivate(found)) throw refusal("key.private", "fix.tell-issuer", { site });
  checkTime(found, around.at, site);
  return found;
}

/** Returns the document in which an issuer lists its keys. */
export async function controllerDocument(issuer: string, around: Around): Promise<JsonObject> {
  const url = documentUrl(issuer), document = await fetched(url, issuer, around);
  if (document["id"] !== issuer) throw refusal("key.document", "fix.issuer", { url: shown(url, 300) });
  return document;
}

function documentUrl(issuer: string): string {
  if (issuer.startsWith("https://")) return issuer.split("#")[0]!;
  if (!issuer.startsWith("did:web:")) {
    throw refusal("key.method-unsupported", "fix.other-verifier-id", {
      outcome: "unknown", issuer: shown(issuer, 80),
    });
  }
  const url = didDocumentUrl(issuer);
  if (url === null) throw refusal("key.did", "fix.issuer", { detail: say("detail.key.did-web", { did: shown(issuer, 200) }) });
  return url;
}

const fetched = async (url: string, issuer: string, around: Around): Promise<JsonObject> => {
  const more = { outcome: "unknown" as const, url: shown(url, 300) };
  const data = await caught(Unreadable, () => around.fetch(url), ({ detail }) => {
    throw refusal("key.unavailable", "fix.later-online", { ...more, detail });
  });
  return caught(Unreadable, () => parse(data, MAX_DOCUMENT), ({ detail }) => {
    const fix = issuer.startsWith("https://") ? "fix.other-verifier-id" : "fix.later-online";
    throw refusal("key.document-unreadable", fix, { ...more, detail });
  });
};

async function ownDocument(
  document: JsonObject, method: string, issuer: string, around: Around,
): Promise<JsonObject> {
  const site = siteOf(issuer);
  if (!asList(document["assertionMethod"]).includes(method)) throw refusal("key.not-listed", "fix.distrust", { site });
  const found = await fetched(method, issuer, around);
  if (found["id"] !== method) throw refusal("key.document", "fix.issuer", { url: shown(method, 300) });
  if (found["controller"] !== issuer) throw refusal("key.controller", "fix.issuer", { site });
  return found;
}

const objects = (document: JsonObject): JsonObject[] =>
  [...asList(document["verificationMethod"]), ...asList(document["assertionMethod"])].filter(isObject);

const isListed = (document: JsonObject, item: JsonObject): boolean => {
  const asserting = asList(document["assertionMethod"]);
  return asserting.includes(item["id"] ?? null) || contains(asserting, item);
};

function listed(document: JsonObject, issuer: string, method: string, at: number): JsonObject {
  const site = siteOf(issuer), all = objects(document);
  const ids = all.map((item) => item["id"]).filter((id) => typeof id === "string");
  if (ids.length !== new Set(ids).size) throw refusal("key.listed-twice", "fix.issuer", { site });
  const found = all.find((item) => item["id"] === method);
  if (!found) throw refusal("key.not-listed", "fix.distrust", { site });
  // Then it may well have been taken off the keys for badges, too.
  if (has(found, "revoked")) checkTime(found, at, site);
  if (!isListed(document, found)) throw refusal("key.not-for-badges", "fix.issuer", { site });
  if (found["controller"] !== issuer) throw refusal("key.controller", "fix.issuer", { site });
  return found;
}

/** Returns all methods that an issuer lists for assertions, controls, and uses at this time. */
export function usableMethods(document: JsonObject, issuer: string, at: number): JsonObject[] {
  const all = objects(document);
  return all.filter(
    (item) =>
      typeof item["id"] === "string" &&
      all.filter((other) => other["id"] === item["id"]).length === 1 &&
      isListed(document, item) &&
      item["controller"] === issuer &&
      !isPrivate(item) &&
      !endedBy(item, at),
  );
}

/** Returns the methods that an issuer has revoked, for assertions or not. */
export const revokedMethods = (document: JsonObject, issuer: string, at: number): JsonObject[] =>
  objects(document).filter((item) => item["controller"] === issuer && isRevoked(item, at));

/** Tells whether a method, or what stands at a key's own address, says that the key is revoked. */
export const isRevoked = (method: JsonObject, at: number): boolean => endedBy(method, at) === "revoked";

function isPrivate(method: JsonObject): boolean {
  const jwk = method["publicKeyJwk"];
  const inJwk = isObject(jwk) && PRIVATE_MEMBERS.some((name) => has(jwk, name));
  return inJwk || PRIVATE.some((name) => has(method, name));
}

/** Says which member ends a key's use, whatever the proof's date: that is the signer's word. */
function endedBy(method: JsonObject, at: number): string {
  for (const name of ["revoked", "expires"]) {
    const end = instant(method[name]);
    if (has(method, name) && (end === null || end <= at)) return name;
  }
  return "";
}

function checkTime(method: JsonObject, at: number, site: string): void {
  const ended = endedBy(method, at);
  if (ended) throw refusal(ended === "revoked" ? "key.revoked" : "key.expired", "fix.current-key", { site });
}

export function wrongType(found: JsonObject, issuer: string): Refusal {
  const type = shown(found["type"], 60) || say("words.unknown-type");
  return refusal("key.type", "fix.issuer", { site: siteOf(issuer), type });
}
