import { describe, expect, it } from 'vitest';
import { editManifest, overrideSnippet, unifiedDiff } from '../../src/commands/manifest-edit.ts';

const transitive = { name: 'left-pad', version: '1.2.0', isDirect: false };
const direct = { name: '@acme/ui', version: '1.9.0', isDirect: true };
const manifest = '{\n    "name": "shop",\n    "dependencies": {\n        "@acme/ui": "^2.0.0"\n    }\n}\n';

describe('the edit of a manifest', () => {
  it.each([
    ['npm', { overrides: { 'left-pad': '1.2.0' } }],
    ['yarn', { resolutions: { 'left-pad': '1.2.0' } }],
    ['pnpm', { pnpm: { overrides: { 'left-pad': '1.2.0' } } }],
    ['bun', { overrides: { 'left-pad': '1.2.0' } }],
  ] as const)('writes the overrides where %s reads them', (manager, expected) => {
    expect(JSON.parse(overrideSnippet(manager, [transitive]))).toEqual(expected);
    expect(JSON.parse(editManifest(manifest, manager, [transitive]))).toMatchObject(expected);
  });

  it('changes the range of a direct dependency, which npm lets no override contradict', () => {
    expect(editManifest(manifest, 'npm', [direct])).toBe(manifest.replace('^2.0.0', '1.9.0'));
  });

  it('keeps the other overrides, the indentation and the line breaks', () => {
    const before = '{\r\n\t"name": "shop",\r\n\t"pnpm": {\r\n\t\t"overrides": {\r\n\t\t\t"x": "1.0.0"\r\n\t\t}\r\n\t}\r\n}';
    expect(editManifest(before, 'pnpm', [transitive])).toBe(before.replace('"1.0.0"', '"1.0.0",\r\n\t\t\t"left-pad": "1.2.0"'));
  });

  it('shows what it changes as a diff that patch understands', () => {
    expect(unifiedDiff('package.json', manifest, editManifest(manifest, 'npm', [direct, transitive]))).toMatchInlineSnapshot(`
      "--- a/package.json
      +++ b/package.json
      @@ -1,6 +1,9 @@
       {
           "name": "shop",
           "dependencies": {
      -        "@acme/ui": "^2.0.0"
      +        "@acme/ui": "1.9.0"
      +    },
      +    "overrides": {
      +        "left-pad": "1.2.0"
           }
       }
      "
    `);
    expect(unifiedDiff('package.json', manifest, manifest)).toBe('');
  });
});
