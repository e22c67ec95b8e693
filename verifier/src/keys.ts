// Public keys as Multikeys and JWKs, each good for one algorithm only, and DIDs. Refused: private
// and symmetric keys, points of small order or off their curve, weak RSA keys, numbers and texts in
// more than one spelling.

import { verifyAsync } from "@noble/ed25519";
import { concat, decodeBase58, decodeBase64url, encodeBase58, hex, readUtf8, type Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { has, parse, textOf, type Json, type JsonObject } from "./strict-json.js";
import { shown } from "./words.js";

export interface PublicKey {
  readonly algorithm: "EdDSA" | "ES256" | "RS256";
  /** The key itself in one form, to compare keys by. */
  readonly material: string;
  /** Tells whether this is a signature, as JWS writes it, over these bytes. */
  readonly isGood: (data: Bytes, signature: Bytes) => Promise<boolean>;
}

export const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const P = 2n ** 255n - 19n;
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const inverse = (n: bigint): bigint => power(n, P - 2n, P);
const mod = (n: bigint): bigint => ((n % P) + P) % P;

function roots(square: bigint): bigint[] {
  let root = power(mod(square), (P + 3n) / 8n, P);
  if ((root * root) % P !== mod(square)) root = (root * power(2n, (P - 1n) / 4n, P)) % P;
  return (root * root) % P === mod(square) ? [root, P - root] : [];
}

/** The y of the points whose order divides 8: 0, 1, -1 and those with d·y⁴ + 2·y² - 1 = 0. */
function weakOrdinates(): Set<bigint> {
  const d = mod(-121665n * inverse(121666n));
  const squares = roots(1n + d).map((root) => mod((root - 1n) * inverse(d)));
  return new Set([0n, 1n, P - 1n, ...squares.flatMap(roots)]);
}

let weak: Set<bigint> | undefined;

function isWeak(key: Bytes): boolean {
  weak ??= weakOrdinates();
  const y = BigInt("0x" + hex(key.slice().reverse())) & (2n ** 255n - 1n);
  return weak.has(y % P);
}

function ed25519(key: Bytes): PublicKey {
  if (key.length !== 32) throw new Unreadable("key.length");
  if (isWeak(key)) throw new Unreadable("key.weak");
  return { algorithm: "EdDSA", material: `Ed25519 ${hex(key)}`, isGood: (data, signature) => edIsGood(key, data, signature) };
}

async function edIsGood(key: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch (error) {
    // DataError: no point of the curve. Anything else: a browser from before Ed25519.
    if ((error as Error).name === "DataError") return false;
    return verifyAsync(signature, data, key, { zip215: false }).catch(() => false);
  }
  return crypto.subtle.verify("Ed25519", imported, signature, data);
}

/** A key for an algorithm of the browser; `format` and `data` as importKey takes them. */
async function standard(
  algorithm: "ES256" | "RS256", material: string, jwk: JsonWebKey,
): Promise<PublicKey> {
  const name = algorithm === "ES256"
    ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, name, false, ["verify"]).catch(() => {
    throw new Unreadable("key.curve");
  });
  return { algorithm, material, isGood: (data, signature) => crypto.subtle.verify(name, key, signature, data) };
}

const base64url = (data: Bytes): string =>
  btoa(String.fromCharCode(...data)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const p256 = (x: Bytes, y: Bytes): Promise<PublicKey> =>
  standard("ES256", `P-256 ${hex(x)} ${hex(y)}`, { kty: "EC", crv: "P-256", x: base64url(x), y: base64url(y) });

const bytesOf = (value: Json | undefined): Bytes => {
  const data = decodeBase64url(value);
  if (!data) throw new Unreadable("key.base64");
  return data;
};

/** Reads a public JWK; throws Unreadable for anything but a strong key of a known kind. */
export async function readJwk(jwk: JsonObject): Promise<PublicKey> {
  if (PRIVATE_MEMBERS.some((name) => has(jwk, name))) throw new Unreadable("key.secret");
  const uses = jwk["key_ops"] ?? ["verify"];
  if ((jwk["use"] ?? "sig") !== "sig" || !Array.isArray(uses) || !uses.includes("verify")) {
    throw new Unreadable("key.use");
  }
  const key = await jwkOfKind(jwk);
  if ((jwk["alg"] ?? key.algorithm) !== key.algorithm) throw new Unreadable("key.algorithm");
  return key;
}

async function jwkOfKind(jwk: JsonObject): Promise<PublicKey> {
  const kind = `${textOf(jwk["kty"])} ${has(jwk, "crv") ? textOf(jwk["crv"]) || "?" : ""}`;
  if (kind === "OKP Ed25519") return ed25519(bytesOf(jwk["x"]));
  if (kind === "EC P-256") {
    const [x, y] = [bytesOf(jwk["x"]), bytesOf(jwk["y"])];
    if (x.length !== 32 || y.length !== 32) throw new Unreadable("key.length");
    return p256(x, y);
  }
  if (kind !== "RSA ") throw new Unreadable("key.kind");
  const [n, e] = [bytesOf(jwk["n"]), bytesOf(jwk["e"])];
  if (!n[0] || !e[0] || n.length > 8192) throw new Unreadable("key.number");
  const bits = n.length * 8 - Math.clz32(n[0]) + 24;
  const exponent = BigInt("0x" + hex(e));
  if (bits < 2048 || bits > 8192) throw new Unreadable("key.bits", { n: String(bits) });
  if (!(n.at(-1)! & 1) || !(exponent & 1n) || exponent < 65537n || exponent >= 2n ** 32n) {
    throw new Unreadable("key.rsa-weak");
  }
  return standard("RS256", `RSA ${hex(n)} ${hex(e)}`, { kty: "RSA", n: base64url(n), e: base64url(e) });
}

/** Reads an Ed25519 Multikey (z6Mk…); throws Unreadable. */
export function readEd25519(text: Json | undefined): PublicKey {
  const data = typeof text === "string" && text.startsWith("z") ? decodeBase58(text.slice(1)) : null;
  if (!data || data.length !== 34 || data[0] !== 0xed || data[1] !== 1 || `z${encodeBase58(data)}` !== text) {
    throw new Unreadable("key.ed25519", { key: shown(text, 60) });
  }
  return ed25519(data.slice(2));
}

/** Reads a Multikey of Ed25519 or P-256 (zDn…); throws Unreadable. */
export async function readMultikey(text: Json | undefined): Promise<PublicKey> {
  if (typeof text !== "string" || !text.startsWith("zDn")) return readEd25519(text);
  const data = decodeBase58(text.slice(1));
  if (!data || data.length !== 35 || data[0] !== 0x80 || data[1] !== 0x24 || `z${encodeBase58(data)}` !== text) {
    throw new Unreadable("key.p256", { key: shown(text, 60) });
  }
  const sign = data[2]!, x = data.slice(3), number = BigInt("0x" + hex(x));
  const root = power(number ** 3n - 3n * number + P256_B + 3n * P256, (P256 + 1n) / 4n, P256);
  const y = Number(root & 1n) === (sign & 1) ? root : P256 - root;
  if ((sign !== 2 && sign !== 3) || number >= P256) throw new Unreadable("key.curve");
  const digits = y.toString(16).padStart(64, "0").match(/../g)!;
  return p256(concat(x), Uint8Array.from(digits, (pair) => parseInt(pair, 16)));
}

/** Reads the key that a did:jwk is; throws Unreadable. */
export async function readDidJwk(did: string): Promise<PublicKey> {
  return readJwk(parse(readUtf8(bytesOf(did.slice("did:jwk:".length))), 20_000));
}

/** Returns where a did:web document is served; null if it is not a did:web. */
export function didDocumentUrl(did: string): string | null {
  const found = /^did:web:([A-Za-z0-9.-]+(?:%3A[0-9]{1,5})?)((?::[A-Za-z0-9._~%-]+)*)$/.exec(did);
  if (!found) return null;
  const segments = found[2]!.split(":").filter(Boolean);
  const leadsOut = segments.some((segment) => /^\.{1,2}$|[/\\]/.test(unquoted(segment)));
  if (leadsOut) return null;
  const host = found[1]!.replace("%3A", ":").toLowerCase();
  return `https://${host}/${segments.join("/") || ".well-known"}/did.json`;
}

const unquoted = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** Returns the host (and port) on which an issuer's id lives; empty if it lives on none. */
export function homeOf(issuer: string): string {
  const url = issuer.startsWith("https://") ? issuer : didDocumentUrl(issuer);
  return /^https:\/\/([^/?#]*)/.exec(url ?? "")?.[1]?.toLowerCase() ?? "";
}
