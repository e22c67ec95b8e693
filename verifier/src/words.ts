// What a check says: a key of the site's catalogue and the values that go into the sentence.
// The page brings the catalogue in its own language, so that no sentence stands in the script.

export interface Sentence {
  readonly key: string;
  readonly values: Readonly<Record<string, string | Sentence>>;
}

export type Words = ReadonlyMap<string, string>;

export const say = (key: string, values: Record<string, string | Sentence> = {}): Sentence => ({
  key,
  values,
});

/** Writes a day (`2026-03-14`) as the page does, by what its catalogue says; other texts stay as they are. */
export function written(text: string, words: Words): string {
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const name = words.get("calendar.months")?.split("|")[Number(month) - 1], first = words.get("calendar.first");
  if (!year || !name) return text;
  const parts: Record<string, string> = { day: day === "01" && first ? first : String(Number(day)), month: name, year };
  return (words.get("calendar.day") ?? "").replace(/\{(\w+)\}/g, (all, part: string) => parts[part] ?? all);
}

/** Puts sentences one after the other. */
export const joined = (first: Sentence, ...rest: Sentence[]): Sentence =>
  rest.reduce((whole, part) => say("words.two", { first: whole, second: part }), first);

/** Says a sentence; what the catalogue lacks is shown as its key rather than left out. */
export function spoken(said: string | Sentence, words: Words): string {
  if (typeof said === "string") return said;
  const template = words.get(said.key) ?? said.key;
  return template.replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = Object.hasOwn(said.values, name) ? said.values[name] : undefined;
    return value === undefined ? all : spoken(value, words);
  });
}

/** Makes foreign text safe to show: one line, no control or direction characters, capped. */
export function shown(text: unknown, limit = 120): string {
  if (typeof text !== "string") return "";
  const characters = Array.from(text.slice(0, 2 * limit + 2));
  const clean = characters
    .slice(0, limit + 1)
    .map((c) => (/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(c) ? "\ufffd" : c));
  return clean.length <= limit ? clean.join("") : clean.slice(0, limit - 1).join("") + "…";
}
