import { createHash } from 'node:crypto';
import type { JsonSchema } from '../model/check.ts';
import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { entriesOf, parsePolicyDocument, wrong } from './document.ts';
import { readOption } from './options.ts';

/** The policy that another one builds on: an organisation's, pinned by the digest of its bytes. */
export interface Extended {
  /** Relative to the policy's own folder, or an https URL. */
  readonly from: { readonly path: string } | { readonly url: string };
  readonly sha256: string;
  readonly location: Location;
}

export const extendsSchema: JsonSchema = {
  type: 'object',
  description: 'The policy that this one builds on, pinned by the digest of its bytes. What stands here wins over it.',
  required: ['sha256'],
  properties: {
    path: { type: 'string', description: "Its path, relative to this file's folder." },
    url: { type: 'string', format: 'uri', description: 'Its https address.' },
    sha256: { type: 'string', description: 'SHA-256 of its bytes, hexadecimal.' },
  },
};

/** What a policy's text says under `extends`; undefined where it extends nothing. Throws `GateError` (`policy-invalid`). */
export function extendedBy(text: string, path: string): Extended | undefined {
  const node = entriesOf(parsePolicyDocument(text, path)).get('extends');
  if (node === undefined) return undefined;
  const value = readOption(node, extendsSchema) as { path?: string; url?: string; sha256: string }; // proven by its schema
  if (!/^[0-9a-f]{64}$/.test(value.sha256)) throw wrong(node, 'needs sha256: 64 hexadecimal digits', 'sha256sum FILE prints them');
  if ((value.path === undefined) === (value.url === undefined)) throw wrong(node, 'needs either path or url');
  if (value.url !== undefined && !value.url.startsWith('https://')) throw wrong(node, 'must be an https address');
  const from = value.url === undefined ? { path: value.path ?? '' } : { url: value.url };
  return { from, sha256: value.sha256, location: node.location };
}

/** The extended policy's text, once its digest is proven. Throws `GateError` (`policy-invalid`) for other bytes. */
export function provenText(bytes: Uint8Array, { sha256, from, location }: Extended): string {
  const actual = createHash('sha256').update(bytes).digest('hex');
  const name = 'path' in from ? from.path : from.url;
  if (actual !== sha256) {
    throw new GateError('policy-invalid', `${name} is not the policy that is pinned here: its SHA-256 is ${actual}`, {
      location,
      hint: 'review the new policy, then write its digest',
    });
  }
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (extendedBy(text, name) !== undefined)
    throw new GateError('policy-invalid', `${name} extends another policy itself`, { location, hint: 'one level is enough: write it out' });
  return text;
}
