// Step 1, reading: takes the credential out of whatever file this is, told by what it holds.

import { latin1, type Bytes } from "./bytes.js";
import { caught, refusal, Unreadable } from "./errors.js";
import { isPdf, textsInPdf } from "./pdf.js";
import { MAX_TEXT, textInPng } from "./png.js";
import { readSecured, type Secured } from "./secured.js";
import { isToken } from "./jwt.js";
import { MAX_JSON } from "./strict-json.js";
import { textInSvg } from "./svg.js";
import { say } from "./words.js";

type Kind = "png" | "svg" | "json" | "jwt" | "pdf" | "other";

function kindOf(data: Bytes): Kind {
  const start = latin1(data.subarray(0, 65536));
  if (start.startsWith("\x89PNG")) return "png";
  const head = start.slice(0, 4096).replace(/^\xef\xbb\xbf/, "").replace(/^[\t-\r ]+/, "");
  if (/^[{[]/.test(head)) return "json";
  if (/^(\xff\xfe|\xfe\xff|<\0|\0<)/.test(head)) return head.includes("s\0v\0g") ? "svg" : "other";
  if (head.startsWith("<") && /<(?:[A-Za-z0-9_.-]+:)?svg[\t-\r />]/.test(start)) return "svg";
  if (data.length <= MAX_TEXT && /^[\w-]{8,}\.[\w-]*\.[\w-]*$/.test(latin1(data).replace(/^[\t-\r ]+|[\t-\r ]+$/g, ""))) {
    return "jwt";
  }
  return isPdf(data) ? "pdf" : "other";
}

const inImage = ({ detail }: Unreadable): never => {
  throw refusal("reading.image", "fix.original", { detail });
};

function attached(data: Bytes): Promise<string> {
  return caught(Unreadable, () => {
    const found = textsInPdf(data);
    const newer = found.filter((text) => isToken(text) || !text.includes("w3id.org/openbadges"));
    const several = newer.length ? newer : found;
    if (several.length > 1) throw refusal("reading.several", "fix.take-apart", { n: String(several.length) });
    return several[0]!;
  }, ({ detail }) => {
    throw refusal("reading.pdf", "fix.original", { detail });
  });
}

/** Returns the credential, or the address that is all there is, and the kind of the file. */
export async function read(data: Bytes): Promise<[Secured | string, Kind]> {
  const kind = kindOf(data);
  let text: Bytes | string;
  if (kind === "json" || kind === "jwt") text = data;
  else if (kind === "pdf") text = await attached(data);
  else if (kind === "png") text = await caught(Unreadable, () => textInPng(data), inImage);
  else if (kind === "svg") text = await caught(Unreadable, () => textInSvg(data), inImage);
  else throw refusal("reading.format", "fix.original");
  if (typeof text === "string" && /^https?:\/\/[!-~]{1,2000}$/.test(text)) return [text, kind];
  const secured = await caught<Secured, Unreadable>(Unreadable, () => readSecured(text, MAX_JSON), ({ detail }) => {
    throw refusal("reading.json", "fix.original", { detail });
  });
  return [secured, kind];
}

export const place = (kind: Kind): ReturnType<typeof say> => say(`where.${kind}`);
