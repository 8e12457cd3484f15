import { describe, expect, test } from 'vitest';
import { lockfileNames, maxLockfileLength, readLockfileText } from '../../src/lockfiles/read-lockfile.ts';
import { npm } from '../../src/lockfiles/npm.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { LockfileFormat } from '../../src/model/lockfile-format.ts';
import { noFiles } from '../../src/model/project-files.ts';

/** A format that reads nothing but says which one it was. */
function stub(id: string, fileName: string, start: string): LockfileFormat {
  return {
    id,
    fileNames: [fileName],
    recognises: (text) => text.startsWith(start),
    read: ({ path }) => {
      throw new Error(`${id} read ${path}`);
    },
  };
}

const formats = [npm, stub('classic', 'yarn.lock', '# yarn'), stub('berry', 'yarn.lock', '__metadata'), stub('bun', 'bun.lock', '{')];

function read(path: string, text: string): unknown {
  return readLockfileText(formats, { path, text, digest: 'none', files: noFiles });
}

function refusal(path: string, text: string): GateError {
  try {
    read(path, text);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('which format reads a file', () => {
  test('all names, the one that wins first, each once', () => {
    expect(lockfileNames(formats)).toEqual(['npm-shrinkwrap.json', 'package-lock.json', 'yarn.lock', 'bun.lock']);
  });

  test('the name decides, in whatever folder', () => {
    expect(read('boats/dinghy/package-lock.json', '{"lockfileVersion": 3, "packages": {}}')).toMatchObject({
      origin: { format: 'npm-lock-v3' },
    });
  });

  test('the text decides between formats that share a name', () => {
    expect(() => read('yarn.lock', '# yarn lockfile v1')).toThrow('classic read yarn.lock');
    expect(() => read('yarn.lock', '__metadata:')).toThrow('berry read yarn.lock');
  });

  test('a text that no format of this name recognises is invalid', () => {
    expect(refusal('yarn.lock', 'hello')).toMatchObject({ code: 'lockfile-invalid', location: { file: 'yarn.lock', line: 1 } });
  });

  test('an unknown name is unsupported, and the known ones are named', () => {
    const error = refusal('Gemfile.lock', '');
    expect(error.code).toBe('lockfile-unsupported');
    expect(error.hint).toContain('npm-shrinkwrap.json, package-lock.json');
  });
});

describe('what is refused before it is read', () => {
  test('the binary lockfile of bun, with the command that converts it', () => {
    const error = refusal('bun.lockb', '#!/usr/bin/env bun');
    expect(error.code).toBe('lockfile-unsupported');
    expect(error.hint).toContain('bun install --save-text-lockfile --frozen-lockfile --lockfile-only');
  });

  test('a text that is longer than the limit', () => {
    expect(refusal('package-lock.json', ' '.repeat(maxLockfileLength + 1)).code).toBe('lockfile-too-large');
  });

  test.each([['package-lock.json'], ['bun.lock']])('conflict markers in %s, with the line of the first', (path) => {
    const text = '{\n  "lockfileVersion": 3,\r\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> tide\n}';
    expect(refusal(path, text)).toMatchObject({ code: 'lockfile-invalid', location: { file: path, line: 3, column: 1 } });
  });
});
