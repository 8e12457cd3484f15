import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** For each folder of src: the other folders that it may import from, and the packages and Node modules that it may use. */
const rules: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly (string | RegExp)[] }>> = {
  model: { folders: [], packages: [] },
  lockfiles: { folders: ['model'], packages: ['js-yaml', 'semver', 'node:path'] },
  evidence: { folders: ['model'], packages: ['valibot'] },
  registries: { folders: ['model'], packages: [] },
  licences: { folders: ['model'], packages: [/^spdx-/, 'node:crypto', 'node:zlib'] },
  names: { folders: ['model'], packages: ['node:zlib', 'node:crypto'] },
  advisories: { folders: ['model'], packages: ['semver'] },
  tarballs: { folders: ['model'], packages: ['node:crypto', 'node:zlib'] },
  provenance: { folders: ['model'], packages: [/^@sigstore\//, 'sigstore', 'valibot', 'node:crypto', 'hosted-git-info', 'semver'] },
  sbom: { folders: ['model', 'licences'], packages: [/^@cyclonedx\//, /^spdx-/, 'semver', 'node:crypto', 'node:path', 'node:module'] },
  // An SBOM with the decisions in it is a report: written by sbom, and nowhere else.
  reporters: { folders: ['model', 'sbom'], packages: ['node:crypto'] },
  // Pages of an audit: made of the HTML report's parts, out of what the store gives through its port.
  'fleet-site': { folders: ['model', 'reporters', 'licences', 'fleet'], packages: ['node:crypto'] },
  checks: { folders: ['model', 'evidence', 'licences', 'names', 'provenance', 'tarballs'], packages: ['semver'] },
  collectors: {
    folders: ['model', 'evidence', 'registries', 'provenance', 'licences', 'names', 'advisories', 'tarballs'],
    packages: ['semver', 'node:crypto', 'node:zlib'],
  },
  firewall: {
    folders: ['model', 'evidence', 'collectors', 'checks', 'clients', 'platform', 'gate.ts'],
    packages: ['semver', 'node:crypto', 'node:util', 'node:zlib'],
  },
  // Rows and jobs go through the ports of `platform`; pg-boss and the cron expressions are loaded by one file each.
  fleet: { folders: ['model', 'policy', 'reporters', 'platform', 'gate.ts'], packages: ['node:crypto', 'pg-boss', 'croner'] },
  agents: { folders: ['model', 'clients'], packages: ['semver', 'node:path'] },
  hooks: { folders: ['model', 'clients'], packages: [] },
  doctor: { folders: [], packages: ['node:crypto', 'node:zlib'] },
  policy: { folders: ['model'], packages: ['yaml', 'semver', 'node:crypto'] },
  engine: { folders: ['model'], packages: ['semver', 'node:crypto'] },
  clients: { folders: ['model'], packages: [] },
  exec: { folders: ['model', 'lockfiles', 'clients', 'firewall', 'reporters'], packages: ['node:crypto'] },
  platform: { folders: ['model'], packages: [/./] },
};

const files = sourceFiles('src');

describe('the architecture', () => {
  for (const [folder, allowed] of Object.entries(rules)) {
    it(`lets ${folder} import ${['itself', ...allowed.folders].join(', ')} and nothing else`, () => {
      const breaches = files
        .filter((file) => file.startsWith(`src/${folder}/`))
        .flatMap((file) =>
          importsOf(file)
            .filter((target) => !isAllowed(target, folder, allowed))
            .map((target) => `${file} imports ${target}`),
        );
      expect(breaches).toEqual([]);
    });
  }

  it('keeps the clock, the console and the process out of the pure folders', () => {
    const pure = [
      'model',
      'lockfiles',
      'evidence',
      'licences',
      'names',
      'provenance',
      'advisories',
      'tarballs',
      'sbom',
      'reporters',
      'fleet-site',
      'checks',
      'policy',
      'engine',
      'clients',
      'firewall',
      'exec',
      'agents',
      'hooks',
      'doctor',
    ];
    // The text of a program that runs elsewhere.
    const texts = ['src/hooks/launcher.ts'];
    const impure = /\bDate\.now\(|new Date\(\)|\bconsole\.|\bprocess\.|\bMath\.random\(|\bfetch\(/;
    const breaches = files.filter(
      (file) =>
        pure.includes(file.split('/')[1] ?? '') && !texts.includes(file) && impure.test(withoutComments(readFileSync(file, 'utf8'))),
    );
    expect(breaches).toEqual([]);
  });

  it('prints in cli.ts only, and never ends the process', () => {
    const breaches = files.filter((file) => {
      const text = withoutComments(readFileSync(file, 'utf8'));
      return /process\.exit\(/.test(text) || (file !== 'src/cli.ts' && /\bconsole\.|process\.(stdout|stderr)\.write/.test(text));
    });
    expect(breaches).toEqual([]);
  });

  it('touches files, sockets and other programs in platform only', () => {
    const outside = /^(?:node:(?:fs|net|tls|https?|http2|dns|dgram|child_process|worker_threads)(?:$|\/)|undici$|pg$|libsql$)/;
    const breaches = files
      .filter((file) => !file.startsWith('src/platform/'))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => outside.test(target))
          .map((target) => `${file} imports ${target}`),
      );
    expect(breaches).toEqual([]);
  });

  it('has no circle of imports', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).filter((target) => target.startsWith('src/'))]));
    expect(findCircle(graph)).toEqual([]);
  });

  it('judges synchronously: no check is asynchronous', () => {
    const breaches = files.filter(
      (file) => file.startsWith('src/checks/') && /\basync\b|\bawait\b|\.then\(/.test(withoutComments(readFileSync(file, 'utf8'))),
    );
    expect(breaches).toEqual([]);
  });
});

function isAllowed(target: string, folder: string, allowed: (typeof rules)[string]): boolean {
  if (!target.startsWith('src/'))
    return allowed.packages.some((name) =>
      typeof name === 'string' ? target === name || target.startsWith(`${name}/`) : name.test(target),
    );
  const other = target.split('/')[1] ?? '';
  return other === folder || allowed.folders.includes(other);
}

/** Resolved paths for relative imports, names for the rest; type imports count as well, JSON data does not. */
function importsOf(file: string): readonly string[] {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const targets = [...text.matchAll(/^(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^import\s+'([^']+)'/gm)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  return targets
    .filter((target) => !target.endsWith('.json'))
    .map((target) => (target.startsWith('.') ? posix.join(dirname(file), target) : target));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of graph.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? sourceFiles(path) : path.endsWith('.ts') ? [path] : []));
}
