// PNG as rows of chunks: every length, checksum and place is looked at, no pixel is decoded.

import { latin1, readUtf8, type Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { crc32, unzlib } from "./inflate.js";

export const MAX_TEXT = 1024 * 1024;
const SIGNATURE = "\x89PNG\r\n\x1a\n";
const MAX_CHUNKS = 10_000;
const DEPTHS: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
};

interface Chunk {
  readonly kind: string;
  readonly data: Bytes;
}

function chunks(image: Bytes): Chunk[] {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const found: Chunk[] = [];
  if (latin1(image.subarray(0, 8)) !== SIGNATURE) throw new Unreadable("image.unsound");
  for (let at = 8; at < image.length; ) {
    if (image.length - at < 12) throw new Unreadable("image.png-cut", { byte: String(image.length) });
    const length = view.getUint32(at), end = at + 12 + length;
    const kind = latin1(image.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{2}[A-Z][A-Za-z]$/.test(kind) || found.length >= MAX_CHUNKS) {
      throw new Unreadable("image.unsound");
    }
    const where = { chunk: kind, byte: String(at) };
    if (end > image.length) throw new Unreadable("image.png-cut-chunk", { ...where, n: String(length) });
    if (crc32(image.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new Unreadable("image.png-sum", where);
    }
    found.push({ kind, data: image.subarray(at + 8, end - 4) });
    at = end;
    if (kind === "IEND" && at < image.length) {
      throw new Unreadable("image.png-after", { n: String(image.length - at) });
    }
  }
  return found;
}

function isSound(found: readonly Chunk[]): boolean {
  const kinds = found.map((chunk) => chunk.kind);
  const count = (kind: string): number => kinds.filter((other) => other === kind).length;
  const [first, last] = [found[0], found.at(-1)];
  const picture = kinds.indexOf("IDAT"), palette = kinds.indexOf("PLTE");
  if (first?.kind !== "IHDR" || count("IHDR") > 1 || last?.kind !== "IEND" || picture < 0) return false;
  if (last.data.length || first.data.length !== 13) return false;
  if (kinds.lastIndexOf("IDAT") - picture + 1 !== count("IDAT")) return false;
  const known = ["IHDR", "PLTE", "IDAT", "IEND"];
  if (kinds.some((kind) => /^[A-Z]/.test(kind) && !known.includes(kind))) return false;
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const [width, height] = [view.getInt32(0), view.getInt32(4)];
  const [depth = 0, color = 0, compression, filters, interlace = 0] = first.data.subarray(8);
  if (width <= 0 || height <= 0 || !DEPTHS[color]?.includes(depth)) return false;
  if (compression || filters || interlace > 1) return false;
  if (palette < 0) return color !== 3;
  const size = found[palette]!.data.length;
  return count("PLTE") === 1 && palette < picture && size % 3 === 0 && size >= 3 && size <= 768;
}

/** Returns the text under a keyword; null if there is none. */
function textOf(found: readonly Chunk[], keyword: string, kinds: readonly string[]): string | null {
  const named = found.filter(
    ({ kind, data }) =>
      kinds.includes(kind) && latin1(data.subarray(0, keyword.length + 1)) === `${keyword}\0`,
  );
  const [chunk] = named;
  if (!chunk) return null;
  if (named.length > 1) throw new Unreadable("image.png-several", { n: String(named.length) });
  const rest = chunk.data.subarray(keyword.length + 1);
  if (chunk.kind === "tEXt") return latin1(rest);
  const [packed, method] = rest;
  const language = rest.indexOf(0, 2), translated = rest.indexOf(0, language + 1);
  if (packed! > 1 || method !== 0 || language < 2 || translated < language + 1) {
    throw new Unreadable("image.png-chunk");
  }
  let content = rest.subarray(translated + 1);
  if (packed) {
    content = unpackedText(content);
  }
  if (content.length > MAX_TEXT) throw new Unreadable("image.png-large", { most: String(MAX_TEXT) });
  return readUtf8(content, "image.png-text");
}

function unpackedText(content: Bytes): Bytes {
  try {
    const { data, complete } = unzlib(content, MAX_TEXT + 1);
    if (complete || data.length > MAX_TEXT) return data;
  } catch {
    // Damaged: said below, in the words for pictures.
  }
  throw new Unreadable("image.png-packed");
}

/** Returns the credential in a PNG, else the Open Badges 2.0 assertion; throws Unreadable. */
export function textInPng(image: Bytes): string {
  const found = chunks(image);
  if (found[0]?.kind !== "IHDR") throw new Unreadable("image.png-header");
  if (found.at(-1)!.kind !== "IEND") throw new Unreadable("image.png-end");
  if (!isSound(found)) throw new Unreadable("image.unsound");
  const text =
    textOf(found, "openbadgecredential", ["iTXt"]) ?? textOf(found, "openbadges", ["iTXt", "tEXt"]);
  if (text === null) throw new Unreadable("image.png-none");
  return text;
}
