import type { ClientProfile } from '../clients/client.ts';

/** Commands that take back what an install has written, where the project is in git. */
export function undoCommands(client: ClientProfile, lockfile: string | undefined, isNew: boolean): readonly string[] {
  if (lockfile === undefined) return [];
  const restore = isNew
    ? `git checkout -- package.json && rm -r ${lockfile} node_modules`
    : `git checkout -- package.json ${lockfile} && rm -r node_modules`;
  return [restore, ...(isNew ? [] : [`lockgate exec -- ${frozenInstall[client.id]}`])];
}

const frozenInstall: Readonly<Record<ClientProfile['id'], string>> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  'yarn-classic': 'yarn install --frozen-lockfile',
  'yarn-berry': 'yarn install --immutable',
  bun: 'bun install --frozen-lockfile',
};
