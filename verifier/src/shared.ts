// What the further scripts (openbadges2.js, records.js) take from the first instead of bringing it along:
// errors have to be of the same class, and no visitor should load a reader twice. See build.mjs.

export type { Fetch } from "./context.js";
export { caught, Refusal, refusal, Unreadable } from "./errors.js";
export { checkForm, flaw, instant, objectFlaws, unless, valueFlaws, type Class, type Flaw, type Kind } from "./form.js";
export { passed, skipped, type Generation, type Report, type Result, type Running, type Says } from "./generation.js";
export { carried, carry } from "./jsonld.js";
export type { Token } from "./jwt.js";
export { checkRecipient, kindOf } from "./recipient.js";
export { checkStatus } from "./status.js";
export { asList, canonicalJson, has, isObject, parse, textOf, type Json, type JsonObject } from "./strict-json.js";
export { say, shown, type Sentence } from "./words.js";
