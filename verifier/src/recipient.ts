// Step 8, recipient: compares the holder with the person that somebody asks for. The standard
// defines no normal form, so the text is tried as typed, trimmed, and in lower case.

import { hex, sha256, utf8 } from "./bytes.js";
import { refusal } from "./errors.js";
import { md5 } from "./md5.js";
import { asList, isObject, textOf, type Json, type JsonObject } from "./strict-json.js";
import { say, type Sentence } from "./words.js";

/** Says how the badge names its holder, never who that is. */
export function kindOfRecipient(subject: JsonObject): string {
  for (const identity of asList(subject["identifier"])) {
    if (!isObject(identity)) continue;
    const how = identity["hashed"] === true ? "hashed" : "plain";
    return `${how} ${kindOf(identity["identityType"])}`.slice(0, 60);
  }
  return "id" in subject ? "id" : "";
}

/** Names the kind of an identity, whatever stands there. */
export const kindOf = (type: Json | undefined): string => (typeof type === "string" ? type : "identifier");

/** Returns the sentence for a badge of this person; throws Refusal for anybody else's. */
export async function checkRecipient(subject: JsonObject, recipient: string): Promise<Sentence> {
  const trimmed = recipient.trim().normalize("NFC"), lower = trimmed.toLowerCase();
  const wanted = [...new Set([recipient, trimmed, lower])];
  const identities = asList(subject["identifier"]) as JsonObject[];
  for (const identity of identities) {
    for (const text of wanted) if (await isSame(identity, text)) return say("recipient.passed");
  }
  if ([...wanted, `mailto:${lower}`].includes(textOf(subject["id"]) || "\0")) return say("recipient.passed");
  if (!identities.length) throw refusal("recipient.not-told", "fix.ask-holder-name", { outcome: "unknown" });
  throw refusal("recipient.other", "fix.ask-address");
}

async function isSame(identity: JsonObject, text: string): Promise<boolean> {
  const value = textOf(identity["identityHash"]);
  if (identity["hashed"] !== true) return value === text;
  const at = value.indexOf("$"), salted = utf8(text + textOf(identity["salt"]));
  const digest = value.slice(at + 1).toLowerCase();
  switch (value.slice(0, at)) {
    case "sha256": return digest === hex(await sha256(salted));
    case "md5": return digest === hex(md5(salted));
    default: return false;
  }
}
