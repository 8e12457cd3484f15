import type { ParsedTerm } from './expression-term.ts';
import { parseTerm } from './expression-term.ts';
import type { LicenceTerm } from './term.ts';
import { formatTerm } from './term.ts';

/** Half-open range of UTF-16 units in the text that was parsed. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A licence expression: operands are in the order written, and an operator never stands directly under itself. */
export type LicenceExpression =
  | { readonly kind: 'term'; readonly term: LicenceTerm; readonly span: Span }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly LicenceExpression[]; readonly span: Span };

/** Why a text is no usable expression. */
export type ExpressionProblem = 'syntax' | 'unknown-id' | 'unknown-exception' | 'too-long' | 'too-deep';

/** Something that was read as its author surely meant it, and that a report should mention. */
export type ExpressionNotice =
  | { readonly kind: 'deprecated-id'; readonly written: string; readonly current: string; readonly span: Span }
  | { readonly kind: 'needless-plus'; readonly written: string; readonly span: Span };

export type ParsedExpression =
  | { readonly ok: true; readonly expression: LicenceExpression; readonly notices: readonly ExpressionNotice[] }
  | { readonly ok: false; readonly problem: ExpressionProblem; readonly message: string; readonly span: Span };

/** In UTF-16 units. No real expression comes near it; parsing is linear, so this bounds what reports may have to carry. */
export const maximumExpressionLength: number = 256 * 1024;

/** Parentheses within parentheses. The parser recurses once for each. */
export const maximumExpressionDepth: number = 100;

/**
 * Parses an SPDX licence expression (SPDX 3.0.1, annex "SPDX license expressions"; precedence `+`, WITH, AND, OR), in time
 * linear in the text, and never throws. Ids are put into list case and replaced by their current successors.
 * spdx-expression-parse is not used: it gives no positions, overflows the stack, and refuses `mit`, `or` and `AdditionRef-`.
 */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > maximumExpressionLength) {
    const message = `the expression is longer than ${maximumExpressionLength} characters`;
    return { ok: false, problem: 'too-long', message, span: { start: 0, end: text.length } };
  }
  const reader = new Reader(text);
  try {
    const expression = readOperands(reader, 'or', 0);
    const rest = reader.next();
    if (rest !== undefined) throw new Refusal('syntax', rest.text === ')' ? 'no parenthesis is open here' : 'an operator is missing', rest);
    return { ok: true, expression, notices: reader.notices };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, problem: error.problem, message: error.message, span: error.span };
  }
}

/** The canonical text: current ids, upper-case operators, no needless parentheses. */
export function formatExpression(expression: LicenceExpression): string {
  if (expression.kind === 'term') return formatTerm(expression.term);
  const operands = expression.operands.map((operand) =>
    operand.kind === 'or' && expression.kind === 'and' ? `(${formatExpression(operand)})` : formatExpression(operand),
  );
  return operands.join(expression.kind === 'and' ? ' AND ' : ' OR ');
}

/** Joins operands; those that are the same operator themselves are taken in, and one operand alone stays itself. */
export function joinOperands(kind: 'and' | 'or', operands: readonly [LicenceExpression, ...LicenceExpression[]]): LicenceExpression {
  const [first] = operands;
  if (operands.length === 1) return first;
  const span = { start: first.span.start, end: (operands.at(-1) ?? first).span.end };
  return { kind, operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])), span };
}

/** The leaves from left to right. */
export function termsOf(expression: LicenceExpression): readonly LicenceTerm[] {
  return expression.kind === 'term' ? [expression.term] : expression.operands.flatMap(termsOf);
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Why parsing stopped; never leaves this file. */
class Refusal extends Error {
  readonly problem: ExpressionProblem;
  readonly span: Span;

  constructor(problem: ExpressionProblem, message: string, span: Span) {
    super(message);
    this.problem = problem;
    this.span = { start: span.start, end: span.end };
  }
}

/** The text as tokens: parentheses, and words that end at a blank or a parenthesis. */
class Reader {
  readonly notices: ExpressionNotice[] = [];
  /** What was read before: a hostile expression repeats one term thousands of times. */
  readonly terms: Map<string, ParsedTerm> = new Map();
  readonly #pattern: RegExp = /[()]|[^() \t\r\n]+/g;
  readonly #text: string;
  #ahead: Token | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#ahead = this.#scan();
  }

  peek(): Token | undefined {
    return this.#ahead;
  }

  next(): Token | undefined {
    const token = this.#ahead;
    this.#ahead = this.#scan();
    return token;
  }

  /** The place after the last token, for "something is missing here". */
  get end(): Span {
    return { start: this.#text.length, end: this.#text.length };
  }

  #scan(): Token | undefined {
    const match = this.#pattern.exec(this.#text);
    return match === null ? undefined : { text: match[0], start: match.index, end: match.index + match[0].length };
  }
}

function readOperands(reader: Reader, kind: 'and' | 'or', depth: number): LicenceExpression {
  const readOperand = (): LicenceExpression => (kind === 'or' ? readOperands(reader, 'and', depth) : readPrimary(reader, depth));
  const operands: [LicenceExpression, ...LicenceExpression[]] = [readOperand()];
  while (isOperator(reader.peek(), kind)) {
    reader.next();
    operands.push(readOperand());
  }
  return joinOperands(kind, operands);
}

function readPrimary(reader: Reader, depth: number): LicenceExpression {
  const token = reader.next();
  if (token === undefined) throw new Refusal('syntax', 'a licence is missing at the end', reader.end);
  if (token.text !== '(') return readTerm(reader, token);
  if (depth === maximumExpressionDepth) {
    throw new Refusal('too-deep', `more than ${maximumExpressionDepth} parentheses within each other`, token);
  }
  const inner = readOperands(reader, 'or', depth + 1);
  const close = reader.next();
  if (close === undefined) throw new Refusal('syntax', 'this parenthesis is never closed', token);
  if (close.text !== ')') throw new Refusal('syntax', 'an operator is missing', close);
  return { ...inner, span: { start: token.start, end: close.end } };
}

function readTerm(reader: Reader, token: Token): LicenceExpression {
  let end = token.end;
  let exception: Token | undefined;
  if (isOperator(reader.peek(), 'with')) {
    reader.next();
    exception = reader.next();
    if (exception === undefined) throw new Refusal('syntax', 'an exception is missing at the end', reader.end);
    end = exception.end;
  }
  const span = { start: token.start, end };
  const key = `${token.text} ${exception?.text ?? ''}`;
  const read = reader.terms.get(key) ?? parseTerm(token.text, exception?.text);
  reader.terms.set(key, read);
  if (!read.ok) throw new Refusal(read.problem, read.message, read.at === 'exception' && exception !== undefined ? exception : token);
  if (read.deprecated !== undefined) {
    reader.notices.push({ kind: 'deprecated-id', written: read.deprecated, current: formatTerm(read.term), span });
  }
  if (read.isPlusNeedless) reader.notices.push({ kind: 'needless-plus', written: token.text, span });
  return { kind: 'term', term: read.term, span };
}

/** SPDX 3 allows operators in capitals or in small letters, not mixed. */
function isOperator(token: Token | undefined, operator: 'and' | 'or' | 'with'): boolean {
  return token !== undefined && (token.text === operator || token.text === operator.toUpperCase());
}
