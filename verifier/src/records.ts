// Steps 2 to 11 for learner records (CLR 2.0), as obit_build/verifying/clr.py does them.
//
// The record's own signature says that its issuer put these credentials together. What each of them says
// is its own issuer's word, so each is verified as if it had come alone: a good record never makes a
// bad badge good. A record is valid only if all of its badges are, and its report names the others.

import context from "../../obit_build/contexts/clr-2.0.1.json";
import description from "./records-classes.json";
import {
  asList, carried, carry, checkForm, checkStatus, flaw, has, isObject, objectFlaws, passed, refusal, say,
  shown, skipped, unless,
  type Class, type Flaw, type Generation, type Json, type JsonObject, type Kind, type Report, type Result,
  type Running, type Sentence,
} from "./shared.js";

const MODEL_2 = "https://www.w3.org/ns/credentials/v2";
const CLR_2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";
const OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.";
const EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
const MAX_PARTS = 100;
const MAX_NAMED = 5;

type Described = string | readonly [string, ...(string | boolean)[]];
const DESCRIBED = description as unknown as Record<string, Class & { fields: Record<string, Described> }>;

/** Accepts the contexts of a record: VC 2.0 first, then CLR 2.0 and Open Badges 3.0.x. */
function* contextFlaws(value: Json, path: string): Generator<Flaw> {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    return yield flaw("form.context-inline", "context-inline", { path });
  }
  const badges = carried().filter((url) => url.startsWith(OPEN_BADGES)), named = badges.filter((url) => value.includes(url));
  const foreign = value.find((url) => ![MODEL_2, CLR_2, EXTENSIONS, ...badges].includes(url));
  if (foreign !== undefined) {
    yield flaw("form.context-unknown", "context-unknown", { path, url: shown(foreign, 100) });
  } else if (value[0] !== MODEL_2 || !value.includes(CLR_2) || !named.length) {
    yield flaw("form.context-order", "context-order", { path });
  } else if (new Set(value).size !== value.length || named.length > 1) {
    yield flaw("form.context-order", "context-more", { path });
  }
}

/** Accepts a list of objects; each is looked at closely when it is verified by itself. */
const credentialFlaws = (value: Json, path: string): Generator<Flaw> =>
  unless(Array.isArray(value) && value.every(isObject), path, "list");

function kindOf(described: Described): Kind {
  if (described === "record_contexts") return contextFlaws;
  if (described === "credentials") return credentialFlaws;
  const [name, of] = described, own = typeof of === "string" && has(DESCRIBED, of) ? classOf(of) : null;
  if (!own) return described as Kind;
  if (name === "one") return (value, path) => objectFlaws(own, value, path);
  return function* (value, path) {
    if (!Array.isArray(value)) return yield* unless(false, path, "list");
    for (const [index, item] of value.entries()) yield* objectFlaws(own, item, `${path}[${index}]`);
  };
}

/** Returns a class of the description, with its own kinds in place of their names. */
function classOf(name: string): Class {
  const { fields, ...rest } = DESCRIBED[name]!;
  return { ...rest, fields: Object.fromEntries(Object.entries(fields).map(([key, kind]) => [key, kindOf(kind)])) };
}

function form({ secured: { document } }: Running): Result {
  checkForm(classOf("CLR_CREDENTIAL"), document, "record");
  return passed("form.passed.record");
}

async function status({ secured: { document }, around }: Running): Promise<Result> {
  if (!has(document, "credentialStatus")) return ["passed", say("status.none.record"), "status.none"];
  return ["passed", ...(await checkStatus(document, around))];
}

function endorsements({ secured: { document } }: Running): Result {
  const count = [...asList(document["endorsement"]), ...asList(document["endorsementJwt"])].length;
  if (!count) return skipped("endorsements.none");
  throw refusal("endorsements.unsupported", "fix.other-verifier-these", { outcome: "unknown", n: String(count) });
}

async function badges(run: Running): Promise<Result> {
  const found = (run.secured.document["credentialSubject"] as JsonObject)["verifiableCredential"] as JsonObject[];
  if (found.length > MAX_PARTS) throw refusal("badges.many", "fix.one-by-one", { outcome: "unknown", most: String(MAX_PARTS) });
  for (const credential of found) run.parts.push(await run.verifyPart(credential));
  for (const [verdict, reason, outcome] of [
    ["invalid", "badges.invalid", "failed"], ["unverifiable", "badges.unknown", "unknown"],
  ] as const) {
    const bad = run.parts.filter((part) => weight(part) === verdict);
    if (bad.length) throw refusal(reason, "fix.one-by-one", { outcome, names: named(bad) });
  }
  return passed("badges.passed", { n: String(run.parts.length) });
}

/** Returns a part's verdict; a credential of another kind is none that we could call false. */
const weight = ({ decisive, verdict }: Report): string =>
  decisive.reason === "version.not-a-badge" ? "unverifiable" : verdict;

/** Names the badges and their states: `Pare-feu (expired), Réseaux (revoked)`. */
function named(parts: readonly Report[]): Sentence {
  const each = parts.slice(0, MAX_NAMED).map(({ says, state }, index) => {
    const name = shown(says["achievement_name"] ?? says["name"], 60) || say("badges.unnamed", { n: String(index + 1) });
    return say("badges.named", { name, state: say(`state.${state}`) });
  });
  const all = each.reduce((first, second) => say("badges.list", { first, second }));
  const others = parts.length - MAX_NAMED;
  return others > 0 ? say("badges.and-more", { named: all, n: String(others) }) : all;
}

carry(CLR_2, context as JsonObject);
const records: Generation = { words: "version.passed.record", steps: { form, status, endorsements, badges } };
obit.records = records;
