/**
 * Compares the pixels of PNG files with pngjs.
 *
 *   node judge_png.mjs   < {"name": …, "baked": path, "plain": path} per line
 */
import {readFile} from 'node:fs/promises';

import {PNG} from 'pngjs';

import {lines, say} from './emulated_web.mjs';

for await (const {name, baked, plain} of lines()) {
  try {
    const [one, other] = [baked, plain].map(async path => PNG.sync.read(await readFile(path)));
    const [a, b] = [await one, await other];
    const same = a.width === b.width && a.height === b.height && a.data.equals(b.data);
    say({name, same, width: a.width, height: a.height, error: null});
  } catch(error) {
    say({name, same: false, error: String(error)});
  }
}
