// Step 4, signature: embedded proofs (VC Data Integrity 1.0). Every proof of a kind that we know has
// to hold, and there has to be one; which kinds count is what we accept, never what a document says.

import { concat, decodeBase58, encodeBase58, sha256, utf8, type Bytes } from "./bytes.js";
import type { Around } from "./context.js";
import { caught, refusal, Refusal, Unreadable } from "./errors.js";
import { instant } from "./form.js";
import { issuerOf, resolveKey } from "./issuer-keys.js";
import { toQuads } from "./jsonld.js";
import type { PublicKey } from "./keys.js";
import { canonicalize } from "./rdfc.js";
import { asList, canonicalJson, has, isObject, textOf, without, type Json, type JsonObject } from "./strict-json.js";
import { say, shown, type Sentence } from "./words.js";

export const SKEW = 60_000;
const MAX_PROOFS = 8;
const RDFC = "eddsa-rdfc-2022";
const DRAFT = "eddsa-2022";
const JCS = "eddsa-jcs-2022";
const OLD = "Ed25519Signature2020";
const MEMBERS = [
  "id", "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose",
  "proofValue", "previousProof", "domain", "challenge", "nonce",
];

/** What is left to say about a signature that holds. */
export interface Signed {
  readonly others: readonly string[];
  readonly notices: readonly Sentence[];
}

function suiteOf(proof: JsonObject): string {
  const { type, cryptosuite } = proof;
  if (type === OLD && !has(proof, "cryptosuite")) return OLD;
  const suite = textOf(cryptosuite);
  return type === "DataIntegrityProof" && [RDFC, DRAFT, JCS].includes(suite) ? suite : "";
}

/** Checks all embedded proofs; throws Refusal unless they hold. */
export async function checkProof(document: JsonObject, around: Around): Promise<Signed> {
  const proofs = proofsOf(document), ours = proofs.filter(suiteOf);
  const kind = (proof: JsonObject): string => shown(proof["cryptosuite"] || proof["type"], 60) || "unnamed";
  const others = [...new Set(proofs.filter((proof) => !suiteOf(proof)).map(kind))].sort();
  if (!ours.length) {
    throw refusal("proof.unsupported", "fix.other-signature", { outcome: "unknown", kinds: others.join(", ") });
  }
  const names = ours.map((proof) => canonicalJson([suiteOf(proof), proof["verificationMethod"] ?? null]));
  if (new Set(names).size !== names.length) throw refusal("proof.several");
  const bad: Refusal[] = [];
  for (const proof of ours) {
    await caught(Refusal, () => checkOne(proof, document, proofs, around), (error) => void bad.push(error));
  }
  const worst = bad.find((error) => error.outcome === "failed") ?? bad[0];
  if (worst) throw worst;
  const drafts = ours.some((proof) => suiteOf(proof) === DRAFT);
  return { others, notices: drafts ? [say("notice.draft")] : [] };
}

function proofsOf(document: JsonObject): JsonObject[] {
  const proofs = asList(document["proof"]);
  if (!proofs.length) throw refusal("proof.missing");
  if (proofs.length > MAX_PROOFS || !proofs.every(isObject)) throw refusal("proof.form");
  return proofs;
}

async function checkOne(
  proof: JsonObject, document: JsonObject, proofs: readonly JsonObject[], around: Around,
): Promise<void> {
  const method = checkMembers(proof, around.at);
  const secured = securedBy(proof, document, proofs);
  const key = await resolveKey(method, issuerOf(document), around);
  const good = await caught(Unreadable, () => isGood(secured, proof, key), ({ detail }) => {
    throw refusal("proof.canonicalization", "fix.copy", { detail });
  });
  if (!good) throw refusal("proof.signature", "fix.distrust-copy");
}

async function isGood(document: JsonObject, proof: JsonObject, key: PublicKey): Promise<boolean> {
  const value = textOf(proof["proofValue"]), signature = decodeBase58(value.slice(1));
  if (signature?.length !== 64 || `z${encodeBase58(signature)}` !== value) return false;
  return key.isGood(await hashData(document, proof), signature);
}

async function hashData(document: JsonObject, proof: JsonObject): Promise<Bytes> {
  const options = without(proof, "proofValue");
  let spelled: string[];
  if (suiteOf(proof) === JCS) {
    const given = proof["@context"], whole = asList(document["@context"]);
    if (given !== undefined && given !== null) {
      const first = asList(given);
      if (canonicalJson(whole.slice(0, first.length)) !== canonicalJson(first)) throw new Unreadable("ld.proof");
      document = { ...document, "@context": given };
    }
    if (has(document, "@context")) options["@context"] = document["@context"] as Json;
    spelled = [canonicalJson(options), canonicalJson(document)];
  } else {
    options["@context"] = document["@context"] as Json;
    spelled = [await canonicalize(toQuads(options)), await canonicalize(toQuads(document))];
  }
  return concat(...(await Promise.all(spelled.map((text) => sha256(utf8(text))))));
}

/** Returns what a proof covers: the document alone, or with the proofs that it builds on. */
function securedBy(proof: JsonObject, document: JsonObject, proofs: readonly JsonObject[]): JsonObject {
  const unsecured = without(document, "proof"), names = asList(proof["previousProof"]);
  if (!names.length) return unsecured;
  const previous = named(names, proofs), seen = [proof, ...previous], waiting = [...previous];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const earlier of named(asList(next["previousProof"]), proofs)) {
      if (earlier === proof) throw refusal("proof.chain", "fix.copy", { as: "proof.chain.circle" });
      if (seen.includes(earlier)) continue;
      seen.push(earlier);
      waiting.push(earlier);
    }
  }
  return { ...unsecured, proof: previous };
}

function named(names: readonly Json[], proofs: readonly JsonObject[]): JsonObject[] {
  for (const name of names) {
    const count = proofs.filter((proof) => proof["id"] === name).length;
    if (typeof name !== "string" || count !== 1) throw refusal("proof.chain");
  }
  return proofs.filter((proof) => names.includes(proof["id"] ?? null));
}

/** Checks everything but the signature itself; returns the verification method. */
function checkMembers(proof: JsonObject, at: number): string {
  const known = suiteOf(proof) === JCS ? [...MEMBERS, "@context"] : MEMBERS;
  const foreign = Object.keys(proof).filter((name) => !known.includes(name)).sort();
  if (foreign.length) throw refusal("proof.form", "fix.copy", { as: "proof.form.part", name: shown(foreign[0], 60) });
  if (proof["proofPurpose"] !== "assertionMethod") throw refusal("proof.purpose");
  checkDates(proof, at);
  const value = proof["proofValue"], method = proof["verificationMethod"];
  if (typeof value !== "string" || !value.startsWith("z") || value.length < 80 || value.length > 90) {
    throw refusal("proof.value");
  }
  if (typeof method !== "string") throw refusal("key.relative", "fix.issuer");
  return method;
}

function checkDates(proof: JsonObject, at: number): void {
  const [created, expires] = [instant(proof["created"]), instant(proof["expires"])];
  const malformed = (name: string): Refusal => refusal(`proof.${name}`, "fix.copy", { as: `proof.${name}.form` });
  if (has(proof, "created") && created === null) throw malformed("created");
  if (created !== null && created - at > SKEW) throw refusal("proof.created");
  if (has(proof, "expires") && expires === null) throw malformed("expires");
  if (expires !== null && expires <= at) throw refusal("proof.expires");
}
