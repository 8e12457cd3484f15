import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from './commands.ts';
import { allClients, isInstalled } from './installed.ts';
import { type Project, type World, startWorld } from './scenario.ts';

/** The core of the client matrix; the long one runs in `npm run test:full`. */
for (const client of allClients.filter(isInstalled)) {
  const commands = commandsOf(client);

  describe(`lockgate exec with ${client}`, { timeout: 300_000 }, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld();
    });
    afterAll(() => world.close());

    const lockfileIn = ({ folder }: Project): string => readFileSync(join(folder, commands.lockfile), 'utf8');

    it('passes over a version that is refused, and installs the rest', async () => {
      const project = world.project({ mid: '1.0.0', good: '^1.0.0', '@acme/lib': '1.0.0' });
      const outcome = await world.exec(client, commands.install, project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 0 });
      expect(outcome.stderr).toContain('note: evil: 1.1.0 passed over');
      expect(world.strangers()).toEqual([]);
      expect(world.landed(project, 'evil@1.0.0')).not.toEqual([]);
      expect(world.landed(project, 'good@1.2.0')).not.toEqual([]);
      expect(world.landed(project, '@acme/lib@1.0.0')).not.toEqual([]);
      expect(world.traces(project, 'evil@1.1.0')).toEqual([]);
      expect(world.marks()).toBe('');
      expect(foreignAddresses(lockfileIn(project), world)).toEqual([]);

      // What was written is accepted as it is.
      const again = await world.exec(client, commands.frozen, project, [], commands.careless);
      expect(again).toMatchObject({ code: 0 });
    });

    it('refuses what only its tarball gives away, with not one byte of it on the disk', async () => {
      const project = world.project({ confused: '1.0.0' });
      const outcome = await world.exec(client, commands.install, project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stderr).toContain('error[manifest-confusion/scripts]: confused@1.0.0');
      expect(world.traces(project, 'confused@1.0.0')).toEqual([]);
      expect(world.marks()).toBe('');
    });

    it('refuses a locked version before the client starts, though its caches hold it', async () => {
      const project = world.project({ mid: '1.0.0' });
      await world.run(client, commands.install, project, commands.careless);
      expect(lockfileIn(project)).toContain('1.1.0');
      rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
      world.clearMarks();
      const before = lockfileIn(project);
      const outcome = await world.exec(client, commands.frozen, project, [], commands.careless);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain('error[release-age/too-new]: evil@1.1.0');
      expect(outcome.stderr).toContain('was not started');
      expect(existsSync(join(project.folder, 'node_modules'))).toBe(false);
      expect(lockfileIn(project)).toBe(before);

      // The lockfile gone, the warm caches still do not bring it back.
      rmSync(join(project.folder, commands.lockfile));
      expect(await world.exec(client, commands.install, project, [], commands.careless)).toMatchObject({ code: 0 });
      expect(world.landed(project, 'evil@1.1.0')).toEqual([]);
      expect(world.marks()).toBe('');
    });

    const { runRemote } = commands;
    it.skipIf(runRemote === undefined)('does not run a package that is refused', async () => {
      const project = world.project({});
      const outcome = await world.exec(client, runRemote?.('evil@1.1.0') ?? [], project, [], commands.careless);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain('error[release-age/too-new]: evil@1.1.0');
      expect(world.traces(project, 'evil@1.1.0')).toEqual([]);
      expect(world.marks()).toBe('');
      expect(await world.exec(client, runRemote?.('tool') ?? [], project, [], commands.careless)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('tool ran') as string,
      });
    });
  });
}

/** Addresses on loopback that are not the registry's own. */
function foreignAddresses(lockfile: string, world: World): readonly string[] {
  return (lockfile.match(/https?(?::\/\/|%3A%2F%2F)[^\s"',}]+/g) ?? []).filter(
    (url) => !decodeURIComponent(url).startsWith(world.registry.url),
  );
}
