import * as v from 'valibot';
import type { Integrity } from '../model/integrity.ts';
import type { VerifiedBundle } from './bundle.ts';
import { lockedSha512 } from './locked-digest.ts';
import { refuse } from './verdict.ts';

/** An in-toto statement v0.1 or v1 that a verified envelope carries. */
export interface Statement {
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly subjects: readonly { readonly name: string; readonly digest: ReadonlyMap<string, string> }[];
}

/** The package that a statement must be about: the lockfile's own words. */
export interface PackageClaim {
  readonly name: string;
  readonly version: string;
  readonly integrity: Integrity;
}

const maxSubjects = 1024;
const shape = v.object({
  _type: v.picklist(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  subject: v.pipe(
    v.array(
      v.object({
        name: v.optional(v.pipe(v.string(), v.maxLength(1024)), ''),
        digest: v.optional(v.record(v.string(), v.pipe(v.string(), v.maxLength(256))), {}),
      }),
    ),
    v.maxLength(maxSubjects),
  ),
  predicateType: v.pipe(v.string(), v.maxLength(512)),
  predicate: v.optional(v.unknown()),
});

/** Reads the statement out of a verified envelope. */
export function readStatement({ envelope }: Pick<VerifiedBundle, 'envelope'>): Statement {
  if (envelope?.payloadType !== 'application/vnd.in-toto+json')
    refuse('binding', 'payload-type', 'the envelope does not carry an in-toto statement');
  const parsed = v.safeParse(shape, parseJson(envelope.payload));
  if (!parsed.success) refuse('binding', 'statement', `the statement is malformed at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
  const { subject, predicateType, predicate } = parsed.output;
  return {
    predicateType,
    predicate,
    subjects: subject.map(({ name, digest }) => ({ name, digest: new Map(Object.entries(digest)) })),
  };
}

/** Proves that a statement is about this package and these bytes, and about nothing else. */
export function bindToPackage(statement: Statement, { name, version, integrity }: PackageClaim): void {
  const [subject, ...others] = statement.subjects;
  if (subject === undefined || others.length > 0) refuse('binding', 'subject-count', 'the statement does not have exactly one subject');
  if (subject.name !== npmSubject(name, version))
    refuse('binding', 'subject-name', `the statement is about ${subject.name}, not ${npmSubject(name, version)}`);
  const locked = lockedSha512(integrity, `${name}@${version}`);
  if (subject.digest.get('sha512')?.toLowerCase() !== locked.digest) {
    refuse('binding', 'subject-digest', 'the statement is about other bytes than the lockfile names');
  }
}

/** Proves that a statement is about an artifact among others: one subject has one of these digests. Hexadecimal, by algorithm. */
export function bindToArtifact(statement: Statement, digests: ReadonlyMap<string, string>): void {
  const isNamed = statement.subjects.some(({ digest }) =>
    [...digests].some(([algorithm, hex]) => digest.get(algorithm)?.toLowerCase() === hex),
  );
  if (!isNamed) refuse('binding', 'subject-digest', 'the statement is about another artifact');
}

/** The subject name that npm writes: a purl with the scope's @ encoded and nothing else. */
function npmSubject(name: string, version: string): string {
  return `pkg:npm/${name.startsWith('@') ? `%40${name.slice(1)}` : name}@${version}`;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('binding', 'statement', 'the statement is not JSON in UTF-8');
  }
}
