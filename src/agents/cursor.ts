import { type AgentProtocol, scriptOf, textOf, toJson } from './protocol.ts';

/**
 * Cursor, `beforeShellExecution`. Both spellings of the messages are answered: versions differ. Source: Cursor's hooks
 * documentation.
 */
export const cursor: AgentProtocol = {
  id: 'cursor',
  title: 'Cursor',
  recognises: (input) => input['hook_event_name'] === 'beforeShellExecution',
  callOf: (input) => {
    const cwd = textOf(input, 'cwd');
    const roots: unknown = input['workspace_roots'];
    const [root]: readonly unknown[] = Array.isArray(roots) ? roots : [];
    return {
      script: scriptOf(input),
      cwd: cwd === undefined || cwd === '' ? (typeof root === 'string' ? root : undefined) : cwd,
      isUnattended: false,
    };
  },
  answer: (decision) => {
    if (decision.type === 'no-opinion') return { exitCode: 0 };
    const { type, reason } = decision;
    const answer = { permission: type, user_message: reason, agent_message: reason, userMessage: reason, agentMessage: reason };
    return { exitCode: 0, stdout: toJson(type === 'allow' ? { permission: type } : answer) };
  },
  configuration: (command) => ({
    file: '.cursor/hooks.json',
    text: `${JSON.stringify({ version: 1, hooks: { beforeShellExecution: [{ command, timeout: 60, failClosed: true }] } }, undefined, 2)}\n`,
    notes: ['failClosed stops the command when the hook itself cannot start; versions of Cursor that do not know it let it run'],
  }),
};
