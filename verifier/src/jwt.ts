// Compact JSON Web Signatures as Open Badges 3.0 uses them: taken apart, the claims compared with
// the credential, the signature checked. The key decides which algorithm is acceptable.

import { decodeBase64url, utf8, type Bytes } from "./bytes.js";
import type { Around } from "./context.js";
import { caught, refusal, Refusal, Unreadable } from "./errors.js";
import { begins, ends, instant, isModel1 } from "./form.js";
import {
  acceptable, checkOwner, controllerDocument, findMethod, isBare, issuerOf, JWK_TYPES, KEY_TYPES,
  isRevoked, keyInDid, revokedMethods, siteOf, usableMethods, wrongType,
} from "./issuer-keys.js";
import { homeOf, readDidJwk, readJwk, readMultikey, type PublicKey } from "./keys.js";
import { SKEW } from "./proof.js";
import { asList, has, isObject, parse, textOf, type Json, type JsonObject } from "./strict-json.js";
import { shown } from "./words.js";

export interface Token {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signed: Bytes;
  readonly signature: Bytes;
}

const TIMES = ["nbf", "exp", "iat"];
const CLAIMS = ["iss", "jti", "sub", ...TIMES];
const LAST_SECOND = 253_402_300_799;
const MAX_CHARACTERS = 1_400_000;

export const isToken = (text: string): boolean =>
  text.length <= MAX_CHARACTERS && /^[\w-]{8,}\.[\w-]*\.[\w-]*$/.test(text.trim());

/** Takes a token apart; throws Unreadable for any other form or spelling. */
export function readToken(text: string): Token {
  const parts = text.split("."), [header, payload, signature] = parts.map((part) => decodeBase64url(part));
  if (!header?.length || !payload?.length || !signature || signature.length > 1024) throw new Unreadable("token.base64");
  const token: Token = {
    header: parse(header, 20_000),
    payload: parse(payload),
    signed: utf8(`${parts[0]}.${parts[1]}`),
    signature,
  };
  const { alg, kid = "", jwk = {}, typ = "JWT" } = token.header;
  const foreign = Object.keys(token.header).filter((name) => !["alg", "kid", "jwk", "typ"].includes(name)).sort();
  if (foreign.length) throw new Unreadable("token.header", { name: shown(foreign[0], 60) });
  if (!["EdDSA", "ES256", "RS256"].includes(textOf(alg))) throw new Unreadable("token.algorithm");
  if (!["JWT", "vc+jwt"].includes(textOf(typ))) throw new Unreadable("token.type");
  if (typeof kid !== "string" || !isObject(jwk)) throw new Unreadable("token.key");
  return token;
}

export const isOpenBadges2 = (document: JsonObject): boolean => {
  const types = asList(document["type"]);
  return asList(document["@context"]).includes("https://w3id.org/openbadges/v2") ||
    (types.length === 1 && types[0] === "Assertion");
};

const claimRefusal = (what: string, name = ""): Refusal =>
  refusal("jwt.claims", "fix.copy", { as: `jwt.claims.${what}`, name });

/** Returns the credential; throws Refusal if the claims contradict it or are missing. */
export function credentialIn(token: Token): JsonObject {
  const { payload } = token;
  if (isOpenBadges2(payload)) return payload;
  const claims: JsonObject = Object.fromEntries(Object.entries(payload).filter(([name]) => CLAIMS.includes(name)));
  for (const [name, value] of Object.entries(claims)) {
    const good = TIMES.includes(name)
      ? typeof value === "number" && value >= 0 && value <= LAST_SECOND
      : typeof value === "string";
    if (!good) throw claimRefusal("kind", name);
  }
  let credential: JsonObject;
  if (has(payload, "vc")) credential = ofModel1(payload, claims);
  else {
    credential = Object.fromEntries(Object.entries(payload).filter(([name]) => !CLAIMS.includes(name)));
    if (has(claims, "exp")) credential["validUntil"] ??= written(claims["exp"]);
  }
  checkClaims(claims, credential, token);
  return credential;
}

function ofModel1(payload: JsonObject, claims: JsonObject): JsonObject {
  const vc = payload["vc"], foreign = Object.keys(payload).some((name) => name !== "vc" && !CLAIMS.includes(name));
  if (foreign || !isObject(vc) || !isModel1(vc)) throw claimRefusal("vc");
  const credential: JsonObject = { ...vc };
  const fill = (name: string, value: Json | undefined): void => {
    if (value !== undefined && !has(credential, name)) credential[name] = value;
  };
  fill("id", claims["jti"]);
  fill("issuer", claims["iss"]);
  if (has(claims, "nbf")) fill("issuanceDate", written(claims["nbf"]));
  if (has(claims, "exp")) fill("expirationDate", written(claims["exp"]));
  const subject = credential["credentialSubject"];
  if (isObject(subject) && has(claims, "sub") && !has(subject, "id")) {
    credential["credentialSubject"] = { ...subject, id: claims["sub"] as Json };
  }
  return credential;
}

const written = (seconds: Json | undefined): string =>
  new Date(Math.floor(Number(seconds)) * 1000).toISOString().replace(".000", "");

const secondsOf = (text: Json | undefined): number | undefined => {
  const when = instant(text);
  return when === null ? undefined : Math.floor(when / 1000);
};

function checkClaims(claims: JsonObject, credential: JsonObject, token: Token): void {
  const subject = credential["credentialSubject"];
  const said: Record<string, Json | undefined> = {
    iss: issuerOf(credential),
    jti: credential["id"],
    sub: isObject(subject) ? subject["id"] : undefined,
    nbf: secondsOf(begins(credential)),
    exp: secondsOf(ends(credential)),
  };
  const strict = (token.header["typ"] ?? "JWT") === "JWT";
  for (const [name, value] of Object.entries(said)) {
    if (!has(claims, name)) {
      if (strict && (name !== "exp" || value !== undefined)) throw claimRefusal("missing", name);
      continue;
    }
    const claim = TIMES.includes(name) && value !== undefined ? Math.floor(Number(claims[name])) : claims[name];
    if (claim !== value) throw claimRefusal("contradict", name);
  }
}

/** Throws Refusal unless a key of the credential's issuer signed the token. */
export async function checkToken(token: Token, document: JsonObject, around: Around): Promise<void> {
  const issued = token.payload["iat"];
  if (typeof issued === "number" && issued * 1000 - around.at > SKEW) throw refusal("proof.created");
  const key = await keyOf(token.header, issuerOf(document), around), named = shown(token.header["alg"], 20);
  if (named !== key.algorithm) throw refusal("jwt.algorithm", "fix.issuer", { named, needed: key.algorithm });
  if (!(await key.isGood(token.signed, token.signature))) throw refusal("proof.signature", "fix.distrust-copy");
}

async function keyOf(header: JsonObject, issuer: string, around: Around): Promise<PublicKey> {
  const { kid, jwk } = header;
  if (kid && typeof kid === "string") {
    const key = await namedKey(kid, issuer, around);
    if (jwk !== undefined && (await ofJwk(jwk)).material !== key.material) throw refusal("jwt.two-keys", "fix.issuer");
    return key;
  }
  if (jwk === undefined) throw refusal("key.relative", "fix.issuer");
  const key = await ofJwk(jwk);
  const [own, revoked] = isBare(issuer)
    ? [[await ownKey(issuer)], []]
    : await keysIn(await controllerDocument(issuer, around), issuer, around.at);
  if (isAmong(key, revoked)) throw revokedKey(issuer);
  if (isAmong(key, own)) return key;
  throw refusal("key.not-listed", "fix.distrust", { site: siteOf(issuer) });
}

async function namedKey(kid: string, issuer: string, around: Around): Promise<PublicKey> {
  const [owner = "", fragment] = kid.split("#");
  if (isBare(kid)) {
    checkOwner(fragment === undefined ? `${owner}#-` : kid, issuer);
    if (kid.startsWith("did:key:") && fragment !== undefined) keyInDid(kid);
    if (kid.startsWith("did:jwk:") && fragment && fragment !== "0") {
      throw refusal("key.fragment", "fix.issuer", { as: "key.fragment.did" });
    }
    return ownKey(issuer);
  }
  if (kid.startsWith("did:") || owner === issuer) {
    checkOwner(kid, issuer);
    return keyIn(await findMethod(kid, issuer, around), issuer);
  }
  if (!kid.startsWith("https://")) throw refusal("key.relative", "fix.issuer");
  return hosted(kid, issuer, around);
}

const ownKey = (issuer: string): Promise<PublicKey> =>
  acceptable(() => issuer.startsWith("did:jwk:") ? readDidJwk(issuer) : readMultikey(issuer.slice("did:key:".length)));

/** Returns the key at an https address, if the issuer's document lists the same one. */
async function hosted(kid: string, issuer: string, around: Around): Promise<PublicKey> {
  let own: PublicKey[], revoked: PublicKey[] = [];
  if (isBare(issuer)) own = [await ownKey(issuer)];
  else {
    const document = await controllerDocument(issuer, around);
    const named = usableMethods(document, issuer, around.at).find((method) => method["id"] === kid);
    if (named) return keyIn(named, issuer);
    [own, revoked] = await keysIn(document, issuer, around.at);
  }
  const more = { outcome: "unknown" as const, url: shown(kid, 300) };
  const data = await caught(Unreadable, () => around.fetch(kid), ({ detail }) => {
    throw refusal("key.unavailable", "fix.later-online", { ...more, detail });
  });
  const jwk = await caught(Unreadable, () => parse(data, 20_000), ({ detail }) => {
    throw refusal("key.document-unreadable", "fix.later-online", { ...more, detail });
  });
  const atHome = homeOf(kid) === homeOf(issuer);
  if (atHome && isRevoked(jwk, around.at)) throw revokedKey(issuer);
  const key = await ofJwk(jwk);
  if (isAmong(key, revoked)) throw revokedKey(issuer);
  if (isAmong(key, own)) return key;
  if (atHome) throw refusal("key.unconfirmed", "fix.ask-to-list", { ...more, site: siteOf(issuer) });
  throw refusal("key.other-issuer", "fix.distrust", { issuer: siteOf(issuer), other: siteOf(kid) });
}

const isAmong = (key: PublicKey, others: readonly PublicKey[]): boolean =>
  others.some(({ material }) => material === key.material);

const revokedKey = (issuer: string): Refusal =>
  refusal("key.revoked", "fix.current-key", { site: siteOf(issuer) });

/** Returns the keys that an issuer lists for assertions, and those that it has revoked. */
async function keysIn(document: JsonObject, issuer: string, at: number): Promise<[PublicKey[], PublicKey[]]> {
  const [usable, revoked] = [usableMethods(document, issuer, at), revokedMethods(document, issuer, at)];
  return [await readable(usable, issuer), await readable(revoked, issuer)];
}

/** Reads the keys of methods; those of other kinds can't be the one that is looked for. */
async function readable(methods: readonly JsonObject[], issuer: string): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  for (const method of methods) {
    await caught(Refusal, async () => void keys.push(await keyIn(method, issuer)), () => undefined);
  }
  return keys;
}

async function keyIn(method: JsonObject, issuer: string): Promise<PublicKey> {
  const type = textOf(method["type"]);
  if (JWK_TYPES.includes(type)) return ofJwk(method["publicKeyJwk"]);
  if (!KEY_TYPES.includes(type)) throw wrongType(method, issuer);
  return acceptable(() => readMultikey(method["publicKeyMultibase"]));
}

const ofJwk = (jwk: Json | undefined): Promise<PublicKey> => acceptable(() => readJwk(isObject(jwk) ? jwk : {}));

