import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledClient, isInstalled } from './installed.ts';
import { type World, startWorld } from './scenario.ts';

/** What the clients do by themselves: the tests of the gate mean something only while these are true. */
describe('without a gate', { timeout: 300_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const running: readonly InstalledClient[] = ['npm10', 'npm11', 'yarn1'];
  for (const client of running.filter(isInstalled)) {
    it(`${client} runs the scripts of a version that is an hour old`, async () => {
      const project = world.project({ mid: '1.0.0' });
      world.clearMarks();
      const { code, stderr } = await world.run(client, [client === 'yarn1' ? 'yarn' : 'npm', 'install'], project);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(world.marks()).toContain('evil preinstall;evil install;evil postinstall;');
      expect(world.traces(project, 'evil@1.1.0')).not.toEqual([]);
    });
  }

  for (const client of (['pnpm12', 'yarn4', 'bun'] as const).filter(isInstalled)) {
    it(`${client} puts a version that is an hour old on the disk`, async () => {
      const project = world.project({ mid: '1.0.0' });
      const settings = {
        YARN_NPM_MINIMAL_AGE_GATE: '0',
        pnpm_config_minimum_release_age: '0',
        BUN_CONFIG_MINIMUM_RELEASE_AGE: '0',
        YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
      };
      await world.run(client, [client.replace(/\d+$/, ''), 'install'], project, settings);
      expect(world.traces(project, 'evil@1.1.0')).not.toEqual([]);
    });
  }
});
