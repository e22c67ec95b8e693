// The credentials attached to a PDF: its streams are read one after the other, by content, and
// nothing else of it is interpreted.

import { latin1, type Bytes } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { unzlib } from "./inflate.js";

const MAX_STREAMS = 3000;
const MAX_ATTACHMENT = 1_000_000;
const MAX_UNPACKED = 8_000_000;
const MAX_CREDENTIALS = 8;
const BEGINNING = 64;
const TOKEN = /^[\w-]{8,}\.[\w-]+\.[\w-]+$/;

export const isPdf = (data: Bytes): boolean =>
  /^[\t-\r ]*%PDF-/.test(latin1(data.subarray(0, 1024)));

/** Returns the different credentials, in the file's order; throws Unreadable for none. */
export function textsInPdf(data: Bytes): string[] {
  const file = latin1(data), found = new Set<string>();
  let unpacked = 0, streams = 0;
  for (const mark of file.matchAll(/>>[\t-\r ]{0,16}stream\r?\n/g)) {
    if (++streams > MAX_STREAMS) throw new Unreadable("pdf.parts", { most: String(MAX_STREAMS) });
    const content = contentAt(data, file, mark.index, mark.index + mark[0].length);
    unpacked += content.length;
    if (unpacked > MAX_UNPACKED) throw new Unreadable("pdf.unpacks");
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content).trim();
    const credential = text.startsWith("{") && text.includes('"@context"');
    if (credential || TOKEN.test(text)) found.add(text);
    if (found.size > MAX_CREDENTIALS) throw new Unreadable("pdf.many", { most: String(MAX_CREDENTIALS) });
  }
  if (!found.size) throw new Unreadable(file.includes("/Encrypt") ? "pdf.encrypted" : "pdf.none");
  return [...found];
}

function contentAt(data: Bytes, file: string, mark: number, begin: number): Bytes {
  const nothing = new Uint8Array();
  let head = file.slice(Math.max(0, mark - 4096), mark);
  head = head.slice(head.lastIndexOf(" obj") + 1);
  if (/\/Filter\s*\[\s*\/\w+\s*\/\w+/.test(head)) return nothing;
  const packing = /\/Filter\s*(?:\[\s*)?\/(\w+)/.exec(head)?.[1];
  if (packing === undefined) {
    const end = file.indexOf("endstream", begin);
    return end > 0 && end <= begin + MAX_ATTACHMENT - 9 ? data.subarray(begin, end) : nothing;
  }
  if (packing !== "FlateDecode") return nothing;
  const packed = data.subarray(begin, begin + MAX_ATTACHMENT);
  try {
    const start = latin1(unzlib(packed, BEGINNING).data).trimStart();
    return /^[{e]/.test(start) ? unzlib(packed, BEGINNING + MAX_ATTACHMENT).data : nothing;
  } catch {
    return nothing;
  }
}
