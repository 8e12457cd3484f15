/** `commands`: a tool may run what it names. `instructions`: an assistant may follow what it says. */
export type ToolFileKind = 'commands' | 'instructions';

/**
 * Whether a file of a package may make an editor, an assistant or a package manager do something for whoever opens its folder.
 * @param path relative to the package, posix separators
 */
export function toolFileKind(path: string): ToolFileKind | undefined {
  const lower = path.toLowerCase();
  if (commandFiles.some(({ file }) => file.test(lower))) return 'commands';
  return instructionFiles.test(lower) ? 'instructions' : undefined;
}

/**
 * Whether a file of kind `commands` names something that runs, or whom packages and secrets are fetched from, and not merely
 * permissions, colours or lint rules, which publishers forget in their packages every day.
 */
export function startsByItself(path: string, text: string): boolean {
  const lower = path.toLowerCase();
  return commandFiles.some(({ file, content }) => file.test(lower) && content.test(text));
}

const commandFiles: readonly { readonly file: RegExp; readonly content: RegExp }[] = [
  { file: /(?:^|\/)(?:\.vscode\/tasks\.json|[^/]+\.code-workspace)$/, content: /"folderOpen"/ },
  {
    file: /(?:^|\/)\.(?:claude|gemini)\/settings(?:\.local)?\.json$/,
    content: /"(?:hooks|mcpServers|apiKeyHelper|awsAuthRefresh|statusLine|enableAllProjectMcpServers)"\s*:/,
  },
  { file: /(?:^|\/)(?:\.mcp|\.vscode\/mcp|\.cursor\/mcp|\.kiro\/settings\/mcp|\.cursor\/hooks)\.json$/, content: /"command"\s*:/ },
  { file: /(?:^|\/)\.codex\/config\.toml$/, content: /^\s*(?:\[mcp_servers|notify\s*=)/m },
  { file: /(?:^|\/)\.?devcontainer\.json$/, content: /"(?:initialize|onCreate|updateContent|postCreate|postStart|postAttach)Command"\s*:/ },
  {
    file: /(?:^|\/)\.npmrc$/,
    content: /^\s*(?:(?:@[^:\s]+:)?registry|script-shell|node-options|git|init-module|pnpmfile|globalconfig)\s*=/m,
  },
  { file: /(?:^|\/)\.yarnrc\.yml$/, content: /^\s*(?:yarnPath|plugins|npmRegistryServer|initScope)\s*:/m },
  { file: /(?:^|\/)\.git\/(?:config|hooks\/.+)$/, content: /(?:)/ },
];

const instructionFiles =
  /(?:^|\/)(?:(?:claude(?:\.local)?|agents|gemini|skill)\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.cursor\/rules\/.+|\.claude\/(?:agents|skills|commands)\/.+|\.github\/(?:copilot-instructions\.md|instructions\/.+|prompts\/.+))$/;
