// DEFLATE (RFC 1951) with its wrappers zlib and gzip, with a cap on what comes out, exact about
// where the packed data ends: the browser's own streams differ in that from one to the other.

import type { Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";

export interface Inflated {
  readonly data: Bytes;
  /** Whether the end was reached; else the input was cut off, or the cap was. */
  readonly complete: boolean;
  /** How many bytes of the input were used. */
  readonly used: number;
}

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

export function crc32(data: Bytes): number {
  let sum = ~0;
  for (const byte of data) sum = CRC[(sum ^ byte) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

function adler32(data: Bytes): number {
  let low = 1, high = 0;
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}

function damaged(): never {
  throw new Unreadable("list.packed");
}

/** The input is over, or the cap is reached: not an error, but an end. */
class Stop extends Error {}

/** A Huffman code: how many words of each length, and their symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function code(lengths: Uint8Array, single = false): Code {
  const counts = new Uint16Array(16), offsets = new Uint16Array(16);
  const symbols = new Uint16Array(lengths.length);
  for (const length of lengths) counts[length]! += 1;
  const used = lengths.length - counts[0]!;
  counts[0] = 0;
  let left = 1;
  for (let length = 1; length < 16; length++) {
    left = 2 * left - counts[length]!;
    offsets[length] = offsets[length - 1]! + counts[length - 1]!;
    if (left < 0) damaged();
  }
  // A code with gaps is damaged, but for one that has a single word or none at all.
  if (left > 0 && !(single && (used === 0 || (used === 1 && counts[1] === 1)))) damaged();
  lengths.forEach((length, symbol) => {
    if (length) symbols[offsets[length]!++] = symbol;
  });
  return { counts, symbols };
}

class Inflater {
  out: Bytes;
  size = 0;
  private bits = 0;
  private held = 0;

  constructor(private readonly data: Bytes, public at: number, private readonly limit: number) {
    this.out = new Uint8Array(Math.min(limit, 65536));
  }

  run(): boolean {
    try {
      for (let last = 0; !last; ) {
        last = this.take(1);
        const kind = this.take(2);
        if (kind === 0) this.stored();
        else if (kind === 3) damaged();
        else this.block(...(kind === 1 ? this.fixed() : this.dynamic()));
      }
      return true;
    } catch (error) {
      if (error instanceof Stop) return false;
      throw error;
    }
  }

  private take(count: number): number {
    while (this.held < count) {
      if (this.at >= this.data.length) throw new Stop();
      this.bits |= this.data[this.at++]! << this.held;
      this.held += 8;
    }
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.held -= count;
    return value;
  }

  private put(byte: number): void {
    if (this.size >= this.limit) throw new Stop();
    if (this.size === this.out.length) {
      const larger = new Uint8Array(Math.min(this.limit, this.size * 2));
      larger.set(this.out);
      this.out = larger;
    }
    this.out[this.size++] = byte;
  }

  private stored(): void {
    this.bits = this.held = 0;
    const length = this.take(16);
    if (this.take(16) !== (~length & 0xffff)) damaged();
    for (let left = length; left; left--) this.put(this.take(8));
  }

  private symbol({ counts, symbols }: Code): number {
    let word = 0, first = 0, index = 0;
    for (let length = 1; length < 16; length++) {
      word |= this.take(1);
      const count = counts[length]!;
      if (word - count < first) return symbols[index + word - first]!;
      index += count;
      first = (first + count) << 1;
      word <<= 1;
    }
    return damaged();
  }

  private fixed(): [Code, Code] {
    const lengths = Uint8Array.from({ length: 288 }, (_, n) =>
      n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8,
    );
    return [code(lengths), code(new Uint8Array(32).fill(5))];
  }

  private dynamic(): [Code, Code] {
    const literals = this.take(5) + 257, distances = this.take(5) + 1, given = this.take(4) + 4;
    if (literals > 286 || distances > 30) damaged();
    const first = new Uint8Array(19);
    for (let n = 0; n < given; n++) first[ORDER[n]!] = this.take(3);
    const lengths = new Uint8Array(literals + distances), outer = code(first);
    for (let n = 0; n < lengths.length; ) {
      const symbol = this.symbol(outer);
      if (symbol < 16) {
        lengths[n++] = symbol;
        continue;
      }
      if (symbol === 16 && n === 0) damaged();
      const value = symbol === 16 ? lengths[n - 1]! : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (n + times > lengths.length) damaged();
      lengths.fill(value, n, (n += times));
    }
    if (!lengths[256]) damaged();
    return [code(lengths.subarray(0, literals), true), code(lengths.subarray(literals), true)];
  }

  private block(literals: Code, distances: Code): void {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        this.put(symbol);
        continue;
      }
      if (symbol > 285) damaged();
      const length = this.runLength(symbol - 257);
      const far = this.symbol(distances);
      if (far > 29) damaged();
      const extra = far < 4 ? 0 : (far >> 1) - 1;
      const distance = far < 4 ? far + 1 : ((2 + (far & 1)) << extra) + 1 + this.take(extra);
      if (distance > this.size) damaged();
      for (let left = length; left; left--) this.put(this.out[this.size - distance]!);
    }
  }

  private runLength(n: number): number {
    if (n === 28) return 258;
    const extra = n < 8 ? 0 : (n >> 2) - 1;
    return (n < 8 ? n : (4 + (n & 3)) << extra) + 3 + this.take(extra);
  }
}

function inflate(data: Bytes, at: number, limit: number): Inflated {
  const inflater = new Inflater(data, at, limit);
  const complete = inflater.run();
  return { data: inflater.out.subarray(0, inflater.size), complete, used: inflater.at };
}

const number = (data: Bytes, at: number, little: boolean): number =>
  new DataView(data.buffer, data.byteOffset).getUint32(at, little);

/** Unpacks zlib (RFC 1950); throws Unreadable for damaged data, not for what is cut off. */
export function unzlib(data: Bytes, limit: number): Inflated {
  const [method = 0, flags = 0] = data;
  if (data.length < 2) return { data: new Uint8Array(), complete: false, used: data.length };
  if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 || flags & 32) damaged();
  const found = inflate(data, 2, limit);
  if (!found.complete || data.length < found.used + 4) return { ...found, complete: false };
  if (number(data, found.used, false) !== adler32(found.data)) damaged();
  return { ...found, used: found.used + 4 };
}

/** Unpacks all of a gzip file (RFC 1952) of one member; throws Unreadable for anything else. */
export function ungzip(data: Bytes, limit: number): Bytes {
  const flags = data[3] ?? 0;
  if (data.length < 18 || data[0] !== 31 || data[1] !== 139 || data[2] !== 8 || flags & 0xe0) damaged();
  let at = 10;
  if (flags & 4) at += 2 + data[at]! + 256 * data[at + 1]!;
  for (const flag of [8, 16]) if (flags & flag) at = data.indexOf(0, at) + 1 || data.length;
  if (flags & 2) at += 2;
  const found = inflate(data, at, limit);
  if (!found.complete || data.length !== found.used + 8) damaged();
  if (number(data, found.used, true) !== crc32(found.data)) damaged();
  if (number(data, found.used + 4, true) !== found.data.length) damaged();
  return found.data;
}
