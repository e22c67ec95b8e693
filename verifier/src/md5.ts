// MD5 (RFC 1321), only to compare the recipients of old badges: it protects nothing here.

import type { Bytes } from "./bytes.js";

const TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: 64 }, (_, n) => Math.floor(Math.abs(Math.sin(n + 1)) * 2 ** 32) | 0);

export function md5(data: Bytes): Bytes {
  const padded = new Uint8Array((((data.length + 8) >> 6) + 1) * 64), view = new DataView(padded.buffer);
  padded.set(data);
  padded[data.length] = 0x80;
  view.setUint32(padded.length - 8, data.length * 8, true);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < padded.length; at += 64) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let n = 0; n < 64; n++) {
      const round = n >> 4;
      const [mixed, word] = round === 0 ? [(b & c) | (~b & d), n]
        : round === 1 ? [(d & b) | (~d & c), (5 * n + 1) & 15]
        : round === 2 ? [b ^ c ^ d, (3 * n + 5) & 15]
        : [c ^ (b | ~d), (7 * n) & 15];
      const sum = (a + mixed + SINES[n]! + view.getInt32(at + word * 4, true)) | 0;
      const turn = TURNS[round * 4 + (n & 3)]!;
      [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
    }
    [a, b, c, d].forEach((value, n) => (state[n] = (state[n]! + value) | 0));
  }
  const digest = new Uint8Array(16);
  state.forEach((value, n) => new DataView(digest.buffer).setInt32(n * 4, value, true));
  return digest;
}
