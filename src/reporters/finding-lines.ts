import type { Finding } from '../model/finding.ts';
import { inert, inertLine } from '../model/inert.ts';
import type { Location } from '../model/component.ts';
import { formatDate } from '../model/units.ts';

/** What stands behind a finding, one line each: facts, what speaks against it, level, policy, and the way out or the waiver. */
export function detailLines(finding: Finding): readonly string[] {
  const { facts, counterFacts, levelReasons, policy, path } = finding;
  return [
    ...facts.map(({ label, value }) => `${inert(label)}: ${inertLine(value, 300)}`),
    ...counterFacts.map(({ label, value }) => `but ${inert(label)}: ${inertLine(value, 300)}`),
    ...levelReasons.map((reason) => inert(reason)),
    ...(path.length > 1 ? [`path: ${path.map((step) => inertLine(step, 120)).join(' › ')}`] : []),
    ...(policy?.location === undefined
      ? []
      : [
          `policy: ${inert(policy.key)}${policy.value === '' ? '' : ` is ${inertLine(policy.value, 100)}`} (${placeText(policy.location)})`,
        ]),
    ...wayOut(finding),
  ];
}

/** What to do about it; for a waived finding who allowed it, why, and until when. */
export function wayOut({ waiver, help }: Finding): readonly string[] {
  if (waiver === undefined) return help.map((line) => `help: ${inertLine(line, 300)}`);
  return [
    `waived by ${inertLine(waiver.owner, 80)} until ${formatDate(waiver.expires - 1)}: ${inertLine(waiver.reason, 200)} (${placeText(waiver.location)})`,
  ];
}

/** `package-lock.json:212`. */
export function placeText({ file, line }: Location): string {
  return `${inert(file)}:${line}`;
}
