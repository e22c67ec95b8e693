// The two places where a badge is checked: the verify page (drop, choose or paste) and an award's
// page (its own credential). Nothing of a badge leaves the device; only keys and lists are fetched.

import { utf8, type Bytes } from "./bytes.js";
import { Unreadable, type Outcome } from "./errors.js";
import type { Fetch } from "./context.js";
import { webFetch, type Mirror } from "./fetcher.js";
import { homeOf } from "./keys.js";
import { element, rendered, type Surroundings } from "./ladder.js";
import { further } from "./further.js";
import type { Report } from "./generation.js";
import * as shared from "./shared.js";
import { MAX_BYTES, verify } from "./verify.js";
import { say, shown, spoken, type Sentence } from "./words.js";

const LOCAL = ["localhost", "127.0.0.1", "[::1]"];
const CREDENTIALS = ["application/vc", "application/vc+ld+json", "application/vc+jwt", "application/vc+json"];
const PAGE_BYTES = 200_000;

/** Reads sentences, signs and issuers from the template that the verify page holds. */
function surroundings(from: ParentNode): Surroundings {
  const template = from.querySelector<HTMLTemplateElement>("template[data-words]");
  const content: ParentNode = template?.content ?? from;
  const words = new Map<string, string>();
  for (const word of content.querySelectorAll("data")) words.set(word.value, word.textContent ?? "");
  const icon = (outcome: Outcome): Node | null => {
    const found = content.querySelector(`[data-icon="${outcome}"] svg`);
    return found ? document.importNode(found, true) : null;
  };
  return { words, icon, issuers: (template?.dataset["issuers"] ?? "").split(/\s+/).filter(Boolean) };
}

/** A site that is looked at before it is published lies on this machine, not at its address. */
function mirror(site: string, here: string): Mirror | null {
  const local = LOCAL.includes(location.hostname) && !site.startsWith(location.origin);
  return local ? { site, here: new URL(here, location.href).href } : null;
}

/** One place on a page where results appear. */
class Checker {
  private turn = 0;
  private readonly mirror: Mirror | null;

  constructor(
    private readonly result: HTMLElement,
    private readonly around: Surroundings,
    { site = "", root = "" }: DOMStringMap,
  ) {
    this.mirror = mirror(site, root);
  }

  tell(key: string, values: Record<string, string | Sentence> = {}): void {
    this.result.replaceChildren(element("p", "notice", spoken(say(key, values), this.around.words)));
  }

  /** Gets the bytes, checks them and shows the report; whatever goes wrong is said in a sentence. */
  async check(get: () => Promise<Bytes>, recipient?: string, more: (report: Report) => Sentence[] = () => []): Promise<void> {
    const turn = ++this.turn;
    this.tell("checker.working");
    try {
      if (!globalThis.crypto?.subtle) return this.tell("checker.insecure");
      const data = await get(), fetch = webFetch(this.mirror);
      const report = await verify(data, { at: Date.now(), fetch, further, recipient: recipient || undefined });
      if (turn !== this.turn) return;
      const local = this.mirror ? [say("checker.local", { here: location.host })] : [];
      this.result.replaceChildren(...rendered(report, this.around, [...local, ...more(report)]));
      this.result.dataset["verdict"] = report.verdict;
      this.result.dataset["reason"] = report.decisive.reason;
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof Unreadable) this.tell("checker.no_file", { detail: error.detail });
      else this.tell("checker.broken");
    }
  }

  readonly fetch = (url: string): Promise<Bytes> => webFetch(this.mirror)(url);
}

/** Gets a credential from its address, or from where the page for people at that address says that it is. */
async function behind(url: string, fetch: Fetch): Promise<Bytes> {
  const data = await fetch(url), text = new TextDecoder().decode(data.subarray(0, PAGE_BYTES));
  if (!/^\s*</.test(text) || !/<(?:!doctype\s+html|html|head)[\s>]/i.test(text.slice(0, 2000))) return data;
  const links = new DOMParser().parseFromString(text, "text/html").querySelectorAll("link[rel~=alternate i]");
  const kind = (link: Element): string => (link.getAttribute("type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const found = [...links].find((link) => CREDENTIALS.includes(kind(link)))?.getAttribute("href");
  const base = /\/[^./?#]+$/.test(url) ? `${url}/` : url; // of a folder, whose last slash nobody types
  if (found && URL.canParse(found, base)) return fetch(new URL(found, base).href);
  throw new Unreadable("fetch.page", { site: shown(new URL(url).host) });
}

/** Reads no more of a file than a badge may have, and one byte to notice that it has more. */
const contentOf = async (file: Blob): Promise<Bytes> =>
  new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer());

function part<T extends HTMLElement>(section: HTMLElement, name: string): T {
  const found = section.querySelector<T>(`[data-${name}]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}

/** The verify page. */
function setUpPage(section: HTMLElement): void {
  const checker = new Checker(part(section, "result"), surroundings(section), section.dataset);
  const file = part<HTMLInputElement>(section, "file"), paste = part<HTMLTextAreaElement>(section, "paste");
  const recipient = part<HTMLInputElement>(section, "recipient");
  let get: (() => Promise<Bytes>) | null = null;
  const run = (): void => {
    if (get) void checker.check(get, recipient.value.trim() || undefined);
    else checker.tell("checker.nothing");
  };
  const take = (given: Blob | string): void => {
    const text = typeof given === "string" ? given.trim() : "";
    if (typeof given !== "string") get = () => contentOf(given);
    else if (!/^https?:\/\/\S+$/.test(text)) get = text ? async () => utf8(text) : null;
    else if (!text.endsWith("/")) get = () => behind(text, checker.fetch);
    else get = () => checker.fetch(`${text}credential.json`).catch(() => behind(text, checker.fetch));
    run();
  };
  const dropped = (data: DataTransfer | null): boolean => {
    const given = data?.files[0] ?? (data?.getData("text/plain") || null);
    if (given) take(given);
    return given !== null;
  };
  file.addEventListener("change", () => {
    const [first] = file.files ?? [];
    if (first) take(first);
    file.value = "";
  });
  // It looks like a button, and some browsers open it by the space bar only.
  file.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    file.click();
  });
  part(section, "check").addEventListener("click", () => (paste.value.trim() ? take(paste.value) : run()));
  // A file that misses its place should not replace the page.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    dropped(event.dataTransfer);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length && dropped(event.clipboardData)) event.preventDefault();
  });
  section.hidden = false;
}

/** An award's page: checks the credential beside it, which `data-credential` names from the site's root. */
async function setUpAward(button: HTMLElement): Promise<void> {
  const { credential = "", root = "", site = "", words = "" } = button.dataset;
  const result = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!result) return;
  const page = await fetch(words, { credentials: "omit" }).then((answer) => answer.text(), () => "");
  const around = surroundings(new DOMParser().parseFromString(page, "text/html"));
  // Without words nothing can be said here: the verify page, or the browser in its place, says why.
  if (!around.words.size) return location.assign(words);
  const checker = new Checker(result, around, button.dataset);
  const here = new URL(root + credential, location.href).href;
  const own = async (): Promise<Bytes> => {
    const answer = await fetch(here, { credentials: "omit", cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) throw new Unreadable("fetch.browser", { site: location.host });
    return contentOf(await answer.blob());
  };
  const run = (): void => void checker.check(own, undefined, (report) => {
    const notes: Sentence[] = [], issuer = report.says["issuer_id"] ?? "", home = homeOf(issuer) || issuer;
    if (report.says["credential_id"] !== site + credential) notes.push(say("checker.other_badge"));
    if (issuer && !LOCAL.includes(location.hostname) && home !== location.host.toLowerCase()) {
      notes.push(say("checker.other_site", { here: location.host, home }));
    }
    return notes;
  });
  button.addEventListener("click", run);
  run();
}

function setUp(): void {
  for (const section of document.querySelectorAll<HTMLElement>("[data-verifier]")) setUpPage(section);
  for (const button of document.querySelectorAll<HTMLElement>("button[data-credential]")) void setUpAward(button);
}

Object.assign(globalThis, { obit: { verify, webFetch, further, spoken, shared } });
if (document.readyState === "loading") addEventListener("DOMContentLoaded", setUp);
else setUp();
