import type { LicenceExpression } from '../../../src/licences/expression.ts';
import { formatExpression, parseExpression } from '../../../src/licences/expression.ts';
import { readLicenceField } from '../../../src/licences/field.ts';
import type { Bar } from './bar.ts';
import { shareBar, zeroBar } from './bar.ts';

interface Item {
  readonly id: string;
  readonly value: unknown;
  readonly expect: {
    readonly kind: string;
    readonly accept: readonly string[];
    readonly reviewOk: boolean;
    readonly never: readonly string[];
  };
}

/** The five scores of the corpus' README. An answer is what a resolved field means; a partial reading is no answer. */
export function scoreFields(items: unknown): readonly Bar[] {
  const all = items as readonly Item[]; // the corpus' own shape
  const dangerous: string[] = [];
  const wrong: string[] = [];
  const must: string[] = [];
  const may: string[] = [];
  const kinds: string[] = [];
  for (const { id, value, expect } of all) {
    const { kind, resolution } = readLicenceField(value);
    const answer = resolution.state === 'resolved' ? resolution.expression : undefined;
    const said = `${id} ${JSON.stringify(value)}: ${answer ?? 'unresolved'}`;
    const isRight = answer !== undefined && expect.accept.some((accepted) => isSame(accepted, answer));
    if (answer !== undefined && expect.never.some((never) => isSame(never, answer))) dangerous.push(said);
    else if (answer !== undefined && !isRight) wrong.push(said);
    if (!expect.reviewOk && !isRight) must.push(said);
    if (expect.reviewOk && expect.accept.length > 0 && !isRight) may.push(said);
    if (kind !== expect.kind) kinds.push(`${id} ${JSON.stringify(value)}: ${kind}, should be ${expect.kind}`);
  }
  return [
    zeroBar('fields: dangerous', all.length, dangerous),
    zeroBar('fields: wrong', all.length, wrong),
    shareBar('fields: must be resolved', all.filter(({ expect }) => !expect.reviewOk).length, must, 0.98),
    shareBar('fields: may be resolved', all.filter(({ expect }) => expect.reviewOk && expect.accept.length > 0).length, may, 0.7),
    shareBar('fields: kind', all.length, kinds, 0.9),
  ];
}

/** Operand order is free. */
function isSame(a: string, b: string): boolean {
  return ordered(a) === ordered(b);
}

function ordered(text: string): string {
  const parsed = parseExpression(text);
  return parsed.ok ? orderedNode(parsed.expression) : text;
}

function orderedNode(node: LicenceExpression): string {
  return node.kind === 'term' ? formatExpression(node) : `${node.kind}(${node.operands.map(orderedNode).sort().join()})`;
}
