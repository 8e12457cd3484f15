import { type AgentInput, type AgentProtocol, fromPowerShell, readAgentInput, scriptOf, textOf, toJson } from './protocol.ts';

/**
 * GitHub Copilot (its CLI and cloud agent), `preToolUse`: `toolArgs` is JSON within a text, or an object. Only `deny` is
 * sure to be obeyed everywhere, so a question is a refusal. Source: GitHub's hooks reference.
 */
export const copilot: AgentProtocol = {
  id: 'copilot',
  title: 'GitHub Copilot',
  recognises: (input) => typeof input['toolName'] === 'string' && 'toolArgs' in input,
  callOf: (input) => {
    const tool = textOf(input, 'toolName');
    if (tool === undefined) throw new TypeError('toolName is missing');
    if (!/^(?:bash|powershell|shell)$/.test(tool)) return undefined;
    const script = scriptOf(argumentsOf(input['toolArgs']));
    return { script: tool === 'powershell' ? fromPowerShell(script) : script, cwd: textOf(input, 'cwd'), isUnattended: true };
  },
  answer: (decision) => {
    if (decision.type === 'no-opinion' || decision.type === 'allow') return { exitCode: 0 };
    return { exitCode: 0, stdout: toJson({ permissionDecision: 'deny', permissionDecisionReason: decision.reason }) };
  },
  configuration: (command) => ({
    file: '.github/hooks/lockgate.json',
    text: `${JSON.stringify({ version: 1, hooks: { preToolUse: [{ type: 'command', bash: command, powershell: command, timeoutSec: 60 }] } }, undefined, 2)}\n`,
    notes: ['the cloud agent takes it from the default branch, and needs lockgate there: see its setup steps'],
  }),
};

function argumentsOf(value: unknown): AgentInput {
  const read = typeof value === 'string' ? readAgentInput(value) : value;
  if (typeof read !== 'object' || read === null || Array.isArray(read) || 'problem' in read) throw new TypeError('toolArgs is no object');
  return read as AgentInput; // any JSON object
}
