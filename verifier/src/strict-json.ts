// JSON that means one thing only: the subset that every verifier reads alike. Refused: duplicate
// members, numbers that a double can't hold, lone surrogates, control characters, nesting deeper
// than 64, a byte order mark, anything but UTF-8, anything but an object at the top.

import { readUtf8, type Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { shown } from "./words.js";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

export const MAX_JSON = 1_000_000;
const MAX_DEPTH = 64;
// With the flag u a pair of surrogates is one character, so this finds lone ones only.
export const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]/u;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const has = (value: object, name: string): boolean => Object.hasOwn(value, name);

/** Returns a text; empty for anything else. */
export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** JSON-LD writes a single value with or without brackets. */
export const asList = (value: Json | undefined): Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** Copies an object without one member. */
export function without(value: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = value;
  return rest;
}

/** Reads one JSON object; throws Unreadable for anything ambiguous. */
export function parse(data: Bytes | string, limit = MAX_JSON): JsonObject {
  if (data.length > limit) throw new Unreadable("json.large", { most: String(limit) });
  const text = typeof data === "string" ? data : readUtf8(data);
  if (text.startsWith("\ufeff") && typeof data !== "string") throw new Unreadable("json.mark");
  const value = new Reader(text).whole();
  if (!isObject(value)) throw new Unreadable("json.object");
  return value;
}

class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  private fail(): never {
    const lines = this.text.slice(0, this.at).split("\n"), column = lines.at(-1)!.length + 1;
    throw new Unreadable("json.not", { line: String(lines.length), column: String(column) });
  }

  private space(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  private value(): Json {
    this.space();
    const first = this.text[this.at];
    if (first === "{") return this.nested(() => this.object());
    if (first === "[") return this.nested(() => this.array());
    if (first === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Unreadable("json.deep", { most: String(MAX_DEPTH) });
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** Tells whether the next sign is this one, and takes it. */
  private takes(sign: string): boolean {
    this.space();
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private object(): JsonObject {
    // Without a prototype, "__proto__" is a member like any other.
    const members: JsonObject = Object.create(null);
    if (this.takes("}")) return members;
    do {
      this.space();
      if (this.text[this.at] !== '"') this.fail();
      const name = this.string();
      if (name in members) throw new Unreadable("json.twice", { name: shown(name, 60) });
      if (!this.takes(":")) this.fail();
      members[name] = this.value();
    } while (this.takes(","));
    if (!this.takes("}")) this.fail();
    return members;
  }

  private array(): Json[] {
    const items: Json[] = [];
    if (this.takes("]")) return items;
    do items.push(this.value());
    while (this.takes(","));
    if (!this.takes("]")) this.fail();
    return items;
  }

  private string(): string {
    const parts: string[] = [];
    this.at += 1;
    for (;;) {
      PLAIN.lastIndex = this.at;
      const plain = PLAIN.exec(this.text)?.[0] ?? "";
      parts.push(plain);
      this.at += plain.length;
      const sign = this.text[this.at++];
      if (sign === '"') break;
      if (sign !== "\\") this.fail();
      parts.push(this.escaped());
    }
    const whole = parts.join("");
    const found = FORBIDDEN.exec(whole)?.[0].codePointAt(0);
    if (found !== undefined) {
      const character = `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
      throw new Unreadable("json.character", { character });
    }
    return whole;
  }

  private escaped(): string {
    const sign = this.text[this.at++] ?? "";
    if (sign !== "u") return has(ESCAPES, sign) ? (ESCAPES[sign] as string) : this.fail();
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail();
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail();
    this.at += found[0].length;
    const number = Number(found[0]);
    const whole = found[1] === undefined && found[2] === undefined;
    const good = whole
      ? found[0].length <= 17 && Number.isSafeInteger(number)
      : found[0].length <= 32 && Number.isFinite(number);
    if (!good) throw new Unreadable("json.number");
    return number;
  }
}

/** Writes RFC 8785: members in UTF-16 order, numbers and texts as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`).join()}}`;
}
