// Bytes ↔ text: UTF-8, hex, base58btc, base64url; digests. One canonical spelling each.

import { Unreadable } from "./errors.js";

export type Bytes = Uint8Array<ArrayBuffer>;

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

/** Reads UTF-8; a byte order mark stays in the text. */
export function readUtf8(data: Bytes, key = "json.encoding"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new Unreadable(key);
  }
}

/** Reads one character per byte, for searching with regular expressions. */
export function latin1(data: Bytes): string {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) {
    text += String.fromCharCode(...data.subarray(at, at + 8192));
  }
  return text;
}

export const hex = (data: Bytes): string =>
  Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const sha256 = async (data: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", data));

export function concat(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (one: Bytes, other: Bytes): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

export function encodeBase58(data: Bytes): string {
  let number = data.length ? BigInt("0x" + hex(data)) : 0n;
  let text = "";
  for (; number; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  const zeros = data.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? data.length : zeros) + text;
}

/** Reads base58btc of at most 200 characters; null for anything else. */
export function decodeBase58(text: string): Bytes | null {
  if (text.length > 200) return null;
  let number = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const digits = number ? number.toString(16) : "";
  const even = digits.length % 2 ? "0" + digits : digits;
  const zeros = text.length - text.replace(/^1+/, "").length;
  return concat(new Uint8Array(zeros), fromHex(even));
}

const fromHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Reads base64url without padding; null unless it is canonical. */
export function decodeBase64url(text: unknown, canonical = true): Bytes | null {
  if (typeof text !== "string" || !/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const packed = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const data = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  return canonical && encodeBase64url(data) !== text ? null : data;
}

function encodeBase64url(data: Bytes): string {
  return btoa(latin1(data)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
