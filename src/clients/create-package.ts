/**
 * The package behind `npm create X` and its kin: `vite` is `create-vite`, `@acme/app` is `@acme/create-app`, `@acme` is
 * `@acme/create`; a version stays. What is no name (an address, a path) stays as it is.
 */
export function createPackage(initializer: string): string {
  if (/[:\\]|^\.{0,2}\//.test(initializer)) return initializer;
  const [, scope = '', name = '', version = ''] = /^(@[^/@]+\/?)?([^@]*)(@.*)?$/.exec(initializer) ?? [];
  if (scope !== '' && name === '') return `${scope.replace(/\/$/, '')}/create${version}`;
  if (name.includes('/')) return initializer;
  const prefixed = name.startsWith('create-') || (scope !== '' && name === 'create') ? name : `create-${name}`;
  return `${scope}${prefixed}${version}`;
}
