import { type AgentProtocol, fromPowerShell, objectOf, scriptOf, textOf, toJson } from './protocol.ts';

/**
 * Claude Code, `PreToolUse`. Exit code 2 blocks with the reason on stderr; any other failure lets the call go on, unless the
 * hook says `"onFailure": "block"`. Source: Claude Code's hooks reference.
 */
export const claudeCode: AgentProtocol = {
  id: 'claude',
  title: 'Claude Code',
  recognises: (input) => input['hook_event_name'] === 'PreToolUse' && input['turn_id'] === undefined,
  callOf: (input) => {
    const tool = textOf(input, 'tool_name');
    if (tool === undefined) throw new TypeError('tool_name is missing');
    if (!/^(?:Bash|PowerShell)$/.test(tool)) return undefined;
    const mode = textOf(input, 'permission_mode');
    const script = scriptOf(objectOf(input, 'tool_input'));
    return {
      script: tool === 'PowerShell' ? fromPowerShell(script) : script,
      cwd: textOf(input, 'cwd'),
      isUnattended: mode === 'bypassPermissions' || mode === 'dontAsk',
    };
  },
  answer: (decision) => {
    if (decision.type === 'no-opinion')
      return decision.reason === undefined ? { exitCode: 0 } : { exitCode: 0, stdout: toJson({ systemMessage: decision.reason }) };
    return {
      exitCode: 0,
      stdout: toJson({
        hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: decision.type, permissionDecisionReason: decision.reason },
      }),
    };
  },
  configuration: (command) => ({
    file: '.claude/settings.json',
    text: `${JSON.stringify(
      { hooks: { PreToolUse: [{ matcher: 'Bash|PowerShell', hooks: [{ type: 'command', command, timeout: 60, onFailure: 'block' }] }] } },
      undefined,
      2,
    )}\n`,
    notes: [
      'onFailure: block needs Claude Code 2.1.295 or later; before, a hook that cannot start lets the command run',
      'an allow rule that covers the command (Bash(npm install:*)) answers our questions by itself: remove such rules',
    ],
  }),
};
