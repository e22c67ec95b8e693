// One door to both ways of securing a credential: a proof inside it, or a token around it.

import { type Bytes } from "./bytes.js";
import type { Around } from "./context.js";
import { refusal } from "./errors.js";
import { checkToken, credentialIn, isToken, readToken, type Token } from "./jwt.js";
import { checkProof, type Signed } from "./proof.js";
import { has, parse, type JsonObject } from "./strict-json.js";

export interface Secured {
  readonly document: JsonObject;
  readonly token?: Token | undefined;
}

/** Reads a credential in JSON or a token; throws Unreadable, or Refusal for what is in it. */
export function readSecured(data: Bytes | string, limit: number): Secured {
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  if (isToken(text)) {
    const token = readToken(text.trim());
    return { document: credentialIn(token), token };
  }
  const document = parse(data, limit);
  if (has(document, "payload") && (has(document, "signature") || has(document, "signatures"))) {
    throw refusal("reading.jws-json");
  }
  return { document };
}

/** Throws Refusal unless the credential's issuer signed it, in one way or both. */
export async function checkSignature({ document, token }: Secured, around: Around): Promise<Signed> {
  if (token) await checkToken(token, document, around);
  if (!token || has(document, "proof")) return checkProof(document, around);
  return { others: [], notices: [] };
}
