import { packument } from '../evidence/packument.ts';
import { type PreviousTarball, previousTarball } from '../evidence/previous-tarball.ts';
import { tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { type ToolFileKind, startsByItself, toolFileKind } from '../tarballs/tool-files.ts';
import { settledFacts } from './settled-release.ts';
import { contentOf, fewOf } from './tarball-content.ts';

/** Does a package ship files that make editors, assistants or package managers do something. */
export const toolConfiguration: AnyCheck = defineCheck({
  id: 'tool-configuration',
  scope: 'component',
  needs: { tarball, previous: previousTarball },
  uses: { packument },
  options: { defaults: {}, properties: {} },
  rules: {
    'tool-configuration/commands': {
      severity: 'warning',
      summary: 'The package ships a file by which an editor, assistant or package manager runs commands',
      why: 'Tasks, hooks and tool servers start when somebody opens the folder. A library has no reason to bring them.',
      fix: 'Read the file. Most are forgotten by the publisher and harmless as long as nobody opens the folder.',
      family: 'content',
    },
    'tool-configuration/instructions': {
      severity: 'note',
      summary: 'The package ships instructions for AI assistants',
      why: 'Assistants read such files wherever they work, also below node_modules, and may follow them.',
      fix: 'Read the file.',
      family: 'content',
    },
  },
  evaluate: ({ subject: { component }, known: { tarball: read, previous }, used, context }) => {
    const content = contentOf(read);
    if ('notApplicable' in content) return content;
    const name = labelOf(component);
    const files = (wanted: ToolFileKind): readonly string[] =>
      content.files.flatMap(({ path }) => (toolFileKind(path) === wanted ? [path] : []));
    const texts = new Map(content.texts.map(({ path, text }) => [path, text]));
    const counterFacts = settledFacts(used.packument, component.version, context.now);
    const starting = files('commands').filter((path) => startsByItself(path, texts.get(path) ?? ''));
    return [
      ...found('tool-configuration/commands', `${name} ships files by which tools run commands`, starting, previous, content.url),
      ...found(
        'tool-configuration/instructions',
        `${name} ships instructions for assistants`,
        files('instructions'),
        previous,
        content.url,
      ),
    ].map((draft) => ({ ...draft, counterFacts: [...(draft.counterFacts ?? []), ...counterFacts] }));
  },
});

function found(rule: RuleId, message: string, files: readonly string[], previous: PreviousTarball, url: string): readonly FindingDraft[] {
  if (files.length === 0) return [];
  const before = previous.status === 'read' ? new Set(previous.content.files.map(({ path }) => path)) : new Set<string>();
  const isOld = previous.status === 'read' && files.every((path) => before.has(path));
  return [
    {
      rule,
      message,
      facts: [{ label: 'files', value: fewOf(files), source: url }],
      ...(isOld ? { counterFacts: [{ label: 'version before', value: `${previous.version} ships them, too`, source: 'tarball' }] } : {}),
      help: ['read the file; do not open the package as a project of its own'],
    },
  ];
}
