/**
 * The registry behind the firewall's load test: 400 packages with documents of real sizes and tarballs that are what the documents
 * say, four bad ones among them. Everything is made and packed beforehand, so that its own work is next to nothing.
 *   node .tools/bench/firewall-upstream.js
 * Prints one line of JSON when it listens: its address, and what a client has to get.
 */
import { createHash, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { packTarball } from '../test/loopback-registry/tarball.ts';
import { type SyntheticPackage, documentOf, registryKey, syntheticPackages } from './synthetic-package.ts';

/** What a simulated client asks for, and what it has to get: a digest of the tarball, or nothing where it must be refused. */
export interface ExpectedPackage {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
  readonly isRefused: boolean;
}

interface Manifest {
  readonly dist: Readonly<Record<string, unknown>>;
}

const packages = syntheticPackages(
  { packages: 400, scale: 1, hasLargeDocument: false },
  readFileSync('allowlists/popular-names/table.deflate'),
);
/** By their place in the list. */
const bad = { malware: 50, tooNew: 150, confused: 250, changed: 350 };
const publicKey = createPublicKey(registryKey).export({ type: 'spki', format: 'der' });
const keyid = `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
const answers = new Map<string, { readonly body: Buffer; readonly isDocument: boolean }>();
/** No document ever changes. */
const etag = '"1"';
const malware = packages[bad.malware]?.name ?? '';

const server = createServer((request, response) => {
  const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
  if (path === '/-/npm/v1/security/advisories/bulk') {
    void text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request).then((question) =>
      response.end(JSON.stringify(question.includes(`"${malware}"`) ? { [malware]: [advisory] } : {})),
    );
    return;
  }
  const found = answers.get(path);
  if (found === undefined) response.writeHead(404).end('{}');
  else if (found.isDocument && request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
  else if (found.isDocument)
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', etag, 'content-length': found.body.length })
      .end(found.body);
  else response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': found.body.length }).end(found.body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const expected = packages.map((one) => publish(one, origin));
  answers.set('/-/npm/v1/keys', {
    body: gzipSync(
      JSON.stringify({
        keys: [{ expires: null, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: publicKey.toString('base64') }],
      }),
    ),
    isDocument: true,
  });
  console.log(JSON.stringify({ origin, expected }));
});

const advisory = {
  id: 1,
  url: 'https://advisories.example/GHSA-aaaa-bbbb-cccc',
  title: 'Malware',
  severity: 'critical',
  vulnerable_versions: '*',
  cwe: ['CWE-506'],
};

function publish(one: SyntheticPackage, origin: string): ExpectedPackage {
  const { name, locked, index } = one;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const scripts = index === bad.confused ? { scripts: { postinstall: 'node steal.js' } } : {};
  // 2 to 90 KB of text that hardly shrinks, as minified code does.
  const content = Array.from({ length: 20 + ((index * 37) % 900) }, (_, line) =>
    createHash('sha512').update(`${name} ${line}`).digest('base64'),
  ).join('\n');
  const manifest = { name, version: locked, license: 'MIT', ...scripts };
  const tarball = packTarball([
    { path: 'package/package.json', content: JSON.stringify(manifest) },
    { path: 'package/dist/index.js', content },
    { path: 'package/LICENSE', content: 'MIT' },
  ]);
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const document = documentOf(one, origin, keyid) as { versions: Record<string, Manifest>; time: Record<string, string> }; // as it is made there
  const own = document.versions[locked];
  if (own === undefined) throw new Error(`${name} lacks its locked version`);
  const dist = {
    ...own.dist,
    integrity,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    signatures: [{ keyid, sig: sign('sha256', Buffer.from(`${name}@${locked}:${integrity}`), registryKey).toString('base64') }],
  };
  const time = index === bad.tooNew ? { ...document.time, [locked]: new Date(Date.now() - 3_600_000).toISOString() } : document.time;
  const fixed = { ...document, time, 'dist-tags': { latest: locked }, versions: { ...document.versions, [locked]: { ...own, dist } } };
  answers.set(`/${name}`, { body: gzipSync(JSON.stringify(fixed)), isDocument: true });
  const sent = index === bad.changed ? packTarball([{ path: 'package/package.json', content: JSON.stringify(manifest) }]) : tarball;
  answers.set(`/${name}/-/${base}-${locked}.tgz`, { body: sent, isDocument: false });
  return {
    name,
    version: locked,
    sha512: createHash('sha512').update(tarball).digest('hex'),
    isRefused: Object.values(bad).includes(index),
  };
}
