/**
 * Digital Bazaar's issuer, timed: signs the credentials of a file and prints CPU seconds for one.
 *
 *   node --input-type=module - FILE COUNT CONTEXTS < vc_peer.mjs    (in tests/interop)
 *
 * Read from the standard input, because Node then looks for packages in the working folder.
 */
import {readFile} from 'node:fs/promises';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {defaultDocumentLoader, issue} from '@digitalbazaar/vc';

const [file, count, folder] = process.argv.slice(2);
const lines = (await readFile(file, 'utf8')).trim().split('\n').slice(0, Number(count));
const lock = JSON.parse(await readFile(`${folder}/lock.json`, 'utf8'));
const known = new Map();
for(const [url, entry] of Object.entries(lock)) {
  known.set(url, JSON.parse(await readFile(`${folder}/${entry.file}`, 'utf8')));
}

async function documentLoader(url) {
  return known.has(url) ?
    {contextUrl: null, documentUrl: url, document: known.get(url), tag: 'static'} :
    defaultDocumentLoader(url);
}

const documents = lines.map(line => JSON.parse(line));
const key = await Ed25519Multikey.generate({
  id: `${documents[0].issuer.id}#key`, controller: documents[0].issuer.id
});
const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
const sign = async credential => issue({credential, suite, documentLoader});

await sign(structuredClone(documents[0]));
const before = process.cpuUsage();
for(const document of documents) {
  await sign(document);
}
const used = process.cpuUsage(before);
console.log(JSON.stringify((used.user + used.system) / 1e6 / documents.length));
