import { resolve } from 'node:path';
import { claudeCode } from '../agents/claude-code.ts';
import { codex } from '../agents/codex.ts';
import { copilot } from '../agents/copilot.ts';
import { cursor } from '../agents/cursor.ts';
import { geminiCli } from '../agents/gemini-cli.ts';
import { launchesIn } from '../agents/launches.ts';
import { type AgentCall, type AgentDecision, type AgentInput, type AgentProtocol, readAgentInput } from '../agents/protocol.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { Command, CommandResult, Environment } from './command.ts';
import { homeFolder } from '../platform/home.ts';

const protocols: readonly AgentProtocol[] = [claudeCode, codex, cursor, geminiCli, copilot];
const ids = protocols.map(({ id }) => id).join(', ');

/** `lockgate agent-hook`: judges what an AI agent is about to install, before it starts. */
export const agentHook: Command = {
  name: 'agent-hook',
  summary: 'Judge what an AI agent is about to install, from its hook',
  usage: '',
  description: [
    'Reads the JSON that an agent writes before it runs a shell command. Installs of packages are found in it, also behind sudo,',
    'env, xargs, sh -c, eval, corepack and in substitutions; the versions that would be picked, with all that they bring along, and the',
    'lockfile of the folder are judged by the policy of that folder. Refused or not verified: the agent is told to stop, and',
    'why. What cannot be read safely, such as a package name in a variable, is asked about where the agent can ask, and else',
    'refused. A command that installs nothing gets no answer. Input that is not understood: exit code 2, which blocks.',
    'Not seen: installs that scripts, Makefiles, containers or other programs start by themselves, and curl | sh.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    format: { type: 'string', short: 'f', value: 'AGENT', description: `Whose input it is: ${ids}; recognised by itself otherwise` },
    'print-config': { type: 'string', value: 'AGENT', description: `Print the configuration that makes an agent call this: ${ids}` },
    timeout: { type: 'string', value: 'SECONDS', description: 'Deadline for all evidence, 25 by default: below that of the agent' },
  },
  examples: [
    ['lockgate agent-hook --print-config claude', 'what to write into .claude/settings.json'],
    ['lockgate agent-hook < call.json', 'what the agent would be told'],
  ],
  run: async ({ text, environment }) => {
    const configured = text('print-config');
    if (configured !== undefined) return configuration(protocolNamed(configured));
    const limit = secondsOf(text('timeout')) * 1000;
    const input = readAgentInput(await environment.readStdin());
    if ('problem' in input) return unreadable(String(input['problem']));
    const named = text('format');
    const protocol = named === undefined ? protocols.find((one) => one.recognises(input)) : protocolNamed(named);
    if (protocol === undefined) return unreadable(`no agent is recognised in the input; --format names one: ${ids}`);
    const call = callOf(protocol, input);
    if (call === undefined) return { exitCode: 0 };
    if ('problem' in call) return unreadable(`${protocol.title}: ${call.problem}`);
    // One deadline for all of it: an agent that waits in vain may go on.
    const decision = await withDeadline(limit, environment.signal, (signal) => decide(call, { ...environment, signal }, limit));
    return protocol.answer(forAttendance(decision, call));
  },
};

function protocolNamed(id: string): AgentProtocol {
  const found = protocols.find((one) => one.id === id);
  if (found === undefined) throw new GateError('usage', `there is no agent ${JSON.stringify(id)}`, { hint: `agents: ${ids}` });
  return found;
}

function configuration(protocol: AgentProtocol): CommandResult {
  const { file, text, notes } = protocol.configuration('lockgate agent-hook');
  return {
    exitCode: 0,
    stdout: text,
    stderr: [`for ${protocol.title}, in ${file}:`, ...notes.map((note) => `note: ${note}`), ''].join('\n'),
  };
}

function callOf(protocol: AgentProtocol, input: AgentInput): AgentCall | undefined | { readonly problem: string } {
  try {
    return protocol.callOf(input);
  } catch (error) {
    if (error instanceof TypeError) return { problem: error.message };
    throw error;
  }
}

/** An agent that gets no answer goes on: exit code 2 is the one that blocks. */
function unreadable(problem: string): CommandResult {
  return { exitCode: 2, stderr: `lockgate agent-hook: ${problem}; the call is blocked, since nobody can tell what it installs\n` };
}

async function decide({ script, cwd }: AgentCall, environment: Environment, limit: number): Promise<AgentDecision> {
  const { launches, doubts, isInstallOnly } = launchesIn(script, resolve(environment.cwd, cwd ?? '.'), homeFolder());
  if (launches.length === 0 && doubts.length === 0) return { type: 'no-opinion' };
  if (doubts.length > 0)
    return {
      type: 'ask',
      reason: say(
        'lockgate cannot tell what this would install',
        doubts,
        'write the packages out and run the install in a command of its own',
      ),
    };
  const { judgeLaunch } = await import('./install-judgement.ts');
  const passed: string[] = [];
  for (const launch of launches) {
    const { verdict, reasons } = await judgeLaunch(launch, environment, limit);
    const what = inertLine(launch.argv.join(' '), 120);
    if (verdict === 'fail') return { type: 'deny', reason: say(`lockgate refuses ${what}`, reasons) };
    if (verdict === 'inconclusive')
      return { type: 'deny', reason: say(`lockgate could not verify ${what}`, reasons, 'try again later, or have a person look at it') };
    if (verdict === 'unreadable') return { type: 'ask', reason: say(`lockgate cannot tell what ${what} would install`, reasons) };
    passed.push(...reasons);
  }
  if (passed.length === 0) return { type: 'no-opinion' };
  // Consent is given to installs alone: the rest of a command line is none of the gate's business.
  return { type: isInstallOnly ? 'allow' : 'no-opinion', reason: say('lockgate', passed) };
}

/** Where nobody would be asked, a question is a refusal. */
function forAttendance(decision: AgentDecision, { isUnattended }: AgentCall): AgentDecision {
  return decision.type === 'ask' && isUnattended ? { type: 'deny', reason: decision.reason } : decision;
}

function say(head: string, reasons: readonly string[], advice?: string): string {
  const body = reasons.map((reason) => inertLine(reason, 400)).join('; ');
  return `${head}: ${body}${advice === undefined ? '' : ` (${advice})`}`;
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 25;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (!(seconds >= 1)) throw new GateError('usage', `--timeout needs a whole number of seconds, not ${JSON.stringify(text)}`);
  return seconds;
}
