// RDFC-1.0 with SHA-256: one text for one graph, whatever its unnamed nodes are called. Lines and
// labels are put in order by code point; work that unnamed nodes could cause is bounded first.

import { hex, sha256, utf8 } from "./bytes.js";
import { Unreadable } from "./errors.js";
import type { Quad } from "./jsonld.js";

const MAX_BLANK_NODES = 1000;
const MAX_ALIKE = 6;
const MAX_ALIKE_TOGETHER = 8;
const MAX_ALIKE_IN_ALL = 64;
const MAX_CALLS = 20_000;
const PLACES = ["s", "", "o", "g"] as const;

const digest = async (text: string): Promise<string> => hex(await sha256(utf8(text)));
const isBlank = (term: string): boolean => term.startsWith("_:");

/** By code point; JavaScript's own order is by UTF-16 code unit. */
function byCodePoint(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const a = one.charCodeAt(at), b = other.charCodeAt(at);
    if (a === b) continue;
    // Surrogates stand for code points beyond all that one unit can write.
    const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return rank(a) - rank(b);
  }
  return one.length - other.length;
}

function line(quad: Quad, name: (blank: string) => string): string {
  const terms = quad.filter(Boolean).map((term) => (isBlank(term) ? name(term) : term));
  return `${terms.join(" ")} .\n`;
}

/** Gives out names in order. */
class Issuer {
  constructor(private readonly prefix: string, readonly issued = new Map<string, string>()) {}

  issue(blank: string): string {
    let name = this.issued.get(blank);
    if (name === undefined) {
      name = `_:${this.prefix}${this.issued.size}`;
      this.issued.set(blank, name);
    }
    return name;
  }

  copy(): Issuer {
    return new Issuer(this.prefix, new Map(this.issued));
  }
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length < 2) yield [...items];
  for (const [at, item] of items.length < 2 ? [] : items.entries()) {
    for (const rest of permutations(items.filter((_, index) => index !== at))) yield [item, ...rest];
  }
}

const gather = <T>(map: Map<string, T[]>, key: string, item: T): void => {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
};

class Canonicalization {
  private readonly quadsOf = new Map<string, Quad[]>();
  private readonly canonical = new Issuer("c14n");
  private readonly firstHashes = new Map<string, string>();
  private calls = 0;

  constructor(private readonly quads: readonly Quad[]) {
    for (const quad of quads) for (const term of new Set(quad)) if (isBlank(term)) gather(this.quadsOf, term, quad);
  }

  async run(): Promise<string> {
    this.checkWork();
    const alike = new Map<string, string[]>();
    for (const blank of this.quadsOf.keys()) {
      const hash = await digest(this.shape(blank));
      this.firstHashes.set(blank, hash);
      gather(alike, hash, blank);
    }
    const hashes = [...alike.keys()].sort();
    for (const hash of hashes) {
      const blanks = alike.get(hash)!;
      if (blanks.length === 1) this.canonical.issue(blanks[0]!);
    }
    for (const hash of hashes) {
      const blanks = alike.get(hash)!;
      if (blanks.length > 1) await this.nameAlike(blanks);
    }
    const lines = this.quads.map((quad) => line(quad, (blank) => this.canonical.issue(blank)));
    return lines.sort(byCodePoint).join("");
  }

  private shape(blank: string): string {
    const lines = this.quadsOf.get(blank)!.map((quad) => line(quad, (b) => (b === blank ? "_:a" : "_:z")));
    return lines.sort(byCodePoint).join("");
  }

  /** Refuses as obit_build/securing/canonical.py does: too many that look alike, in one connected group or in all. */
  private checkWork(): void {
    const seen = new Set<string>();
    let inAll = 0, tooMany = this.quadsOf.size > MAX_BLANK_NODES;
    for (const start of tooMany ? [] : this.quadsOf.keys()) {
      if (seen.has(start)) continue;
      const group = new Set([start]), shapes = new Map<string, number>();
      for (const blank of group) { // what is added on the way is visited, too
        const shape = this.shape(blank);
        seen.add(blank);
        shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
        this.quadsOf.get(blank)!.flat().filter(isBlank).forEach((near) => group.add(near));
      }
      const alike = [...shapes.values()].filter((count) => count > 1), together = alike.reduce((sum, n) => sum + n, 0);
      inAll += together;
      tooMany ||= Math.max(...alike) > MAX_ALIKE || together > MAX_ALIKE_TOGETHER || inAll > MAX_ALIKE_IN_ALL;
    }
    if (tooMany) throw new Unreadable("ld.alike");
  }

  private async nameAlike(blanks: readonly string[]): Promise<void> {
    const results: [string, Issuer][] = [];
    for (const blank of blanks) {
      if (this.canonical.issued.has(blank)) continue;
      const issuer = new Issuer("b");
      issuer.issue(blank);
      results.push(await this.hashOfNeighbours(blank, issuer));
    }
    results.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    for (const [, issuer] of results) for (const blank of issuer.issued.keys()) this.canonical.issue(blank);
  }

  private async hashOfRelated(related: string, quad: Quad, issuer: Issuer, place: string): Promise<string> {
    const name =
      this.canonical.issued.get(related) ?? issuer.issued.get(related) ?? this.firstHashes.get(related)!;
    return digest(place + (place === "g" ? "" : quad[1]) + name);
  }

  /** "Hash N-Degree Quads". */
  private async hashOfNeighbours(blank: string, given: Issuer): Promise<[string, Issuer]> {
    if (++this.calls > MAX_CALLS) throw new Unreadable("ld.alike");
    let issuer = given, data = "";
    const groups = new Map<string, string[]>();
    for (const quad of this.quadsOf.get(blank)!) {
      for (const [index, place] of PLACES.entries()) {
        const related = quad[index]!;
        if (!place || !isBlank(related) || related === blank) continue;
        gather(groups, await this.hashOfRelated(related, quad, issuer, place), related);
      }
    }
    for (const hash of [...groups.keys()].sort()) {
      data += hash;
      let best: [string, Issuer] | undefined;
      for (const order of permutations(groups.get(hash)!)) {
        best = (await this.path(order, issuer.copy(), best?.[0])) ?? best;
      }
      data += best![0];
      issuer = best![1];
    }
    return [await digest(data), issuer];
  }

  /** Returns the path of one order of neighbours, if it is better than the best so far. */
  private async path(order: readonly string[], given: Issuer, best?: string): Promise<[string, Issuer] | undefined> {
    let issuer = given, path = "";
    const unnamed: string[] = [];
    const isWorse = (): boolean => best !== undefined && path.length >= best.length && path > best;
    for (const related of order) {
      const known = this.canonical.issued.get(related);
      if (known === undefined && !issuer.issued.has(related)) unnamed.push(related);
      path += known ?? issuer.issue(related);
      if (isWorse()) return undefined;
    }
    for (const related of unnamed) {
      const [hash, next] = await this.hashOfNeighbours(related, issuer);
      path += `${issuer.issue(related)}<${hash}>`;
      issuer = next;
      if (isWorse()) return undefined;
    }
    return best === undefined || path < best ? [path, issuer] : undefined;
  }
}

/** Returns the canonical N-Quads; throws Unreadable for a graph made to take for ever. */
export const canonicalize = (quads: readonly Quad[]): Promise<string> => new Canonicalization(quads).run();
