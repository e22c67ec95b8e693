// Step 9, endorsements: did those whose support a badge carries really sign it? A forged one makes
// the badge invalid, since the issuer presents it; one that has ended leaves the badge alone.

import type { Around } from "./context.js";
import { caught, refusal, Refusal, Unreadable, type Outcome } from "./errors.js";
import { begins, checkForm, ends, instant, isModel1 } from "./form.js";
import { issuerOf, siteOf } from "./issuer-keys.js";
import { checkSignature, readSecured, type Secured } from "./secured.js";
import { checkStatus } from "./status.js";
import { asList, isObject, textOf, type Json, type JsonObject } from "./strict-json.js";
import { say, type Sentence } from "./words.js";

const MAX_ENDORSEMENTS = 8;
const MAX_BYTES = 200_000;
const ENDED = ["status.revoked", "status.suspended", "endorsements.date"];

const achievementOf = (document: JsonObject): JsonObject =>
  (document["credentialSubject"] as JsonObject)["achievement"] as JsonObject;

/** Returns outcome, sentence and reason for all endorsements; throws the worst Refusal. */
export async function checkEndorsements(
  document: JsonObject, around: Around,
): Promise<[Outcome, Sentence, string]> {
  const found = endorsementsOf(document), bad: Refusal[] = [], sites = new Set<string>();
  if (!found.length) return ["skipped", say("endorsements.none"), "endorsements.none"];
  for (const endorsement of found.slice(0, MAX_ENDORSEMENTS)) {
    await caught(Refusal, async () => {
      const secured = await read(endorsement), { document: own } = secured;
      checkSubject(own, document);
      await checkSignature(secured, around);
      await checkStatus(own, around);
      checkDates(own, around.at);
      sites.add(siteOf(issuerOf(own)));
    }, (error) => void bad.push(error));
  }
  if (bad.length) throw worst(bad);
  const unseen = found.length - MAX_ENDORSEMENTS;
  if (unseen > 0) {
    throw refusal("endorsements.unsupported", "fix.other-verifier-these", { outcome: "unknown", n: String(unseen) });
  }
  return ["passed", say("endorsements.passed", { sites: [...sites].sort().join(", ") }), ""];
}

function endorsementsOf(document: JsonObject): Json[] {
  const holders = [document, achievementOf(document), document["issuer"] ?? null].filter(isObject);
  return ["endorsement", "endorsementJwt"].flatMap((name) => holders.flatMap((holder) => asList(holder[name])));
}

/** Takes an embedded endorsement, whose form was checked with the badge's, or opens a token. */
async function read(endorsement: Json): Promise<Secured> {
  if (isObject(endorsement)) return { document: endorsement };
  const secured = await caught<Secured, Unreadable>(Unreadable, () => readSecured(textOf(endorsement), MAX_BYTES), ({ detail }) => {
    throw refusal("endorsements.token", "fix.issuer", { detail });
  });
  const name = "ENDORSEMENT_CREDENTIAL" + (isModel1(secured.document) ? "_1" : "");
  checkForm(name, secured.document, "endorsement");
  return secured;
}

function checkSubject(endorsement: JsonObject, document: JsonObject): void {
  const achievement = achievementOf(document);
  const related = asList(achievement["related"]).map((item) => (item as JsonObject)["id"]);
  const about = [document["id"], issuerOf(document), achievement["id"], ...related];
  const subject = endorsement["credentialSubject"] as JsonObject;
  if (!about.includes(subject["id"])) throw refusal("endorsements.subject", "fix.issuer");
}

function checkDates(endorsement: JsonObject, at: number): void {
  const start = instant(begins(endorsement)), end = instant(ends(endorsement));
  if ((start !== null && start > at) || (end !== null && end < at)) throw refusal("endorsements.date");
}

function worst(errors: readonly Refusal[]): Refusal {
  const forged = errors.find(({ outcome, reason }) => outcome === "failed" && !ENDED.includes(reason));
  if (forged) {
    const reason = forged.reason.startsWith("endorsements.") ? forged.reason : "endorsements.signature";
    return refusal(reason, "fix.issuer", { as: "endorsements.forged", why: forged.sentence });
  }
  if (errors.some(({ reason }) => ENDED.includes(reason))) {
    return refusal("endorsements.ended", "fix.renewed-endorsement", { outcome: "unknown" });
  }
  const [first] = errors;
  return refusal("endorsements.unavailable", first!.fix.key, { outcome: "unknown", why: first!.sentence });
}
