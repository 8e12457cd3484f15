import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './folder.ts';

/**
 * The port on which this user's firewall listened last, 0 where there is none: clients keep what they fetched under the registry's
 * address, so that it should stay the same.
 */
export function rememberedPort(config: string): number {
  try {
    const port = Number(readFileSync(join(config, 'firewall.port'), 'utf8').trim());
    return Number.isInteger(port) && port > 1023 && port < 65_536 ? port : 0;
  } catch (error) {
    codeOf(error);
    return 0;
  }
}

/** Remembers it; a folder that cannot be written costs the client's cache and nothing else. */
export function rememberPort(config: string, port: number): void {
  try {
    mkdirSync(config, { recursive: true, mode: 0o700 });
    writeFileSync(join(config, 'firewall.port'), `${port}\n`, { mode: 0o600 });
  } catch (error) {
    codeOf(error);
  }
}
