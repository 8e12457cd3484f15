import { type AgentProtocol, objectOf, scriptOf, textOf, toJson } from './protocol.ts';

/** Gemini CLI, `BeforeTool`: exit code 0 with `decision`, or 2 to block. It cannot ask. Source: Gemini CLI's hooks reference. */
export const geminiCli: AgentProtocol = {
  id: 'gemini',
  title: 'Gemini CLI',
  recognises: (input) => input['hook_event_name'] === 'BeforeTool',
  callOf: (input) => {
    const tool = textOf(input, 'tool_name');
    if (tool === undefined) throw new TypeError('tool_name is missing');
    if (tool !== 'run_shell_command') return undefined;
    const call = objectOf(input, 'tool_input');
    const cwd = textOf(input, 'cwd');
    // The tool's own folder is relative to the project.
    const folder = textOf(call, 'dir_path') ?? textOf(call, 'directory');
    const script = scriptOf(call);
    return {
      script: folder === undefined || folder === '' ? script : `cd '${folder.replaceAll("'", `'\\''`)}' && ${script}`,
      cwd,
      isUnattended: true,
    };
  },
  answer: (decision) => {
    if (decision.type === 'no-opinion' || decision.type === 'allow') return { exitCode: 0 };
    return { exitCode: 0, stdout: toJson({ decision: 'deny', reason: decision.reason }) };
  },
  configuration: (command) => ({
    file: '.gemini/settings.json',
    text: `${JSON.stringify(
      {
        hooks: { BeforeTool: [{ matcher: 'run_shell_command', hooks: [{ name: 'lockgate', type: 'command', command, timeout: 60_000 }] }] },
      },
      undefined,
      2,
    )}\n`,
    notes: [
      'Gemini CLI goes on when the hook itself cannot start, with a warning; it cannot ask, so what cannot be read safely is refused',
    ],
  }),
};
