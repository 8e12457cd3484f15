import type { InclusionProofShape } from './bundle-shape.ts';
import { hintOf, type TrustedLog } from './trust-root.ts';
import { refuse } from './verdict.ts';

const maxLines = 8;
const signatureLine = /^\u2014 ([A-Za-z0-9.:/_+-]{1,200}) ([A-Za-z0-9+/]{8,2000}={0,2})$/;

/**
 * Reads an inclusion proof's checkpoint (C2SP tlog-checkpoint and signed-note) and keeps of it only what the log that
 * the entry claims has signed. Lines of witnesses and of other keys are dropped: the verifier takes any line of any
 * trusted log, and would use the line's name as a pattern.
 * @returns the proof with the reduced checkpoint
 */
export function bindCheckpoint(proof: InclusionProofShape, log: TrustedLog): InclusionProofShape {
  if (proof.checkpoint === undefined) refuse('crypto', 'checkpoint', 'the inclusion proof has no checkpoint');
  const { envelope } = proof.checkpoint;
  const separator = envelope.indexOf('\n\n');
  if (separator === -1 || !envelope.endsWith('\n')) refuse('crypto', 'checkpoint', 'the checkpoint is not a signed note');
  const header = envelope.slice(0, separator);
  const [origin = '', size = '', rootHash = ''] = header.split('\n');
  // Rekor v1 adds the tree's number to its name: `rekor.example - 1193050959916656506`.
  if (origin !== log.name && !(origin.startsWith(`${log.name} - `) && /^[0-9]{1,20}$/.test(origin.slice(log.name.length + 3)))) {
    refuse('crypto', 'checkpoint', 'the checkpoint is of another log than the entry claims');
  }
  if (size !== proof.treeSize || rootHash !== proof.rootHash) {
    refuse('crypto', 'checkpoint', 'the checkpoint is of another tree than the inclusion proof');
  }
  const lines = envelope.slice(separator + 2, -1).split('\n');
  if (lines.length > maxLines) refuse('crypto', 'checkpoint', `the checkpoint has more than ${maxLines} signatures`);
  const own = lines.filter((line) => isSignedBy(line, log));
  if (own.length !== 1) refuse('crypto', 'checkpoint', 'the checkpoint is not signed exactly once by the log that the entry claims');
  return { ...proof, checkpoint: { envelope: `${header}\n\n${own.join('')}\n` } };
}

function isSignedBy(line: string, log: TrustedLog): boolean {
  const match = signatureLine.exec(line);
  if (match === null) refuse('crypto', 'checkpoint', 'the checkpoint has a malformed signature line');
  const [, name, signature = ''] = match;
  return name === log.name && hintOf(signature) === hintOf(log.id);
}
