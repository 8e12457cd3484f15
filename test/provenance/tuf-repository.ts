/** A TUF repository on 127.0.0.1 (The Update Framework 1.0, consistent snapshots): one P-256 key for all roles. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

export interface TufRepository {
  /** Without trailing slash. */
  readonly url: string;
  /** The root.json to start from. */
  readonly root: string;
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

export interface TufOptions {
  /** When the timestamp role ends; a day from now by default. */
  readonly timestampExpires?: Date;
  /** Served in place of a target's true bytes. */
  readonly tampered?: string;
  /** Never answers. */
  readonly isSilent?: boolean;
}

export async function startTufRepository(targets: Readonly<Record<string, string>>, options: TufOptions = {}): Promise<TufRepository> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = {
    keytype: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    keyval: { public: publicKey.export({ format: 'pem', type: 'spki' }).toString() },
  };
  const keyid = sha256(canonical(key));
  const tomorrow = expiry(new Date(Date.now() + 86_400_000));
  const signed = (content: Readonly<Record<string, unknown>>): string => {
    const sig = sign('sha256', Buffer.from(canonical(content)), privateKey).toString('hex');
    return JSON.stringify({ signatures: [{ keyid, sig }], signed: content });
  };
  const common = { spec_version: '1.0.31', version: 1, expires: tomorrow };
  const role = { keyids: [keyid], threshold: 1 };
  const root = signed({
    ...common,
    _type: 'root',
    consistent_snapshot: true,
    keys: { [keyid]: key },
    roles: { root: role, timestamp: role, snapshot: role, targets: role },
  });
  const targetFiles = Object.fromEntries(
    Object.entries(targets).map(([name, text]) => [name, { length: Buffer.byteLength(text), hashes: { sha256: sha256(text) } }]),
  );
  const files = new Map<string, string>([
    ['/1.root.json', root],
    [
      '/timestamp.json',
      signed({
        ...common,
        _type: 'timestamp',
        expires: expiry(options.timestampExpires ?? new Date(Date.now() + 86_400_000)),
        meta: { 'snapshot.json': { version: 1 } },
      }),
    ],
    ['/1.snapshot.json', signed({ ...common, _type: 'snapshot', meta: { 'targets.json': { version: 1 } } })],
    ['/1.targets.json', signed({ ...common, _type: 'targets', targets: targetFiles })],
    ...Object.entries(targets).map(([name, text]): [string, string] => [
      `/targets/${placed(name, sha256(text))}`,
      options.tampered ?? text,
    ]),
  ]);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    requests.push(path);
    if (options.isSilent === true) return;
    const file = files.get(path);
    response.writeHead(file === undefined ? 404 : 200).end(file ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the repository has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    root,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** With consistent snapshots a target's file carries its hash: `dir/<hash>.name`. */
function placed(name: string, hash: string): string {
  const slash = name.lastIndexOf('/');
  return `${name.slice(0, slash + 1)}${hash}.${name.slice(slash + 1)}`;
}

/** OLPC canonical JSON: sorted keys, no white space, and only quote and backslash escaped. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${canonical(key)}:${canonical(member)}`).join(',')}}`;
  }
  return typeof value === 'string' ? `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : JSON.stringify(value);
}

function expiry(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
