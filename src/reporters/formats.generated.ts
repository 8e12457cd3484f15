// Written by `npm run generate`: do not edit.
import type { Reporter } from './reporter.ts';

/** Every output format; the module behind an entry is loaded when somebody asks for it. */
export const formats: readonly { readonly id: string; readonly load: () => Promise<Reporter> }[] = [
  { id: 'cyclonedx', load: async () => (await import('./cyclonedx.ts')).cyclonedx },
  { id: 'github', load: async () => (await import('./github.ts')).github },
  { id: 'gitlab-codequality', load: async () => (await import('./gitlab-codequality.ts')).gitlabCodequality },
  { id: 'gitlab-dependency-scanning', load: async () => (await import('./gitlab-dependency-scanning.ts')).gitlabDependencyScanning },
  { id: 'html', load: async () => (await import('./html.ts')).htmlReport },
  { id: 'json', load: async () => (await import('./json.ts')).json },
  { id: 'junit', load: async () => (await import('./junit.ts')).junit },
  { id: 'markdown', load: async () => (await import('./markdown.ts')).markdown },
  { id: 'sarif', load: async () => (await import('./sarif.ts')).sarif },
  { id: 'text', load: async () => (await import('./text.ts')).text },
];
