// A report as a person sees it: the verdict in words with a sign, what the badge says, the steps.
// Built from text nodes only. A failed signature hides the rest; unknown is never shown as good.

import type { Outcome } from "./errors.js";
import { siteOf } from "./issuer-keys.js";
import type { Report, Step } from "./generation.js";
import { say, spoken, written, type Sentence, type Words } from "./words.js";

/** What the page knows: its sentences, its signs, and whose badges it can vouch for. */
export interface Surroundings {
  readonly words: Words;
  readonly icon: (outcome: Outcome) => Node | null;
  /** Ids of the issuers that publish on this site. */
  readonly issuers: readonly string[];
}

interface Line {
  readonly label: string;
  readonly outcome: Outcome;
  readonly sentence: readonly (string | Node)[];
}

/** Steps that are only worth a line if they did not pass. */
const SILENT = ["size", "reading", "version"];
const HIDDEN = ["blocked", "refresh.none", "recipient.not-asked", "endorsements.none", "image.not-signed"];

/** Makes an element of a text or of other elements. */
export function element(name: string, className: string, ...inner: (string | Node | null)[]): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inner.filter((part) => part !== null));
  return made;
}

/** Says a sentence in nodes: days in it (`{begin}`, `{end}`) are for machines, too. */
function told(said: string | Sentence, words: Words): (string | Node)[] {
  if (typeof said === "string") return [said];
  return (words.get(said.key) ?? said.key).split(/(\{\w+\})/).flatMap((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1], value = name && Object.hasOwn(said.values, name) ? said.values[name] : undefined;
    if (value === undefined) return piece;
    return (name === "begin" || name === "end") && typeof value === "string" ? day(value, words) : told(value, words);
  });
}

function day(value: string, words: Words): Node {
  const made = element("time", "", written(value, words));
  made.setAttribute("datetime", value);
  return made;
}

/** Tells how a verdict is to be seen: good only for a valid badge of an issuer known here. */
export function outcomeOf(report: Report, known: boolean): Outcome {
  if (report.verdict !== "valid") return report.verdict === "invalid" ? "failed" : "unknown";
  return known && !report.preview && !report.specimen ? "passed" : "unknown";
}

/** Renders a report; `more` are sentences of the page about itself. */
export function rendered(report: Report, around: Surroundings, more: readonly Sentence[] = []): HTMLElement[] {
  const { words } = around, text = (said: Sentence | string): (string | Node)[] => told(said, words);
  const issuer = ownerOf(report, around), known = around.issuers.includes(issuer);
  const signed = report.steps.some(({ name, outcome }) => name === "signature" && outcome === "passed");
  const outcome = outcomeOf(report, known), step = report.decisive;
  const why = report.verdict === "valid"
    ? say(`checker.${known ? "good" : "whose"}${hosting(report)}`, { site: siteOf(issuer) })
    : step.sentence;
  const fix = report.verdict !== "valid" && step.fix ? text(say("report.to-do", { fix: step.fix })) : null;
  const verdict = element("div", `verdict is-${outcome}`,
    element("span", "verdict-mark", around.icon(outcome)),
    element("div", "",
      element("h3", "", headline(report, known, words)),
      element("p", "", ...text(why)),
      fix ? element("p", "", ...fix) : null));
  const parts = [verdict];
  const notices = [...report.notices, ...more];
  if (notices.length) parts.push(element("ul", "notes", ...notices.map((notice) => element("li", "", ...text(notice)))));
  if (signed) parts.push(facts(report, words));
  parts.push(element("ol", "ladder", ...lines(report, issuer, known, words).map((line) => rung(line, around))));
  return parts;
}

/** Returns the issuer that counts: of a record whose badges are of several, one that is not known here. */
function ownerOf(report: Report, { issuers }: Surroundings): string {
  const all = [report, ...report.parts].map(({ says }) => says["issuer_id"] ?? "");
  return all.find((issuer) => !issuers.includes(issuer)) ?? all[0]!;
}

/** What follows a key where nothing was signed: the issuer's own site vouches for the badge. */
const hosting = ({ steps }: Report): string =>
  steps.some(({ name, sentence }) => name === "signature" && sentence.key.startsWith("hosted.")) ? "_hosted" : "";

function headline(report: Report, known: boolean, words: Words): string {
  const valid = report.verdict === "valid";
  const shown = valid && report.preview ? "preview" : valid && report.specimen ? "specimen" : report.state;
  return spoken(say(valid && !known && shown === "valid" ? `checker.unknown${hosting(report)}` : `state.${shown}`), words);
}

function facts(report: Report, words: Words): HTMLElement {
  const { says } = report, date = (says["awarded_date"] ?? says["valid_from"] ?? "").slice(0, 10);
  const label = (key: string): string => spoken(say(key), words), name = ({ says: own }: Report): string =>
    own["achievement_name"] ?? own["name"] ?? "";
  const rows: [string, string | Node][] = [
    ["says.badge", name(report)],
    ["says.issuer", [says["issuer_name"], says["issuer_id"]].filter(Boolean).join(" · ")],
    ["says.awarded", date && day(date, words)],
    ...report.parts.map((part): [string, string] => ["label.badges", `${name(part)} · ${label(`state.${part.state}`)}`]),
  ];
  const list = rows.filter(([, value]) => value).map(([key, value]) =>
    element("div", "", element("dt", "", label(key)), element("dd", "", element("bdi", "", value))));
  return element("dl", "facts", ...list);
}

function lines(report: Report, issuer: string, known: boolean, words: Words): Line[] {
  const found: Line[] = [];
  const label = (key: string): string => spoken(say(`${key === "issuer" ? "says" : "label"}.${key}`), words);
  for (const step of report.steps) {
    if (HIDDEN.includes(step.reason) || (step.outcome === "passed" && SILENT.includes(step.name))) continue;
    found.push({ label: label(step.name), outcome: step.outcome, sentence: told(step.sentence, words) });
    if (step.name === "signature" && step.outcome === "passed") found.push(issuerLine(report, issuer, known, words, label));
    if (stops(step)) break;
  }
  return found;
}

const stops = ({ name, outcome }: Step): boolean => name === "signature" && outcome !== "passed";

function issuerLine(report: Report, issuer: string, known: boolean, words: Words, label: (key: string) => string): Line {
  const key = known ? "checker.known" : `checker.whose${hosting(report)}`;
  const sentence = told(say(key, { site: siteOf(issuer) }), words);
  return { label: label("issuer"), outcome: known ? "passed" : "unknown", sentence };
}

function rung({ label, outcome, sentence }: Line, { words, icon }: Surroundings): HTMLElement {
  return element("li", `is-${outcome}`,
    icon(outcome),
    element("div", "",
      element("p", "", element("strong", "", label), ` · ${spoken(say(`outcome.${outcome}`), words)}`),
      element("p", "small", ...sentence)));
}
