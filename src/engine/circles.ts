import { hash } from 'node:crypto';
import { centreOf, circleAround } from '../model/evidence.ts';

/** By name, who was compared with whom when a package was judged: for each of its circles the company that it had there. */
export type Companies = ReadonlyMap<string, string>;

export interface CirclesInput {
  /** The packages that are taken for what they were, by name, with the company that each had. */
  readonly recalled: ReadonlyMap<string, { readonly circles: Companies }>;
  /** The circles of the packages that are judged in this run, by name, as far as these are known. */
  readonly judged: ReadonlyMap<string, readonly string[]>;
  /** Names a package, what differs in its copies, and when it was judged; undefined for one that this run does not hold. */
  readonly stampOf: (name: string) => string | undefined;
}

/** The circles of one run. */
export interface Circles {
  /** Says who belongs to a circle now; the same for the same packages, judged at the same time. */
  readonly companyIn: (circle: string) => string;
  /** The recalled packages that were compared with others than they would be now, or with one that is judged anew. */
  readonly unsettled: () => ReadonlySet<string>;
}

export function createCircles(input: CirclesInput): Circles {
  const members = membersOf(input);
  const companies = new Map<string, string>();
  const companyIn = (circle: string): string => {
    const known = companies.get(circle) ?? companyOf(members.get(circle) ?? [], input);
    companies.set(circle, known);
    return known;
  };
  return { companyIn, unsettled: () => unsettledAmong(input, members, companyIn) };
}

/** By circle; one around a package holds that package as well, where the run does. */
function membersOf({ recalled, judged, stampOf }: CirclesInput): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>();
  const add = (name: string, circles: Iterable<string>): void => {
    for (const circle of circles) {
      const known = members.get(circle);
      if (known !== undefined) {
        known.add(name);
        continue;
      }
      const centre = centreOf(circle);
      members.set(circle, new Set(centre === undefined || stampOf(centre) === undefined ? [name] : [name, centre]));
    }
  };
  recalled.forEach(({ circles }, name) => {
    if (circles.size > 0) add(name, circles.keys());
  });
  for (const [name, circles] of judged) add(name, circles);
  return members;
}

function companyOf(names: Iterable<string>, { stampOf }: CirclesInput): string {
  return hash('sha256', JSON.stringify([...names].map((name) => stampOf(name) ?? '').sort()), 'base64url');
}

/** Whoever is judged anew takes along all that it is compared with, and these in turn. */
function unsettledAmong(
  { recalled }: CirclesInput,
  members: ReadonlyMap<string, ReadonlySet<string>>,
  companyIn: (circle: string) => string,
): ReadonlySet<string> {
  const isAsItWas = (circle: string, names: ReadonlySet<string>): boolean => {
    for (const name of names) {
      const known = recalled.get(name);
      if (known === undefined || (known.circles.get(circle) ?? companyIn(circle)) !== companyIn(circle)) return false;
    }
    return true;
  };
  const broken = new Set<string>();
  for (const [circle, names] of members) if (!isAsItWas(circle, names)) broken.add(circle);
  const unsettled = new Set<string>();
  // A set that grows is walked to its end.
  for (const circle of broken) {
    for (const name of members.get(circle) ?? []) {
      const known = recalled.get(name);
      if (known === undefined || unsettled.has(name)) continue;
      unsettled.add(name);
      for (const other of [...known.circles.keys(), circleAround(name)]) if (members.has(other)) broken.add(other);
    }
  }
  return unsettled;
}
