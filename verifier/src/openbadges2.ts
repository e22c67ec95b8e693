// Steps 3 to 10 for Open Badges 2.0, hosted or signed as a JWS (IMS Open Badges 2.0, "Verification").
//
// What is taken back answers 410 Gone, or a body with `revoked`, or stands on the Issuer's list; what
// can't be fetched leaves the verdict open. From step 4 on, the document is the assertion that counts,
// with its BadgeClass and its Issuer written out in place of their addresses.

import { checkKind, checkShape, fetched, hostedBadge, signedBadge, site } from "./openbadges2-proof.js";
import { addressOf, CONTEXT, HOSTED, isOf, moment, normal, SIGNED } from "./openbadges2-shape.js";
import {
  asList, canonicalJson, caught, checkRecipient, has, isObject, kindOf, passed, Refusal, refusal, say, shown,
  skipped, textOf, Unreadable,
  type Fetch, type Generation, type Json, type JsonObject, type Result, type Running, type Says,
} from "./shared.js";

const CONTEXT_1 = "https://w3id.org/openbadges/v1";
const ADDRESS_ONLY = ["@context", "type", "id"];
const OTHERS: Record<string, string> = { BadgeClass: "achievement", Issuer: "profile", Profile: "profile" };
/** How the names of such badges begin, and the terms that say the same in 3.0. */
const MARKS = [["PREVIEW · ", "urn:x-obit:preview"], ["SPECIMEN · ", "urn:x-obit:specimen"]] as const;

const isAddressOnly = (document: JsonObject): boolean =>
  Object.keys(document).every((name) => ADDRESS_ONLY.includes(name));

function form(run: Running): Result {
  const { address } = run, { token } = run.secured;
  const found = normal(address ? { "@context": CONTEXT, type: "Assertion", id: address } : run.secured.document);
  const verification = found["verification"], signed = token && !isOf(verification, HOSTED);
  // A hosted badge is what its address serves, not what somebody signed.
  run.secured = { document: found, token: signed ? token : undefined };
  refuseOthers(found);
  if (signed) {
    checkKind(verification, SIGNED);
    checkShape("ASSERTION", found, "assertion");
    return passed("form.passed.signed");
  }
  if (isOf(verification, SIGNED)) throw refusal("signed.missing", "fix.original");
  checkKind(verification, HOSTED);
  // Nobody says so of a badge that counts.
  if (found["revoked"] === true) throw takenBack("", found);
  if (!isAddressOnly(found)) checkShape("ASSERTION", found, "assertion");
  return passed("form.passed.hosted");
}

function refuseOthers(document: JsonObject): void {
  if (asList(document["@context"]).includes(CONTEXT_1)) {
    throw refusal("version.open-badges-1", "fix.other-verifier", { outcome: "unknown" });
  }
  const other = Object.keys(OTHERS).find((kind) => isOf(document, [kind]));
  if (!other) return;
  throw refusal("version.not-a-badge", "fix.original", { as: "version.other", what: say(`what.${OTHERS[other]}`) });
}

async function signature(run: Running): Promise<Result> {
  const { document: found, token } = run.secured, { fetch } = run.around;
  if (token) {
    const document = marked(await signedBadge(found, token, fetch));
    run.secured = { document, token };
    return passed("signature.passed", { who: who(document) });
  }
  const at = addressOf(found), served = await hostedBadge(at, fetch);
  run.secured = { document: marked(served) };
  if (served["revoked"] === true) return passed("hosted.answers", { site: site(at) });
  if (!isAddressOnly(found) && canonicalJson(found) !== canonicalJson(asServed(served, found))) {
    run.notices.push(say("hosted.differs", { site: site(at) }));
  }
  return passed("hosted.passed", { who: who(run.secured.document) });
}

/** Writes the badge as the file does, if it names the same: by its address, or written out. */
const asServed = (served: JsonObject, found: JsonObject): JsonObject =>
  addressOf(found["badge"]) === addressOf(served["badge"]) ? { ...served, badge: found["badge"] ?? null } : served;

/** Says of a preview or specimen that it is one, as 3.0 would: our twins say so in their names. */
function marked(document: JsonObject): JsonObject {
  const name = textOf(member(document, "badge")["name"]);
  const found = MARKS.filter(([begin]) => name.startsWith(begin));
  return { ...document, termsOfUse: found.map(([, type]) => ({ type })) };
}

function who(document: JsonObject): string {
  const issuer = issuerOf(document);
  return `${shown(issuer["name"], 80)} (${site(addressOf(issuer))})`;
}

async function status({ secured: { document, token }, around }: Running): Promise<Result> {
  const issuer = issuerOf(document), home = site(addressOf(issuer) || addressOf(document));
  if (document["revoked"] === true) throw takenBack(home, document);
  const url = addressOf(issuer["revocationList"]);
  if (url) {
    const list = await listAt(url, issuer, around.fetch);
    const entry = asList(list["revokedAssertions"]).find((item) => names(item, document));
    if (entry !== undefined) throw takenBack(home, entry);
    return passed("status.passed", { site: home });
  }
  return token ? ["passed", say("status.none"), "status.none"] : passed("status.passed.hosted", { site: home });
}

async function listAt(url: string, issuer: JsonObject, fetch: Fetch): Promise<JsonObject> {
  const document = await caught(Unreadable, () => fetched(url, "revocation-list", fetch), ({ detail }) => {
    const why = say("status.unavailable.why", { url: shown(url, 200), detail });
    throw refusal("status.unavailable", "fix.publish-again", { as: "status.not-checked", outcome: "unknown", why });
  });
  checkShape("REVOCATION_LIST", document, "revocation-list");
  const owner = addressOf(document["issuer"] ?? issuer);
  if (owner === addressOf(issuer)) return document;
  const what = say("status.list-issuer.what", { site: site(owner) });
  throw refusal("status.list-issuer", "fix.issuer", { as: "status.unreliable", what });
}

/** Tells whether an entry of a list means this assertion; "uid" is what badges had before 2.0. */
function names(entry: Json, document: JsonObject): boolean {
  const uid = isObject(entry) ? entry["uid"] : undefined;
  return addressOf(entry) === addressOf(document) || (typeof uid === "string" && uid === document["uid"]);
}

/** Builds the error for a badge that counts no more; `home` is empty if the file says so. */
function takenBack(home: string, said: Json): Refusal {
  const text = shown(isObject(said) ? said["revocationReason"] : "", 300).trim();
  const as = `status.revoked${home ? "" : ".file"}${text ? ".why" : ""}`;
  return refusal("status.revoked", home ? "fix.ask-reason" : "fix.current-copy", { as, site: home, text });
}

const nothingLeft = (): Result => ["skipped", say("blocked", { why: say("blocked.revoked") }), "blocked"];

function dates({ secured: { document }, around: { at } }: Running): Result {
  if (document["revoked"] === true) return nothingLeft();
  const start = moment(document["issuedOn"]), end = moment(document["expires"]);
  const day = (name: string): string => textOf(document[name]).slice(0, 10);
  const begin = day("issuedOn"), last = day("expires");
  if (start === null || start > at) throw refusal("dates.not-yet-valid", "fix.come-back", { begin });
  if (!has(document, "expires")) return passed("dates.passed.open", { begin });
  if (end === null || end < at) throw refusal("dates.expired", "fix.renewed", { end: last });
  return passed("dates.passed", { begin, end: last });
}

async function recipient({ secured: { document }, recipient: asked }: Running): Promise<Result> {
  if (asked === undefined) return skipped("recipient.not-asked");
  if (document["revoked"] === true) return nothingLeft();
  const { type = null, hashed = null, identity = null, salt = "" } = document["recipient"] as JsonObject;
  const holder = { hashed, identityHash: identity, identityType: type, salt };
  return ["passed", await checkRecipient({ identifier: [holder] }, asked), ""];
}

function endorsements({ secured: { document } }: Running): Result {
  const parts = [document, member(document, "badge"), issuerOf(document)];
  return skipped(parts.some((part) => has(part, "endorsement")) ? "endorsements.not-done" : "endorsements.none");
}

function member(document: JsonObject, name: string): JsonObject {
  const value = document[name];
  return isObject(value) ? value : {};
}

const issuerOf = (document: JsonObject): JsonObject => member(member(document, "badge"), "issuer");

function summary(document: JsonObject): Says {
  const badge = member(document, "badge"), issuer = issuerOf(document), holder = member(document, "recipient");
  const how = holder["hashed"] === true ? "hashed" : "plain";
  return {
    credential_id: shown(document["id"], 300),
    name: shown(badge["name"]),
    achievement_name: shown(badge["name"]),
    achievement_id: shown(addressOf(document["badge"]), 300),
    issuer_id: shown(addressOf(badge["issuer"]), 300),
    issuer_name: shown(issuer["name"], 80),
    valid_from: shown(document["issuedOn"], 40),
    valid_until: shown(document["expires"], 40),
    awarded_date: shown(document["issuedOn"], 40),
    recipient_kind: Object.keys(holder).length ? shown(`${how} ${kindOf(holder["type"])}`, 60) : "",
  };
}

const openBadges2: Generation = {
  words: "version.passed.open-badges-2",
  steps: { form, signature, refresh: () => skipped("refresh.none"), status, dates, recipient, endorsements },
  summary,
};
obit.openBadges2 = openBadges2;
