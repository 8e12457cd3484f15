import type { ExpressionProblem, LicenceExpression, Span } from './expression.ts';
import { parseExpression } from './expression.ts';
import type { LicencePolicy } from './policy.ts';
import { matches } from './matcher.ts';
import type { SpecialValue } from './special-value.ts';
import { readSpecialValue } from './special-value.ts';
import { findLicence } from './spdx-list.ts';
import type { LicenceOption, LicenceTerm } from './term.ts';
import { formatTerm, optionsOf } from './term.ts';

/** A term and where it stands in the expression. */
export interface PlacedTerm {
  readonly term: LicenceTerm;
  readonly span: Span;
}

export type LicenceVerdict =
  /** `chosen`: the leaves by which it passes, the leftmost passing side of each OR, each once. */
  | { readonly verdict: 'allow'; readonly chosen: readonly PlacedTerm[] }
  /** `missing`: what is not allowed in the alternative that lacks fewest. */
  | { readonly verdict: 'deny'; readonly missing: readonly PlacedTerm[]; readonly problem?: 'unlicensed' | 'none' }
  /** Not a usable expression: a person must look, and a gate fails closed. */
  | {
      readonly verdict: 'review';
      readonly problem: ExpressionProblem | SpecialValue['kind'];
      readonly message: string;
      readonly span?: Span;
    };

/**
 * Judges an expression on its tree, never expanding it: time linear in its size. AND needs every operand, OR one. A term
 * passes when one of the versions it offers is allowed and not denied.
 */
export function evaluateExpression(expression: LicenceExpression, policy: LicencePolicy): LicenceVerdict {
  const lacking = new Map<LicenceExpression, number>();
  const isAllowed = judgeOnce(policy);
  countLacking(expression, isAllowed, lacking);
  const leaves = distinct(leavesOfBest(expression, lacking));
  if (lacking.get(expression) === 0) return { verdict: 'allow', chosen: leaves };
  return { verdict: 'deny', missing: leaves.filter((leaf) => !isAllowed(leaf.term)) };
}

/**
 * Judges a licence value as it stands in a document: an expression, or one of the words of npm and SPDX. `null` and
 * `undefined` are an absent field. Never throws. Free text is not interpreted: see `readLicenceField`.
 */
export function evaluateText(text: string | null | undefined, policy: LicencePolicy): LicenceVerdict {
  const special = readSpecialValue(text);
  if (special?.kind === 'none' || special?.kind === 'unlicensed') return { verdict: 'deny', missing: [], problem: special.kind };
  if (special !== undefined || typeof text !== 'string') {
    return { verdict: 'review', problem: special?.kind ?? 'missing', message: 'it names no licence' };
  }
  const parsed = parseExpression(text);
  if (!parsed.ok) return { verdict: 'review', problem: parsed.problem, message: parsed.message, span: parsed.span };
  return evaluateExpression(parsed.expression, policy);
}

type TermJudge = (term: LicenceTerm) => boolean;

/** Judges each term once: the parser shares equal terms, and a hostile expression repeats them thousands of times. */
function judgeOnce(policy: LicencePolicy): TermJudge {
  const known = new Map<LicenceTerm, boolean>();
  return (term) => {
    const answer = known.get(term) ?? isTermAllowed(term, policy);
    known.set(term, answer);
    return answer;
  };
}

/** Without an allowlist everything passes that is not denied, except terms that only their author knows. */
function isTermAllowed(term: LicenceTerm, policy: LicencePolicy): boolean {
  const isKnown = findLicence(term.id) !== undefined && term.exception?.startsWith('AdditionRef-') !== true;
  const isAccepted = (option: LicenceOption): boolean => (policy.allow === undefined ? isKnown : matches(policy.allow, option));
  return optionsOf(term).some((option) => isAccepted(option) && !matches(policy.deny, option));
}

/** How many leaves are not allowed in the best alternative below each node; 0 is a pass. Recursion is bounded by the parser. */
function countLacking(node: LicenceExpression, isAllowed: TermJudge, lacking: Map<LicenceExpression, number>): number {
  const count =
    node.kind === 'term'
      ? Number(!isAllowed(node.term))
      : node.operands
          .map((operand) => countLacking(operand, isAllowed, lacking))
          .reduce((sum, next) => (node.kind === 'and' ? sum + next : Math.min(sum, next)));
  lacking.set(node, count);
  return count;
}

/** The leaves of the alternative that lacks fewest, the leftmost of equals. */
function leavesOfBest(node: LicenceExpression, lacking: ReadonlyMap<LicenceExpression, number>): readonly PlacedTerm[] {
  if (node.kind === 'term') return [node];
  if (node.kind === 'and') return node.operands.flatMap((operand) => leavesOfBest(operand, lacking));
  const best = node.operands.find((operand) => lacking.get(operand) === lacking.get(node));
  return best === undefined ? [] : leavesOfBest(best, lacking);
}

function distinct(leaves: readonly PlacedTerm[]): readonly PlacedTerm[] {
  const byText = new Map<string, PlacedTerm>();
  for (const leaf of leaves) {
    const text = formatTerm(leaf.term);
    if (!byText.has(text)) byText.set(text, { term: leaf.term, span: leaf.span });
  }
  return [...byText.values()];
}
