import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { readNamedFile } from '../../src/platform/named-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockgate-named-file-'));

function refusalOf(path: string, most: number): GateError {
  try {
    readNamedFile(path, most, 'name its digest');
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('a file that a person names', () => {
  const path = join(folder, 'bundle.json');
  writeFileSync(path, '{"a":1}');

  it('is its bytes', () => expect(readNamedFile(path, 7, '').toString('utf8')).toBe('{"a":1}'));

  it('is refused where it is larger than what is read, with what to do instead', () => {
    expect(refusalOf(path, 6)).toMatchObject({ code: 'input-invalid', hint: 'name its digest' });
  });

  it.each(['', 'missing.json'])('is refused where there is none: %j', (name) => {
    expect(refusalOf(join(folder, name), 100)).toMatchObject({ code: 'input-invalid' });
  });
});
