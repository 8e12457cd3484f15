import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** One way in which a package may run code or come in, planted to see whether it does. */
export interface Canary {
  /** `install script`, as the table shows it. */
  readonly title: string;
  /** What the project asks for: name and range. */
  readonly dependency: readonly [string, string];
  /** `let-in`: an honest package, which must come in, or the gate refuses everything. */
  readonly expects: 'refused' | 'let-in';
}

/** One published version of a canary, packed. */
export interface CanaryRelease {
  readonly name: string;
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly publishedAt: string;
  readonly tarball: Buffer;
  readonly integrity: string;
  readonly shasum: string;
}

export interface CanaryWorld {
  readonly canaries: readonly Canary[];
  readonly releases: readonly CanaryRelease[];
  /** Name to the entries of the bulk advisory answer. */
  readonly advisories: Readonly<Record<string, readonly unknown[]>>;
  /** Bytes that every canary carries: where they are found, it has landed. */
  readonly payload: string;
  /** Manifest and script of the git canary's repository. */
  readonly repository: Readonly<Record<string, string>>;
}

const day = 86_400_000;

/**
 * The canaries of one run. `now` in milliseconds since the epoch; `mark` is the absolute path that a canary's code writes to, and
 * must hold no character that a shell or JavaScript reads as more than itself. `repository` is a git URL, absent without git.
 */
export function plantCanaries(options: {
  readonly now: number;
  readonly nonce: string;
  readonly mark: string;
  readonly repository?: string;
}): CanaryWorld {
  const { now, nonce, mark, repository } = options;
  const payload = `lockgate-canary:${nonce}`;
  const touch = `node -e "require('fs').appendFileSync('${mark}','ran;')"`;
  const scripts = { preinstall: touch, install: touch, postinstall: touch };
  const old = new Date(now - 900 * day).toISOString();
  const young = new Date(now - day / 24).toISOString();
  const pack = (name: string, over: Partial<Plan> = {}): CanaryRelease =>
    packed({ name, publishedAt: old, payload, manifest: {}, packedManifest: {}, files: {}, ...over });
  const gyp = `{ "targets": [{ "target_name": "canary", "sources": ["<!(${touch.replaceAll('"', '\\"')} && echo x.c)"] }] }\n`;
  return {
    payload,
    canaries: [
      { title: 'honest package', dependency: ['canary-honest', '1.0.0'], expects: 'let-in' },
      { title: 'install script', dependency: ['canary-script', '1.0.0'], expects: 'refused' },
      { title: 'binding.gyp only', dependency: ['canary-gyp', '1.0.0'], expects: 'refused' },
      { title: 'script in tarball only', dependency: ['canary-confused', '1.0.0'], expects: 'refused' },
      { title: 'too new, brought along', dependency: ['canary-carrier', '1.0.0'], expects: 'refused' },
      { title: 'known malware', dependency: ['canary-malware', '1.0.0'], expects: 'refused' },
      ...(repository === undefined
        ? []
        : [{ title: 'git dependency', dependency: ['canary-git', repository] as const, expects: 'refused' as const }]),
    ],
    releases: [
      pack('canary-honest', { payload: 'honest' }),
      pack('canary-script', { manifest: { scripts } }),
      pack('canary-gyp', { files: { 'binding.gyp': gyp } }),
      pack('canary-confused', { packedManifest: { scripts } }),
      pack('canary-carrier', { payload: 'carrier', manifest: { dependencies: { 'canary-fresh': '1.0.0' } } }),
      pack('canary-fresh', { publishedAt: young, manifest: { scripts } }),
      pack('canary-malware', { manifest: { scripts } }),
    ],
    advisories: {
      'canary-malware': [
        { id: 1, url: '', title: 'Malware in canary-malware', severity: 'critical', vulnerable_versions: '>=0', cwe: ['CWE-506'] },
      ],
    },
    repository: {
      'package.json': `${JSON.stringify({ name: 'canary-git', version: '1.0.0', scripts: { ...scripts, prepare: touch } }, undefined, 2)}\n`,
      'payload.txt': `${payload}\n`,
    },
  };
}

interface Plan {
  readonly name: string;
  readonly publishedAt: string;
  readonly payload: string;
  /** Of the registry and the tarball alike. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Of the tarball alone. */
  readonly packedManifest: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
}

function packed({ name, publishedAt, payload, manifest, packedManifest, files }: Plan): CanaryRelease {
  const whole = { name, version: '1.0.0', license: 'MIT', ...manifest };
  const tarball = gzipSync(
    tarOf({
      'package.json': `${JSON.stringify({ ...whole, ...packedManifest }, undefined, 2)}\n`,
      'index.js': 'module.exports = {};\n',
      LICENSE: 'MIT License\n',
      'payload.txt': `${payload}\n`,
      ...files,
    }),
  );
  const digest = (algorithm: string): Buffer => createHash(algorithm).update(tarball).digest();
  return {
    name,
    version: '1.0.0',
    manifest: whole,
    publishedAt,
    tarball,
    integrity: `sha512-${digest('sha512').toString('base64')}`,
    shasum: digest('sha1').toString('hex'),
  };
}

/** A ustar archive with these files below `package/`. Source: POSIX.1-1988. */
function tarOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    return [headerOf(`package/${path}`, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
