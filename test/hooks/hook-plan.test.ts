import { describe, expect, it } from 'vitest';
import type { ClientId } from '../../src/clients/client.ts';
import { planFor } from '../../src/hooks/hook-plan.ts';
import { parseHookRecord, formatHookRecord } from '../../src/hooks/hook-record.ts';

const titleOf = (client: ClientId, version: string): string => {
  const plan = planFor(client, version);
  return 'refused' in plan ? 'refused' : plan.title;
};

describe('the hook of a client', () => {
  it('is what that version supports', () => {
    expect(titleOf('npm', '12.0.0')).toBe('root preinstall script');
    expect(titleOf('npm', '11.21.2')).toBe('script-shell in .npmrc, and root preinstall script');
    expect(titleOf('npm', '7.0.0')).toBe('script-shell in .npmrc, and root preinstall script');
    expect(titleOf('pnpm', '10.0.0')).toBe('.pnpmfile.cjs and pnpm:devPreinstall script');
    expect(titleOf('yarn-classic', '1.22.22')).toBe('root preinstall script');
    expect(titleOf('yarn-berry', '4.0.0')).toBe('yarn plugin');
    expect(titleOf('bun', '1.3.0')).toBe('security scanner');
  });

  it.each([
    ['npm', '6.14.0'],
    ['npm', 'next'],
    ['pnpm', '9.15.0'],
    ['yarn-berry', '3.8.0'],
    ['bun', '1.2.5'],
  ] as const)('is not claimed for %s %s', (client, version) => expect(titleOf(client, version)).toBe('refused'));

  it('says for npm 11 and older that it stops code, not files', () => {
    const plan = planFor('npm', '11.0.0');
    expect('refused' in plan ? '' : plan.stops.join()).toMatch(/code, not files/);
  });
});

describe('the record of an installation', () => {
  const record = {
    client: 'npm',
    clientVersion: '11.0.0',
    files: ['.lockgate/gate.cjs', '.lockgate/sh'],
    edits: [{ path: '.npmrc', inserted: 'x\n', isNew: true }],
  };
  it('is read as it was written', () => expect(parseHookRecord(formatHookRecord(record))).toEqual(record));
  it.each([
    ['no JSON', '{'],
    ['a file outside', formatHookRecord({ ...record, files: ['../../etc/passwd'] })],
    ['another file of the project', formatHookRecord({ ...record, files: ['src/index.js'] })],
    ['an edit elsewhere', formatHookRecord({ ...record, edits: [{ path: 'src/index.js', inserted: 'x', isNew: true }] })],
    ['nothing inserted', formatHookRecord({ ...record, edits: [{ path: '.npmrc', inserted: '', isNew: true }] })],
  ])('that is %s deletes nothing: it is none', (_, text) => expect(parseHookRecord(text)).toBeUndefined());
});
