import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allClients, isInstalled, pathOf, programOf } from '../clients/installed.ts';
import { isCampaign } from '../support/campaign.ts';
import { lockgate, project } from './lockgate.ts';

interface Told {
  readonly verdict: string;
  readonly trials: readonly {
    readonly frontEnd: string;
    readonly canary: string;
    readonly hasRun: boolean;
    readonly landed: string;
    readonly verdict: string;
    readonly said: string;
  }[];
}

/** Sixteen installs for each client: all of them in a campaign only. */
const tried = (isCampaign ? allClients : (['npm11'] as const)).filter((client) => isInstalled(client));

describe.each(tried)('lockgate doctor with %s', (client) => {
  it('finds that exec and hook hold, and that an honest package comes in', { timeout: 600_000 }, async () => {
    const file = join(pathOf(client), programOf(client));
    const { code, stdout, stderr } = await lockgate(['doctor', '--hooks', '--client', file, '--format', 'json'], { cwd: project({}) });
    const told: Told = JSON.parse(stdout);
    const bad = told.trials.filter(({ verdict }) => !['held', 'as documented', 'control'].includes(verdict));
    expect({ code, verdict: told.verdict, bad, stderr }).toEqual({
      code: 0,
      verdict: 'held',
      bad: [],
      stderr: '',
    });
    for (const frontEnd of ['exec', 'hook'])
      expect(told.trials.filter((trial) => trial.frontEnd === frontEnd).map(({ canary }) => canary)).toEqual([
        'honest package',
        'install script',
        'binding.gyp only',
        'script in tarball only',
        'too new, brought along',
        'known malware',
        'git dependency',
      ]);
    expect(told.trials.some(({ frontEnd, hasRun }) => frontEnd !== 'none' && hasRun)).toBe(false);
  });
});

describe('lockgate doctor', () => {
  it('says what is wrong with a client that it cannot start', async () => {
    expect(await lockgate(['doctor', '--client', 'no-such-client'], { cwd: project({}) })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no package manager'),
    });
  });
});
