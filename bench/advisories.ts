/**
 * What a database of advisories costs: import time and memory of an OSV archive, the size on disk, and looking up 2,000 packages.
 *   npm run -s build && npm run -s tools && node .tools/bench/advisories.js [RECORDS]
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { median } from './measure.ts';
import { effectOf } from '../src/advisories/hit.ts';
import type { PackageAdvisory } from '../src/advisories/osv.ts';
import { advisoryFolders, openAdvisoryDatabase } from '../src/platform/advisory-store.ts';
import { measure } from './measure.ts';

const count = Number(process.argv[2] ?? 10_000);
const lookups = 2000;
const rounds = count > 50_000 ? 1 : 5;

const home = mkdtempSync(join(tmpdir(), 'lockgate-advisories-'));
try {
  const archive = join(home, 'all.zip');
  writeArchive(archive, count);
  console.log(`${count} records, archive of ${mebibytes(statSync(archive).size)} MiB`);
  const env = { HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
  const command = { argv: [process.execPath, resolve('bin/lockgate.js'), 'advisories', 'import', archive] as const, env };
  const costs = Array.from({ length: rounds }, () => measure({ name: 'import', ...command }));
  const idle = measure({ name: 'help', argv: [process.execPath, resolve('bin/lockgate.js'), '--help'], env });
  console.log(
    `import: ${fixed(median(costs.map(({ wallMilliseconds }) => wallMilliseconds)))} ms wall, ${fixed(median(costs.map(({ cpuMilliseconds }) => cpuMilliseconds)))} ms CPU, peak ${fixed(median(costs.map(({ peakMebibytes = Number.NaN }) => peakMebibytes)))} MiB (--help alone: ${fixed(idle.peakMebibytes ?? Number.NaN)} MiB)`,
  );
  const folders = advisoryFolders(env, home);
  console.log(
    `on disk: ${mebibytes(readdirSync(folders.data).reduce((sum, name) => sum + statSync(join(folders.data, name)).size, 0))} MiB`,
  );
  for (const share of [0, 0.05, 1]) report(share);
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Opens the database anew in each round, as a run does. CPU time, as other work on the machine only adds to the other kind. */
function report(share: number): void {
  const folders = advisoryFolders({ XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') }, home);
  const times = Array.from({ length: rounds }, () => {
    const started = cpuMilliseconds();
    const database = openAdvisoryDatabase(folders);
    if (database.state !== 'open') throw new Error(`the database is ${database.state}`);
    const opened = cpuMilliseconds();
    let hits = 0;
    for (let index = 0; index < lookups; index++) {
      const name = index < lookups * share ? nameOf(index % count) : `unlisted-${index}`;
      for (const text of database.find(name) ?? []) if (effectOf(JSON.parse(text) as PackageAdvisory, '1.0.0') === 'affected') hits++;
    }
    return { open: opened - started, find: cpuMilliseconds() - opened, hits };
  });
  console.log(
    `${lookups} packages, ${share * 100} % of them listed: open ${fixed(median(times.map(({ open }) => open)))} ms, look up and match ${fixed(median(times.map(({ find }) => find)))} ms CPU, ${times[0]?.hits} hits`,
  );
}

function nameOf(index: number): string {
  return index % 3 === 0 ? `@scope-${index % 100}/package-${index}` : `package-${index}`;
}

/** Two thirds of malware, as in the real archive; the rest with ranges, references and a text of ordinary length. */
function recordOf(index: number): unknown {
  const name = nameOf(index);
  const base = { schema_version: '1.7.0', modified: new Date().toISOString(), published: '2026-01-01T00:00:00Z' };
  if (index % 3 !== 1) {
    return {
      ...base,
      id: `MAL-2026-${index}`,
      summary: `Malicious code in ${name} (npm)`,
      details: 'The package communicates with a domain that is associated with malicious activity.',
      affected: [
        {
          package: { ecosystem: 'npm', name, purl: `pkg:npm/${name}` },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
          versions: ['1.0.0', '99.0.1'],
        },
      ],
      database_specific: {
        'malicious-packages-origins': [{ source: 'bench', sha256: String(index).padStart(64, '0'), versions: ['1.0.0'] }],
      },
    };
  }
  const events = [{ introduced: '0' }, { fixed: `1.${index % 7}.${index % 5}` }];
  return {
    ...base,
    id: `GHSA-${String(index)
      .padStart(12, '0')
      .replace(/(.{4})(?=.)/g, '$1-')}`,
    aliases: [`CVE-2026-${index}`],
    summary: `Prototype pollution in ${name}`,
    details: 'An attacker who controls a key can change the prototype of every object. '.repeat(20),
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    affected: [
      { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events }] },
      { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '2.0.0' }, { fixed: '2.1.0' }] }] },
    ],
    references: Array.from({ length: 6 }, (_, reference) => ({ type: 'WEB', url: `https://advisories.example/${index}/${reference}` })),
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-1321'] },
  };
}

/** Written in pieces: the archive with 200,000 records must not cost this process what the import is not allowed. */
function writeArchive(path: string, records: number): void {
  const directory: Buffer[] = [];
  const pieces: Buffer[] = [];
  let offset = 0;
  writeFileSync(path, '');
  for (let index = 0; index < records; index++) {
    const name = Buffer.from(`${index}.json`);
    const bytes = Buffer.from(JSON.stringify(recordOf(index)));
    const packed = deflateRawSync(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), head, place, name);
    pieces.push(Buffer.from('504b0304', 'hex'), head, name, packed);
    offset += 30 + name.length + packed.length;
    if (pieces.length > 4000) writeFileSync(path, Buffer.concat(pieces.splice(0)), { flag: 'a' });
  }
  const listing = Buffer.concat(directory);
  const end64 = Buffer.alloc(76);
  end64.write('504b0606', 0, 'hex');
  end64.writeBigUInt64LE(44n, 4);
  for (const at of [24, 32]) end64.writeBigUInt64LE(BigInt(records), at);
  end64.writeBigUInt64LE(BigInt(listing.length), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  end64.write('504b0607', 56, 'hex');
  end64.writeBigUInt64LE(BigInt(offset + listing.length), 64);
  end64.writeUInt32LE(1, 72);
  const end = Buffer.alloc(22, 0xff);
  end.write('504b050600000000', 0, 'hex');
  end.writeUInt16LE(0, 20);
  writeFileSync(path, Buffer.concat([...pieces, listing, end64, end]), { flag: 'a' });
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
