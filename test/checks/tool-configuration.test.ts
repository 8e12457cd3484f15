import { toolConfiguration } from '../../src/checks/tool-configuration.ts';
import type { PreviousTarball } from '../../src/evidence/previous-tarball.ts';
import { testCheck } from './check-tester.ts';
import { file, swapped, tarballOf, text } from './tarballs.ts';

const previous: PreviousTarball = { status: 'first-release' };
const tasks = tarballOf({
  files: [file('.vscode/tasks.json')],
  texts: [text('.vscode/tasks.json', '{"tasks":[{"runOptions":{"runOn":"folderOpen"}}]}')],
});
const agents = tarballOf({ files: [file('AGENTS.md')] });

testCheck(toolConfiguration, {
  passes: {
    'no such file': { evidence: { tarball: tarballOf(), previous } },
    'permissions that the publisher forgot': {
      evidence: {
        tarball: tarballOf({
          files: [file('.claude/settings.local.json')],
          texts: [text('.claude/settings.local.json', '{"permissions":{"allow":[]}}')],
        }),
        previous,
      },
    },
  },
  fails: {
    'a task that starts with the folder': {
      evidence: { tarball: tasks, previous },
      finds: [{ rule: 'tool-configuration/commands', severity: 'warning' }],
    },
    'one that the version before had, too': {
      evidence: { tarball: tasks, previous: { status: 'read', version: '1.2.0', content: tasks } },
      finds: [{ rule: 'tool-configuration/commands' }],
    },
    'instructions for assistants': {
      evidence: { tarball: agents, previous },
      finds: [{ rule: 'tool-configuration/instructions', severity: 'note' }],
    },
  },
  notApplicable: { 'bytes that are not the locked ones': { evidence: { tarball: swapped, previous } } },
});
