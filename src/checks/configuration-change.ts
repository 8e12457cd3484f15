import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Fact, FindingDraft, RuleId } from '../model/finding.ts';
import { installSettings } from './manifest-settings.ts';

type Rule =
  | 'configuration-change/policy'
  | 'configuration-change/waiver'
  | 'configuration-change/registry'
  | 'configuration-change/execution'
  | 'configuration-change/setting';

/**
 * What each kind of line says; the first that matches names the rule. Keys of npm, yarn classic, yarn berry, pnpm and bun, as
 * their files and inline tables write them. An address anywhere is where something comes from.
 */
const lineKinds: readonly { readonly rule: Rule; readonly pattern: RegExp }[] = [
  {
    rule: 'configuration-change/registry',
    pattern:
      /^["']?(?:--)?(?:@[^:=\s"']{1,200}:)?registr(?:y|ies)(?:\[\])?["']?\s*[:= ]|[{,.]\s*["']?registr(?:y|ies)["']?\s*[:=]|^["']?(?:--)?(?:npmRegistryServer|npmScopes|npmRegistries|replace-registry-host|proxy|https?-?proxy|noproxy|httpProxy|httpsProxy|cafile|ca|httpsCaFilePath|strict-ssl|enableStrictSsl|unsafeHttpWhitelist|checksumBehavior|\[?install\.scopes|userconfig|globalconfig)\b|:\/\//i,
  },
  {
    rule: 'configuration-change/execution',
    pattern:
      /^["']?(?:--)?(?:install\.)?(?:ignore-scripts|ignore-dep-scripts|script-shell|scriptShell|shell|git|node-gyp|python|onload-script|node-options|nodeOptions|enableScripts|plugins|yarnPath|yarn-path|allow-scripts|allowScripts|strict-allow-scripts|allow-git|allow-remote|dangerouslyAllowAllBuilds|onlyBuiltDependencies|neverBuiltDependencies|allowBuilds|strictDepBuilds|configDependencies|pnpmfile|global-pnpmfile|trustedDependencies|scanner|init-module|preload)(?:\[\])?["']?\s*[:= [\]]/i,
  },
  // An escape or a variable where a setting's name stands: it may read as any of the names above.
  { rule: 'configuration-change/registry', pattern: /^[^=:]*(?:\\|\$\{)|^[?{&*!<]/ },
];

/** Did this change touch the files that decide how dependencies are judged or installed. */
export const configurationChange: AnyCheck = defineCheck({
  id: 'configuration-change',
  scope: 'document',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'configuration-change/policy': {
      severity: 'warning',
      summary: 'The change alters the policy or the baseline',
      why: 'A branch that loosens its own gate and uses that in the same step would judge itself. The change was judged by the base, and the new policy needs a review of its own.',
      fix: 'Review the policy; bring it in before what needs it.',
      family: 'policy',
    },
    'configuration-change/waiver': {
      severity: 'warning',
      summary: 'The change adds a waiver',
      why: 'A waiver that arrives together with the dependency that needs it was not agreed on before.',
      fix: 'Let somebody else approve the waiver; it holds once it is in the base.',
      family: 'policy',
    },
    'configuration-change/registry': {
      severity: 'error',
      summary: 'The change alters where packages come from: registry, proxy or TLS settings',
      why: 'Whoever names the registry decides what is installed, and could redirect the evidence that speaks about it. The evidence here came from the base’s registries.',
      fix: 'Bring the setting in by a change of its own that somebody approves, or waive it.',
      family: 'policy',
    },
    'configuration-change/execution': {
      severity: 'error',
      summary: 'The change alters what runs during an install: scripts, shells, hooks or plugins',
      why: 'Such a setting can run code on every machine that installs, whatever the dependencies are.',
      fix: 'Bring the setting in by a change of its own that somebody approves, or waive it.',
      family: 'policy',
    },
    'configuration-change/setting': {
      severity: 'note',
      summary: 'The change alters another setting of a package manager',
      why: 'It may change how dependencies are resolved.',
      fix: 'Nothing to do if it is meant.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { path, before = '', after = '', isCompared, isPolicy } }) => {
    if (!isCompared) return { notApplicable: 'there is no earlier state to compare with' };
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (isPolicy === true || name.startsWith('lockgate')) return judgePolicy(path, before, after);
    if (name === 'package.json') return judgeManifest(path, before, after);
    if (/\.[cm]?js$/.test(name))
      return [
        draft('configuration-change/execution', path, `${path} is code that runs during every install, and the change alters it`, [], 1),
      ];
    return judgeSettings(path, changedLines(before, after));
  },
});

/** Of a manifest only what runs during an install counts here; its dependencies are judged through the lockfile. */
function judgeManifest(path: string, before: string, after: string): readonly FindingDraft[] {
  const changed = changedLines(installSettings(before).join('\n'), installSettings(after).join('\n'));
  if (changed.length === 0) return [];
  return [draft('configuration-change/execution', path, `${path} changes what runs during an install`, changed.slice(0, 8).map(toFact), 1)];
}

interface ChangedLine {
  readonly sign: '+' | '-';
  readonly text: string;
  readonly line: number;
}

function judgePolicy(path: string, before: string, after: string): readonly FindingDraft[] {
  const changed = changedLines(before, after);
  const waivers = changed.filter(({ sign, text }) => sign === '+' && /^-?\s*rule:/.test(text));
  return [
    draft(
      'configuration-change/policy',
      path,
      `${path} is altered by the change that it would judge; the base's was used`,
      changed.slice(0, 5).map(toFact),
      changed[0]?.line ?? 1,
    ),
    ...waivers.map((waiver) =>
      draft(
        'configuration-change/waiver',
        path,
        `a waiver arrives in the same change: ${waiver.text.replace(/^-?\s*rule:\s*/, '')}`,
        [],
        waiver.line,
        String(waiver.line),
      ),
    ),
  ];
}

/** One finding per kind of line, with the lines as facts. */
function judgeSettings(path: string, changed: readonly ChangedLine[]): readonly FindingDraft[] {
  const byRule = new Map<Rule, ChangedLine[]>();
  for (const line of changed) {
    const rule = lineKinds.find(({ pattern }) => pattern.test(line.text))?.rule ?? 'configuration-change/setting';
    byRule.set(rule, [...(byRule.get(rule) ?? []), line]);
  }
  const what: Readonly<Partial<Record<Rule, string>>> = {
    'configuration-change/registry': 'changes where packages come from',
    'configuration-change/execution': 'changes what runs during an install',
    'configuration-change/setting': 'changes settings of the package manager',
  };
  return [...byRule].map(([rule, lines]) =>
    draft(rule, path, `${path} ${what[rule] ?? 'changes'}`, lines.slice(0, 8).map(toFact), lines[0]?.line ?? 1),
  );
}

function draft(rule: Rule & RuleId, path: string, message: string, facts: readonly Fact[], line: number, key = ''): FindingDraft {
  return { rule, key, message, facts, locations: [{ file: path, line }] };
}

/**
 * Lines that only one side has, without blank lines and comments, in file order; removed ones stand at line 1. Where the same
 * lines stand in another order, or more often, all of them count: of two values of one setting the last one holds.
 */
function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [old, fresh] = [meaningful(before), meaningful(after)];
  const [oldTexts, freshTexts] = [old, fresh].map((lines) => new Set(lines.map(({ text }) => text)));
  const added = fresh.filter(({ text }) => oldTexts?.has(text) !== true);
  const removed = old.filter(({ text }) => freshTexts?.has(text) !== true);
  const isSame = fresh.map(({ text }) => text).join('\n') === old.map(({ text }) => text).join('\n');
  const moved = added.length + removed.length === 0 && !isSame ? fresh : [];
  return [
    ...[...added, ...moved].map(({ text, line }) => ({ sign: '+' as const, text, line })),
    ...removed.map(({ text }) => ({ sign: '-' as const, text, line: 1 })),
  ];
}

function meaningful(text: string): readonly { readonly text: string; readonly line: number }[] {
  return (
    text
      // npm ends a line at a lone carriage return, too.
      .split(/\r\n|\n|\r/)
      .map((line, index) => ({ text: line.trim(), line: index + 1 }))
      .filter(({ text: line }) => line !== '' && !/^[#;]/.test(line))
  );
}

/** The line as a fact; what may be a secret is not repeated. */
function toFact({ sign, text }: ChangedLine): Fact {
  const isSecret = /_auth|_password|authToken|authIdent|token|secret/i.test(text);
  const shown = isSecret ? `${text.split(/[=: ]/)[0] ?? ''} (value not shown)` : text;
  return { label: sign === '+' ? 'added' : 'removed', value: shown, source: 'change' };
}
