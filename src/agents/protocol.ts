import { isRecord, parseJson } from '../model/json.ts';

/** What a gate says to an agent that is about to run a shell command. */
export type AgentDecision =
  /** It is none of the gate's business: the agent's own rules go on. */
  { readonly type: 'no-opinion'; readonly reason?: string } | { readonly type: 'allow' | 'deny' | 'ask'; readonly reason: string };

/** A shell command that an agent is about to run. */
export interface AgentCall {
  readonly script: string;
  /** Absolute, as the agent gives it; undefined where it gives none. */
  readonly cwd: string | undefined;
  /** Nobody is there, or nobody will be asked: a question would count as consent. */
  readonly isUnattended: boolean;
}

/** What a program is told through its exit code and its output. */
export interface AgentAnswer {
  readonly exitCode: 0 | 2;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** How one agent speaks to its hooks. */
export interface AgentProtocol {
  readonly id: string;
  /** How people call it. */
  readonly title: string;
  /** Whether an input is this agent's, by the fields that only it has. */
  readonly recognises: (input: AgentInput) => boolean;
  /** The shell command in it; undefined for another tool's call. Throws `TypeError` for an input that is not what the agent's documentation promises. */
  readonly callOf: (input: AgentInput) => AgentCall | undefined;
  readonly answer: (decision: AgentDecision) => AgentAnswer;
  /** Where its configuration stands, and the text that has it call the hook. `command` is a shell command. */
  readonly configuration: (command: string) => { readonly file: string; readonly text: string; readonly notes: readonly string[] };
}

/** The JSON object that an agent writes to its hook. */
export type AgentInput = Readonly<Record<string, unknown>>;

/** An agent's input, or why it is none. */
export function readAgentInput(text: string): AgentInput | { readonly problem: string } {
  const value = parseJson(text.replace(/^\ufeff/, ''));
  if (value === undefined) return { problem: 'the input is not JSON' };
  return isRecord(value) ? value : { problem: 'the input is no JSON object' };
}

/** A member that must be a text, or may be absent. Throws `TypeError`. */
export function textOf(input: AgentInput, name: string): string | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new TypeError(`${name} is no text`);
  return value;
}

/** A member that must be an object. Throws `TypeError`. */
export function objectOf(input: AgentInput, name: string): AgentInput {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${name} is no object`);
  return value as AgentInput; // any JSON object
}

/** The shell command itself, which must be there. Throws `TypeError`. */
export function scriptOf(input: AgentInput): string {
  const script = textOf(input, 'command');
  if (script === undefined) throw new TypeError('command is missing');
  return script;
}

/** PowerShell's escape character is a POSIX substitution: without it the words are what they become. */
export function fromPowerShell(script: string): string {
  return script.replaceAll(/`\r?\n/g, ' ').replaceAll('`', '');
}

/** One line of JSON, as agents read answers. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
