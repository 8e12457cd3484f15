import { packument } from '../evidence/packument.ts';
import { type PreviousTarball, previousTarball } from '../evidence/previous-tarball.ts';
import { releaseBefore } from '../evidence/release-before.ts';
import { type TarballContent, tarball } from '../evidence/tarball.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import { toolFileKind } from '../tarballs/tool-files.ts';
import { forEachAtOnce } from './at-once.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { notRead, tarballsAtOnce } from './tarball.ts';
import { type TarballPorts, readTarball } from './tarball-reading.ts';

/** Reads the tarball of the release before, for the few versions whose own tarball raises a question that it can answer. */
export function createPreviousTarballCollector(ports: TarballPorts & Pick<CollectorPorts, 'readsTarballs'>): Collector<PreviousTarball> {
  return {
    key: previousTarball,
    after: [packument, tarball],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<PreviousTarball>>();
      await forEachAtOnce(requests, tarballsAtOnce, async ([subject, [component]]) => {
        observations.set(subject, ports.readsTarballs === true ? await observe(subject, component, ports, context) : notRead);
        context.onProgress(observations.size, requests.size);
      });
      return observations;
    },
  };
}

async function observe(
  subject: string,
  component: Component,
  ports: TarballPorts,
  context: CollectContext,
): Promise<Observation<PreviousTarball>> {
  const own = context.collected.get(tarball, subject);
  if (own?.state !== 'known') return own ?? unknownDocument(component.name);
  const { observedAt, source } = own;
  const answer = (value: PreviousTarball): Observation<PreviousTarball> => ({ state: 'known', value, observedAt, source });
  if (own.value.status !== 'read' || !isWorthComparing(own.value)) return answer({ status: 'not-needed' });

  const document = context.collected.get(packument, component.name);
  if (document?.state !== 'known') return document ?? unknownDocument(component.name);
  const release = releaseBefore(document.value, component.version);
  if (release === undefined) return answer({ status: 'first-release' });
  const { version, integrity } = release;
  const before = await readTarball(
    { name: component.name, version, release, ...(integrity === undefined ? {} : { integrity }) },
    ports,
    context,
  );
  if (before.state !== 'known') return before;
  if (before.value.status === 'read') return answer({ status: 'read', version, content: before.value });
  return { state: 'unavailable', reason: 'malformed', detail: `the tarball of ${version}, the release before, cannot be read`, source };
}

/** Scripts, native code and tools' files are judged by whether the release before had them. */
function isWorthComparing({ manifest, files, bundled }: TarballContent): boolean {
  const { scripts = {} } = manifest ?? {};
  return (
    bundled.length > 0 ||
    ['preinstall', 'install', 'postinstall'].some((event) => scripts[event] !== undefined) ||
    files.some(({ path, binary }) => path === 'binding.gyp' || binary !== undefined || toolFileKind(path) !== undefined)
  );
}

function unknownDocument(name: string): Observation<never> {
  return { state: 'unavailable', reason: 'not-collected', detail: `nothing is known of ${name}` };
}
