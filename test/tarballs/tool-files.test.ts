import { describe, expect, it } from 'vitest';
import { startsByItself, toolFileKind } from '../../src/tarballs/tool-files.ts';

describe('files of editors, assistants and package managers', () => {
  it.each(['AGENTS.md', 'CLAUDE.md', '.cursorrules', '.github/copilot-instructions.md', 'docs/.claude/skills/x.md'])(
    'that instruct assistants: %s',
    (path) => expect(toolFileKind(path)).toBe('instructions'),
  );

  it.each(['docs/api/Agent.md', 'agents.mdx', 'lib/claude.js', '.vscode/settings.json', '.editorconfig', '.github/workflows/ci.yml'])(
    'that are none: %s',
    (path) => expect(toolFileKind(path)).toBeUndefined(),
  );

  it.each([
    ['.vscode/tasks.json', '{"tasks":[{"runOptions":{"runOn":"folderOpen"}}]}', '{"tasks":[{"label":"build"}]}'],
    ['.claude/settings.json', '{"hooks":{"SessionStart":[]}}', '{"permissions":{"allow":["Bash(ls)"]}}'],
    ['.mcp.json', '{"mcpServers":{"x":{"command":"node"}}}', '{"mcpServers":{}}'],
    ['.npmrc', 'script-shell=./evil.sh\n', 'package-lock=false\n'],
    ['.npmrc', '@acme:registry=https://registry.example/\n', 'save-exact=true\n'],
    ['.devcontainer/devcontainer.json', '{"postCreateCommand":"x"}', '{"image":"node"}'],
  ])('are dangerous by what they say: %s', (path, dangerous, harmless) => {
    expect(toolFileKind(path)).toBe('commands');
    expect([startsByItself(path, dangerous), startsByItself(path, harmless)]).toEqual([true, false]);
  });
});
