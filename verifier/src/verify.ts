// Bytes in, a report of eleven steps out; the same steps, order, verdicts and reason codes as
// `obit verify`. Reads no clock and opens no connection of its own.

import { utf8, type Bytes } from "./bytes.js";
import { once, type Around, type Fetch } from "./context.js";
import { checkEndorsements } from "./endorsements.js";
import { Refusal, refusal } from "./errors.js";
import { begins, checkForm, ends, instant, isModel1 } from "./form.js";
import { NAMES, passed, skipped, type Generation, type Name, type Report, type Result, type Running, type Says, type Step } from "./generation.js";
import { isBare, issuerOf, siteOf } from "./issuer-keys.js";
import { isOpenBadges2 } from "./jwt.js";
import { place, read } from "./reading.js";
import { checkRecipient, kindOfRecipient } from "./recipient.js";
import { checkSignature, type Secured } from "./secured.js";
import { checkStatus } from "./status.js";
import { asList, has, isObject, textOf, type Json, type JsonObject } from "./strict-json.js";
import { joined, say, shown, type Sentence } from "./words.js";

export const MAX_BYTES = 2 * 1024 * 1024;
const MANDATORY: readonly Name[] = ["size", "reading", "version", "form", "signature", "status", "dates"];
const TERMS: Record<string, "preview" | "specimen"> = {
  "urn:x-obit:preview": "preview",
  "urn:x-obit:specimen": "specimen",
};
const STATES: Record<string, string> = {
  "status.revoked": "revoked",
  "status.suspended": "suspended",
  "dates.expired": "expired",
  "dates.not-yet-valid": "not-yet-valid",
};
const OTHERS: Record<string, string> = {
  BitstringStatusListCredential: "list",
  EndorsementCredential: "endorsement",
  Achievement: "achievement",
  BadgeClass: "achievement",
  Profile: "profile",
};

export interface Options {
  readonly at: number;
  readonly fetch: Fetch;
  /** Returns how what this script leaves to another is checked, or null if that can't be had. */
  readonly further: (name: "openBadges2" | "records") => Promise<Generation | null>;
  readonly recipient?: string | undefined;
}

/** One verification under way. */
class Run implements Running {
  secured: Secured = { document: {} };
  address = "";
  readonly notices: Sentence[] = [];
  readonly parts: Report[] = [];
  readonly around: Around;
  readonly recipient: string | undefined;
  /** How this badge is checked, if it is not of Open Badges 3.0. */
  generation: Generation | null = null;

  constructor(private readonly data: Bytes, private readonly options: Options) {
    this.around = { at: options.at, fetch: once(options.fetch) };
    this.recipient = options.recipient;
  }

  get document(): JsonObject {
    return this.secured.document;
  }

  readonly verifyPart = (credential: JsonObject): Promise<Report> =>
    verify(utf8(JSON.stringify(credential)), { ...this.options, fetch: this.around.fetch });

  step(name: Name): Result | Promise<Result> {
    const own = this.generation?.steps[name];
    return own ? own(this) : this.steps[name as (typeof NAMES)[number]]();
  }

  private readonly steps: Record<(typeof NAMES)[number], () => Result | Promise<Result>> = {
    size: () => {
      if (!this.data.length) throw refusal("size.empty", "fix.original");
      if (this.data.length > MAX_BYTES) throw refusal("size.too-large", "fix.original");
      return passed("size.passed");
    },
    reading: async () => {
      const [found, kind] = await read(this.data), where = place(kind);
      if (typeof found === "string") {
        this.address = found;
        return passed("reading.address", { where });
      }
      this.secured = found;
      return passed("reading.passed", { where });
    },
    version: () => this.version(),
    form: () => {
      checkForm("OPEN_BADGE_CREDENTIAL" + (isModel1(this.document) ? "_1" : ""), this.document);
      return passed("form.passed");
    },
    signature: () => this.signature(),
    refresh: () => skipped(has(this.document, "refreshService") ? "refresh.not-done" : "refresh.none"),
    status: async () => ["passed", ...(await checkStatus(this.document, this.around))],
    dates: () => this.dates(),
    recipient: async () => {
      if (this.recipient === undefined) return skipped("recipient.not-asked");
      return ["passed", await checkRecipient(this.document["credentialSubject"] as JsonObject, this.recipient), ""];
    },
    endorsements: () => checkEndorsements(this.document, this.around),
    image: () => skipped("image.not-signed"),
  };

  private async version(): Promise<Result> {
    const types = asList(this.document["type"]), isOld = this.address || isOpenBadges2(this.document);
    if (isOld || types.includes("ClrCredential")) {
      this.generation = await this.options.further(isOld ? "openBadges2" : "records");
      if (this.generation) return passed(this.generation.words);
      const [reason, as] = isOld ? ["open-badges-2", "open_badges_2"] : ["record", "record"];
      throw refusal(`version.${reason}`, "fix.later-online", { as: `checker.${as}`, outcome: "unknown" });
    }
    if (types.includes("OpenBadgeCredential") || types.includes("AchievementCredential")) {
      return passed(isModel1(this.document) ? "version.passed.vcdm-1" : "version.passed");
    }
    const other = Object.keys(OTHERS).find((kind) => types.includes(kind));
    if (!other) throw refusal("version.not-a-badge", "fix.original");
    throw refusal("version.not-a-badge", "fix.original", { as: "version.other", what: say(`what.${OTHERS[other]}`) });
  }

  private async signature(): Promise<Result> {
    const { others, notices } = await checkSignature(this.secured, this.around);
    this.notices.push(...notices);
    const issuer = issuerOf(this.document), site = siteOf(issuer), name = issuerName(this.document);
    if (isBare(issuer)) this.notices.push(say("notice.bare-key"));
    const good = say("signature.passed", { who: name ? `${name} (${site})` : site });
    const more = others.length ? [say("signature.others", { kinds: others.join(", ") })] : [];
    return ["passed", joined(good, ...more), ""];
  }

  private dates(): Result {
    const start = instant(begins(this.document)), end = instant(ends(this.document));
    const day = (value: Json | undefined): string => textOf(value).slice(0, 10);
    const begin = day(begins(this.document)), last = day(ends(this.document));
    if (start === null || start > this.options.at) throw refusal("dates.not-yet-valid", "fix.come-back", { begin });
    if (end === null) return passed("dates.passed.open", { begin });
    if (end < this.options.at) throw refusal("dates.expired", "fix.renewed", { end: last });
    return passed("dates.passed", { begin, end: last });
  }
}

function issuerName(document: JsonObject): string {
  const issuer = document["issuer"];
  return isObject(issuer) ? shown(issuer["name"], 80) : "";
}

/** Checks a badge in JSON, as a token, or inside a PNG, SVG or PDF; never throws for what is in it. */
export async function verify(data: Bytes, options: Options): Promise<Report> {
  const run = new Run(data, options), steps: Step[] = [];
  let blocked: Name | undefined;
  for (const [number, name] of NAMES.entries()) {
    const step = blocked ? passedOver(name, blocked) : await taken(name, run);
    steps.push(step);
    if (number <= 4 && step.outcome !== "passed") blocked ??= name;
  }
  if (run.generation?.steps.badges) steps.push(blocked ? passedOver("badges", blocked) : await taken("badges", run));
  return reported(steps, run);
}

function passedOver(name: Name, blocked: Name): Step {
  const sentence = say("blocked", { why: say(`blocked.${blocked}`) });
  return { name, outcome: "skipped", reason: "blocked", sentence, fix: null };
}

async function taken(name: Name, run: Run): Promise<Step> {
  try {
    const [outcome, sentence, reason] = await run.step(name);
    return { name, outcome, reason, sentence, fix: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { outcome, reason, sentence, fix } = error;
    return { name, outcome, reason, sentence, fix };
  }
}

function reported(steps: readonly Step[], run: Run): Report {
  const failed = steps.filter(({ outcome }) => outcome === "failed");
  const asked = steps.filter(({ name, outcome }) => ["recipient", "badges"].includes(name) && outcome !== "skipped");
  const needed = steps.filter(({ name }) => MANDATORY.includes(name)).concat(asked);
  const valid = needed.every(({ outcome }) => outcome === "passed");
  const verdict = failed.length ? "invalid" : valid ? "valid" : "unverifiable";
  const unknown = needed.find(({ outcome }) => outcome === "unknown");
  const terms = termsOf(run.document), { parts } = run;
  // A preview inside a record would make the whole record look like more than it is.
  const [preview, specimen] = (["preview", "specimen"] as const).map((term) =>
    terms.includes(term) || parts.some((part) => part[term])) as [boolean, boolean];
  const own = ["preview", "specimen"].filter((term) => terms.includes(term)).map((term) => say(`notice.${term}`));
  const notices = [...own, ...run.notices, ...parts.flatMap((part) => part.notices)];
  return {
    steps, verdict, preview, specimen,
    state: verdict === "valid" ? "valid" : stateOf(failed),
    decisive: failed[0] ?? unknown ?? steps[4]!,
    notices: parts.length ? [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()] : notices,
    says: given((run.generation?.summary ?? summary)(run.document)),
    parts,
  };
}

function stateOf(failed: readonly Step[]): string {
  if (!failed.length) return "unknown";
  const reasons = failed.map(({ reason }) => reason);
  const state = Object.keys(STATES).find((reason) => reasons.includes(reason));
  return state && reasons.every((reason) => has(STATES, reason)) ? STATES[state]! : "invalid";
}

function termsOf(document: JsonObject): string[] {
  const types = asList(document["termsOfUse"]).filter(isObject).flatMap((term) => asList(term["type"]));
  return types.map((type) => (typeof type === "string" && has(TERMS, type) ? TERMS[type]! : ""));
}

const given = (says: Says): Says => Object.fromEntries(Object.entries(says).filter(([, value]) => value));

function summary(document: JsonObject): Says {
  const part = (whole: JsonObject, name: string): JsonObject => {
    const value = whole[name];
    return isObject(value) ? value : {};
  };
  const subject = part(document, "credentialSubject"), achievement = part(subject, "achievement");
  return {
    credential_id: shown(document["id"], 300),
    name: shown(document["name"]),
    achievement_name: shown(achievement["name"]),
    achievement_id: shown(achievement["id"], 300),
    issuer_id: shown(issuerOf(document), 300),
    issuer_name: issuerName(document),
    valid_from: shown(begins(document), 40),
    valid_until: shown(ends(document), 40),
    awarded_date: shown(document["awardedDate"], 40),
    recipient_kind: shown(kindOfRecipient(subject), 60),
  };
}
