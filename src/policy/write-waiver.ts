import { type Document, isMap, isSeq, parseDocument, visit } from 'yaml';
import { GateError } from '../model/gate-error.ts';

/** One waiver as a person writes it; dates are `2026-12-31`. */
export interface WaiverText {
  readonly rule: string;
  readonly package: string;
  readonly versions: string;
  readonly integrity?: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string;
  readonly created: string;
  readonly expires: string;
}

/**
 * Adds a waiver to a policy's text and keeps everything else as it is, comments included. An absent policy starts as
 * `version: 1`. The result must be loaded once more before it is written: this function does not judge it.
 */
export function addWaiver(policy: string | undefined, waiver: WaiverText): string {
  const document = parseDocument(policy ?? 'version: 1\n');
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new GateError('policy-invalid', 'the policy cannot be changed: it is not a mapping', {
      hint: 'lockgate policy check says what is wrong',
    });
  const missing = missingAnchor(document);
  if (missing !== undefined)
    throw new GateError('policy-invalid', `the policy cannot be changed: *${missing} stands for nothing`, {
      hint: 'lockgate policy check says what is wrong',
    });
  const list = document.get('waivers', true);
  if (isSeq(list)) list.add(document.createNode(waiver));
  else document.set('waivers', document.createNode([waiver]));
  return document.toString({ lineWidth: 0 });
}

/** The first alias without its anchor: such a text can be parsed, and not be written again. */
function missingAnchor(document: Document): string | undefined {
  let missing: string | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) missing ??= alias.source;
    },
  });
  return missing;
}
