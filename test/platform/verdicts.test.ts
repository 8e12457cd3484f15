import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findLockfiles, readOptionalText, statPath, workingTree } from '../../src/platform/files.ts';
import { isUnchanged, watchLooks } from '../../src/platform/looks.ts';
import { openSealedFiles } from '../../src/platform/sealed-files.ts';
import { openVerdicts, type Question } from '../../src/platform/verdicts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-verdicts-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const folders = (): { readonly cache: string; readonly config: string } => ({
  cache: join(folder, 'cache'),
  config: join(folder, 'config'),
});
const question: Question = { tool: 'lockgate 1', argv: ['check'], cwd: '/shop', variables: { CI: 'true' }, isColoured: false, width: 0 };
const answer = { judgedAt: 1_000, until: 2_000, looks: [], stdout: 'PASS\n' };

describe('the store of verdicts', () => {
  it('answers from the moment of the judgement until its end, and not at the end', () => {
    openVerdicts(folders(), question).remember(answer);
    const at = (now: number): boolean => openVerdicts(folders(), question).recall(now) !== undefined;
    expect([999, 1_000, 1_999, 2_000, Number.NaN].map(at)).toEqual([false, true, true, false, false]);
  });

  it.each<readonly [string, Question]>([
    ['another tool', { ...question, tool: 'lockgate 2' }],
    ['other arguments', { ...question, argv: ['check', '.'] }],
    ['another folder', { ...question, cwd: '/shop2' }],
    ['another environment', { ...question, variables: { CI: 'true', npm_config_registry: 'https://registry.example/' } }],
    ['a variable less', { ...question, variables: {} }],
    ['colours', { ...question, isColoured: true }],
    ['another width', { ...question, width: 100 }],
    ['a wish for no cache', { ...question, variables: { CI: 'true', LOCKGATE_NO_CACHE: '1' } }],
  ])('does not answer for %s', (_what, other) => {
    openVerdicts(folders(), question).remember(answer);
    expect(openVerdicts(folders(), other).recall(1_500)).toBeUndefined();
  });

  it('does not mind what a shell counts in the environment', () => {
    openVerdicts(folders(), question).remember(answer);
    const other = { ...question, variables: { SHLVL: '3', _: '/usr/bin/node', CI: 'true' } };
    expect(openVerdicts(folders(), other).recall(1_500)).toEqual(answer);
  });

  it('holds no secret of the environment, not even as a plain digest of it, and forgets what is old', () => {
    const files = openSealedFiles(folders(), 'verdicts');
    files.write('NPM_TOKEN=1234', 'text');
    const [first = ''] = readdirSync(join(folder, 'cache', 'verdicts'));
    utimesSync(join(folder, 'cache', 'verdicts', first), 1, 1);
    files.write('NPM_TOKEN=5678', 'text');
    const [second = '', ...more] = readdirSync(join(folder, 'cache', 'verdicts'));
    expect([more, first === second]).toEqual([[], false]);
    rmSync(join(folder, 'config'), { recursive: true });
    openSealedFiles(folders(), 'verdicts').write('NPM_TOKEN=5678', 'text');
    expect(readdirSync(join(folder, 'cache', 'verdicts'))).toHaveLength(2);
  });

  it('goes without where it may not write', () => {
    writeFileSync(join(folder, 'file'), '');
    const files = openSealedFiles({ cache: join(folder, 'file'), config: join(folder, 'config') }, 'verdicts');
    files.write('name', 'text');
    expect(files.read('name')).toBeUndefined();
  });
});

describe('what a run looked at', () => {
  const shop = (): string => join(folder, 'shop');
  beforeEach(() => {
    mkdirSync(join(folder, 'shop', 'src'), { recursive: true });
    writeFileSync(join(folder, 'shop', 'package-lock.json'), '{}');
    symlinkSync(join(folder, 'shop', 'package-lock.json'), join(folder, 'shop', 'link.json'));
  });

  it.each<readonly [string, () => unknown, () => void]>([
    ['a file', () => readOptionalText(join(shop(), 'package-lock.json')), () => writeFileSync(join(shop(), 'package-lock.json'), '{ }')],
    [
      'a file that is not there',
      () => readOptionalText(join(shop(), 'lockgate.yaml')),
      () => writeFileSync(join(shop(), 'lockgate.yaml'), ''),
    ],
    ['a kind of thing', () => statPath(join(shop(), '.git')), () => mkdirSync(join(shop(), '.git'))],
    [
      'a folder',
      () => findLockfiles(shop(), ['yarn.lock'], { isRecursive: true }),
      () => writeFileSync(join(shop(), 'src', 'yarn.lock'), ''),
    ],
    [
      'where a link leads',
      () => workingTree(shop()).read('link.json'),
      () => {
        writeFileSync(join(folder, 'elsewhere.json'), '{}');
        rmSync(join(shop(), 'link.json'));
        symlinkSync(join(folder, 'elsewhere.json'), join(shop(), 'link.json'));
      },
    ],
    ['a folder that matches', () => workingTree(shop()).workspaces('*'), () => writeFileSync(join(shop(), 'src', 'package.json'), '{}')],
  ])('is unchanged until %s changes', async (_what, look, change) => {
    const { looks = [] } = await watchLooks(async () => look());
    expect(looks).not.toEqual([]);
    expect(isUnchanged(looks)).toBe(true);
    change();
    expect(isUnchanged(looks)).toBe(false);
  });

  it('is never unchanged where it changed while the run went on', async () => {
    const file = join(shop(), 'package-lock.json');
    const { looks = [] } = await watchLooks(async () => {
      readOptionalText(file);
      writeFileSync(file, 'changed');
      readOptionalText(file);
      writeFileSync(file, '{}');
    });
    expect(isUnchanged(looks)).toBe(false);
  });
});
