/**
 * A registry of generated packages on loopback, of any number: documents with the sizes of real ones, a signature on every
 * version that is locked, advisories for one package in fifty, and a lockfile of all of them.
 *   node .tools/bench/generate-registry.js --packages 10000 --write DIR [--scale 0.1] [--large-document] [--port N]
 * Prints its address when it listens; `package.json` and `package-lock.json` (npm, version 3) are in DIR by then.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createGunzip, gzipSync } from 'node:zlib';
import { type SyntheticPackage, dependenciesOf, documentOf, integrityOf, registryKey, syntheticPackages } from './synthetic-package.ts';

/** Above this many packages documents are made anew for every request, so that they do not fill the memory. */
const mostRemembered = 5000;

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: '3000' },
    scale: { type: 'string', default: '1' },
    write: { type: 'string' },
    port: { type: 'string', default: '0' },
    'large-document': { type: 'boolean', default: false },
  },
});
const packages = syntheticPackages(
  { packages: Number(values.packages), scale: Number(values.scale), hasLargeDocument: values['large-document'] },
  readFileSync('allowlists/popular-names/table.deflate'),
);
const byName = new Map(packages.map((one) => [one.name, one]));
const remembered = new Map<string, Buffer>();
const publicKey = createPublicKey(registryKey).export({ type: 'spki', format: 'der' });
const keyid = `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
let origin = '';

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  if (values.write !== undefined) writeProject(values.write);
  console.log(`${origin} serves ${packages.length} packages`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = decodeURIComponent(request.url ?? '/').slice(1);
  if (path === '-/npm/v1/keys')
    return send(response, {
      keys: [{ expires: null, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: publicKey.toString('base64') }],
    });
  if (path === '-/npm/v1/security/advisories/bulk') return send(response, await advisoriesFor(request));
  const found = byName.get(path);
  if (found === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}');
    return;
  }
  const body =
    remembered.get(path) ?? gzipSync(JSON.stringify(documentOf(found, origin, keyid)), { level: packages.length > mostRemembered ? 1 : 6 });
  if (packages.length <= mostRemembered) remembered.set(path, body);
  const etag = `"${found.name}-${found.versions.length}"`;
  const headers = { 'content-type': 'application/json', etag, 'cache-control': 'public, max-age=300', vary: 'accept-encoding, accept' };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
  else response.writeHead(200, { ...headers, 'content-encoding': 'gzip', 'content-length': body.length }).end(body);
}

/** A flaw of moderate severity in one package of fifty, in versions that nobody has. */
async function advisoriesFor(request: IncomingMessage): Promise<unknown> {
  const asked: unknown = JSON.parse(await text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request));
  const hits = Object.keys(typeof asked === 'object' && asked !== null ? asked : {}).filter(
    (name) => (byName.get(name)?.index ?? 1) % 50 === 0,
  );
  return Object.fromEntries(
    hits.map((name) => [
      name,
      [
        {
          id: 1000,
          url: 'https://advisories.example/GHSA-aaaa-bbbb-cccc',
          title: 'A flaw',
          severity: 'moderate',
          vulnerable_versions: '<0.0.2',
          cwe: ['CWE-400'],
          cvss: { score: 5.3, vectorString: null },
        },
      ],
    ]),
  );
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function writeProject(folder: string): void {
  const named = (indexes: readonly number[]): Readonly<Record<string, string>> =>
    Object.fromEntries(indexes.flatMap((at) => (packages[at] === undefined ? [] : [[packages[at].name, `^${packages[at].locked}`]])));
  const manifest = { name: 'generated', version: '1.0.0', dependencies: named(Array.from({ length: 8 }, (_, at) => at)) };
  const entries = [...packages]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => [`node_modules/${one.name}`, entryOf(one, named(dependenciesOf(one.index, packages.length)))]);
  const lock = {
    name: 'generated',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(entries) },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);
}

function entryOf({ name, locked }: SyntheticPackage, dependencies: Readonly<Record<string, string>>): unknown {
  return {
    version: locked,
    resolved: `${origin}/${name}/-/${name.slice(name.lastIndexOf('/') + 1)}-${locked}.tgz`,
    integrity: integrityOf(name, locked),
    license: 'MIT',
    engines: { node: '>=18' },
    ...(Object.keys(dependencies).length === 0 ? {} : { dependencies }),
  };
}
