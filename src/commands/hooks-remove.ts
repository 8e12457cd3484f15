import { join } from 'node:path';
import { preCommitText } from '../hooks/client-files.ts';
import { GateError } from '../model/gate-error.ts';
import { readOptionalText } from '../platform/files.ts';
import { gitHooksFolder } from '../platform/git-hooks.ts';
import { removeProjectFile, writeProjectFile } from '../platform/project-files.ts';
import type { Command } from './command.ts';
import { removal } from './project-hooks.ts';

/** `lockgate hooks remove`: takes out what `hooks install` put in. */
export const hooksRemove: Command = {
  name: 'hooks remove',
  summary: 'Take the hooks out again: every byte as it was',
  usage: '',
  description: [
    'What was put into files is taken out of them, and the files of the hooks go. What somebody has changed since',
    'stays as it is, and is said: exit code 1.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    git: { type: 'boolean', description: 'Remove the pre-commit hook instead' },
    'dry-run': { type: 'boolean', description: 'Say what would be removed' },
  },
  examples: [['lockgate hooks remove', 'in the folder where they were installed']],
  run: async ({ flag, environment }) => {
    const isDry = flag('dry-run');
    if (flag('git')) {
      const file = join(gitHooksFolder(environment.cwd, environment.variables).hooks, 'pre-commit');
      if (readOptionalText(file) !== preCommitText)
        throw new GateError('usage', 'there is no pre-commit hook of lockgate here, or it was changed');
      if (!isDry) removeProjectFile(file, { withFolder: false });
      return { exitCode: 0, stdout: `pre-commit: ${isDry ? 'would be removed' : 'removed'}\n` };
    }
    const plan = removal(environment.cwd);
    if (plan === undefined)
      throw new GateError('usage', 'no hooks are installed here', { hint: 'run it in the folder with .lockgate/hooks.json' });
    const changes = plan.changes.filter(({ before, after }) => before !== after);
    if (!isDry)
      for (const { path, after } of changes) {
        const file = join(environment.cwd, path);
        if (after === undefined) removeProjectFile(file, { withFolder: path.startsWith('.lockgate/') });
        else writeProjectFile(file, after, { isExecutable: false });
      }
    const verb = isDry ? 'would be ' : '';
    const lines = [
      ...changes.map(({ path, after }) => `${path}: ${verb}${after === undefined ? 'removed' : 'restored'}`),
      ...plan.leftover.map((one) => `left as it is: ${one}`),
      '',
    ];
    return { exitCode: plan.leftover.length > 0 ? 1 : 0, stdout: lines.join('\n') };
  },
};
