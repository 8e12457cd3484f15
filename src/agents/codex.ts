import { claudeCode } from './claude-code.ts';
import { type AgentProtocol, objectOf, scriptOf, textOf } from './protocol.ts';

/**
 * Codex, `PreToolUse`: the shape of Claude Code with a `turn_id`. It rejects `ask` and then runs the call, so a question is a
 * refusal here; and the one refusal that every version understands is exit code 2 with the reason on stderr.
 */
export const codex: AgentProtocol = {
  id: 'codex',
  title: 'Codex',
  recognises: (input) => input['hook_event_name'] === 'PreToolUse' && input['turn_id'] !== undefined,
  callOf: (input) => {
    const tool = textOf(input, 'tool_name');
    if (tool === undefined) throw new TypeError('tool_name is missing');
    if (!/^(?:Bash|shell|exec_command|local_shell|unified_exec)$/.test(tool)) return undefined;
    return { script: scriptOf(objectOf(input, 'tool_input')), cwd: textOf(input, 'cwd'), isUnattended: true };
  },
  answer: (decision) => {
    if (decision.type === 'deny' || decision.type === 'ask') return { exitCode: 2, stderr: `${decision.reason}\n` };
    // An explicit allow is no part of what every version takes.
    return claudeCode.answer({ type: 'no-opinion', ...(decision.reason === undefined ? {} : { reason: decision.reason }) });
  },
  configuration: (command) => ({
    file: '~/.codex/config.toml',
    text: `[[hooks.PreToolUse]]\nmatcher = "Bash"\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = ${JSON.stringify(`${command} --format codex || exit 2`)}\ntimeout = 60\n`,
    notes: ['Codex 0.124.0 or later; it has no way to ask, so what cannot be read safely is refused'],
  }),
};
