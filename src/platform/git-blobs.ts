import { GateError } from '../model/gate-error.ts';
import { completeClone } from './git.ts';
import { git } from './git-process.ts';

/** The sizes of blobs, in bytes; what the clone lacks is not in the answer. */
export function blobSizes(repository: string, ids: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  if (ids.length === 0) return sizes;
  for (const line of catFile(repository, '--batch-check', ids).toString('latin1').split('\n')) {
    const [id = '', type, size] = line.split(' ');
    if (type === 'blob' && /^\d+$/.test(size ?? '')) sizes.set(id, Number(size));
  }
  return sizes;
}

/** The bytes of blobs, in one run of git; the caller has looked at their sizes. What the clone lacks is not in the answer. */
export function readBlobs(repository: string, ids: readonly string[]): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const out = catFile(repository, '--batch', ids);
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at);
    if (end === -1) break;
    const [id = '', type, size] = out.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    const length = Number(size);
    if (!(length >= 0) || at + length > out.length) throw new GateError('git', 'git broke off in a file', { hint: 'try git fsck' });
    // A copy, so that one small manifest does not keep the whole answer in memory.
    if (type === 'blob') contents.set(id, Buffer.from(out.subarray(at, at + length)));
    at += length + 1;
  }
  return contents;
}

function catFile(repository: string, mode: '--batch' | '--batch-check', ids: readonly string[]): Buffer {
  const answer = git(repository, ['cat-file', mode], `${[...new Set(ids)].join('\n')}\n`);
  if (answer.status !== 0) throw new GateError('git', 'git cannot read the files of the commit', { hint: completeClone(repository) });
  return answer.stdout;
}
