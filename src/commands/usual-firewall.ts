import { type Firewall, startFirewall } from '../firewall/firewall.ts';
import { GateError } from '../model/gate-error.ts';
import { cacheFolders } from '../platform/cache.ts';
import { systemClock } from '../platform/clock.ts';
import { rememberPort, rememberedPort } from '../platform/firewall-port.ts';
import { homeFolder } from '../platform/home.ts';
import type { Environment, Invocation } from './command.ts';
import { openGate } from './judge.ts';
import type { ProjectSettings } from './project-settings.ts';

/**
 * The firewall of one run, on the port that this user's firewall had before: clients keep what they fetched under the registry's
 * address. Where another run has it, on a free one.
 */
export async function startUsualFirewall(
  settings: ProjectSettings,
  invocation: Invocation,
  onTrouble: (what: string) => void,
): Promise<Firewall> {
  const { config } = cacheFolders(invocation.environment.variables, homeFolder());
  const usual = rememberedPort(config);
  const startOn = (port: number): Promise<Firewall> =>
    startFirewall({
      port,
      openGate: (transport) => openGate(settings, invocation, transport),
      now: systemClock,
      onEvent: (event) => {
        if (event.type === 'trouble') onTrouble(event.what);
      },
    });
  try {
    const firewall = await startOn(usual);
    if (usual === 0) rememberPort(config, Number(new URL(firewall.origin).port));
    return firewall;
  } catch (error) {
    if (usual === 0 || !(error instanceof GateError)) throw error;
    return startOn(0);
  }
}

/** Where it listens when nobody else does; undefined before the first run. */
export function usualOrigin({ variables }: Environment): string | undefined {
  const port = rememberedPort(cacheFolders(variables, homeFolder()).config);
  return port === 0 ? undefined : `http://127.0.0.1:${port}`;
}
