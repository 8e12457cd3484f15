import { describe, expect, test } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { tool, workshop } from './inventories.ts';

const sound = await toCycloneDX(workshop, { tool });

/** Reads the sound document, lets `damage` change it, and lists what the validator says. */
function problemsAfter(damage: (bom: Damaged) => void): readonly string[] {
  const bom = JSON.parse(sound) as Damaged;
  damage(bom);
  return validateCycloneDX(JSON.stringify(bom)).map(({ kind, pointer, message }) => `${kind} ${pointer}: ${message}`);
}

interface Damaged {
  specVersion: unknown;
  metadata: { component?: Record<string, unknown> };
  components: [Record<string, unknown>, Record<string, unknown>, Record<string, unknown>];
  dependencies: { ref: string; dependsOn?: string[] }[];
  compositions: { dependencies: string[] }[];
}

test('a sound document has no problems', () => {
  expect(validateCycloneDX(sound)).toEqual([]);
});

describe('every fault is found where it is', () => {
  test('what the schema refuses', () => {
    expect(problemsAfter((bom) => (bom.components[1]['type'] = 'bicycle'))).toEqual([
      expect.stringMatching(/^schema \/components\/1\/type: must be one of "application"/),
    ]);
    expect(problemsAfter((bom) => (bom.components[1]['surplus'] = 1))).toEqual(['schema /components/1/surplus: is not allowed']);
  });

  test('a bom-ref given twice', () => {
    const problems = problemsAfter((bom) => (bom.components[1]['bom-ref'] = bom.components[0]['bom-ref']));
    expect(problems).toContain(
      `reference /components/1/bom-ref: ${JSON.parse(sound).components[0]['bom-ref']} is the bom-ref of something else, too`,
    );
  });

  test('dangling and repeated references', () => {
    const problems = problemsAfter((bom) => {
      bom.dependencies[0]?.dependsOn?.push('nowhere');
      bom.dependencies.push({ ref: 'nobody' }, { ref: bom.dependencies[0]?.ref ?? '' });
      bom.compositions[0]?.dependencies.push('nothing');
    });
    expect(problems.filter((problem) => problem.includes('nowhere is not in the document'))).toHaveLength(1);
    expect(problems.filter((problem) => problem.includes('nobody is not in the document'))).toHaveLength(1);
    expect(problems.filter((problem) => problem.includes('nothing is not in the document'))).toHaveLength(1);
    expect(problems.filter((problem) => problem.includes('are given twice'))).toHaveLength(1);
  });

  test('a root without an entry, and a document without a root', () => {
    const rootRef: unknown = JSON.parse(sound).metadata.component['bom-ref'];
    expect(problemsAfter((bom) => (bom.dependencies = bom.dependencies.filter(({ ref }) => ref !== rootRef)))).toContain(
      `graph /dependencies: the root ${String(rootRef)} has no entry`,
    );
    expect(problemsAfter((bom) => delete bom.metadata.component)).toContainEqual(expect.stringContaining('no metadata.component'));
  });

  test('a component that nothing leads to', () => {
    const problems = problemsAfter((bom) => (bom.dependencies = bom.dependencies.map(({ ref }) => ({ ref }))));
    expect(problems.filter((problem) => problem.startsWith('graph '))).toHaveLength(workshop.components.size - 4); // two copies are one, one is extraneous, two are members
  });

  test('a purl that contradicts name or version, or is none', () => {
    expect(problemsAfter((bom) => (bom.components[0]['version'] = '9.9.9'))).toContainEqual(
      expect.stringContaining('identity /components/0/purl: the purl says version'),
    );
    expect(problemsAfter((bom) => (bom.components[0]['name'] = 'other'))).toContainEqual(
      expect.stringContaining('identity /components/0/purl: the purl says'),
    );
    expect(problemsAfter((bom) => (bom.components[0]['purl'] = 'no purl'))).toContainEqual(
      'identity /components/0/purl: no purl is not a package URL',
    );
  });

  test('a digest whose length belongs to another algorithm', () => {
    expect(problemsAfter((bom) => (bom.components[0]['hashes'] = [{ alg: 'SHA-512', content: 'a'.repeat(40) }]))).toEqual([
      'identity /components/0/hashes/0: SHA-512 has 128 hexadecimal digits, not 40',
    ]);
  });

  test('a licence expression that does not parse', () => {
    expect(problemsAfter((bom) => (bom.components[0]['licenses'] = [{ expression: 'MIT OR' }]))).toEqual([
      'identity /components/0/licenses/0/expression: MIT OR is not an SPDX expression',
    ]);
  });

  test('credentials and paths of a machine', () => {
    const problems = problemsAfter((bom) => {
      bom.components[0]['externalReferences'] = [{ type: 'distribution', url: 'https://bob:hunter2@registry.example/x.tgz' }];
      bom.components[1]['externalReferences'] = [{ type: 'distribution', url: 'file:///home/bob/x.tgz' }];
      bom.components[2]['evidence'] = { occurrences: [{ location: 'C:\\Users\\bob\\package-lock.json' }] };
    });
    expect(problems).toEqual([
      'leak /components/0/externalReferences/0/url: holds a credential',
      'leak /components/1/externalReferences/0/url: names a path of a machine',
      'leak /components/2/evidence/occurrences/0/location: is an absolute path',
    ]);
  });
});

describe('text that is no CycloneDX JSON is refused as such', () => {
  test.each([
    ['<bom/>', 'is not JSON'],
    ['null', 'is not a CycloneDX document'],
    ['{"spdxVersion":"SPDX-2.3"}', 'is not a CycloneDX document'],
    ['{"bomFormat":"CycloneDX","specVersion":"1.2"}', 'unknown specVersion'],
    [`{"bomFormat":"CycloneDX","specVersion":"1.6","components":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nested'],
  ])('%.40s', (text, message) => {
    expect(() => validateCycloneDX(text, 'bom.json')).toThrow(GateError);
    expect(() => validateCycloneDX(text, 'bom.json')).toThrow(message);
  });
});
