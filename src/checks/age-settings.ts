import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { FindingDraft } from '../model/finding.ts';
import { formatDuration } from '../model/units.ts';

interface AgeSetting {
  /** The setting's own name, e.g. `npmMinimalAgeGate`. */
  readonly name: string;
  readonly written: string;
  readonly line: number;
  /** Milliseconds; NaN for what cannot be read. */
  readonly age: number;
  /** The unit of a bare number. */
  readonly unit: string;
  /** Whether the number is one that people write when they think of another unit. */
  readonly isUnlikely: boolean;
}

const [second, minute, day] = [1000, 60_000, 86_400_000] as const;

/** Each package manager's own age setting: where it stands, what a bare number means, which numbers are a slip. */
const settings: readonly {
  readonly file: string;
  readonly pattern: RegExp;
  readonly unit: string;
  readonly length: number;
  readonly isUnlikely: (value: number) => boolean;
}[] = [
  { file: '.npmrc', pattern: /^min-release-age\s*=\s*["']?([\w.]+)/, unit: 'days', length: day, isUnlikely: (value) => value > 365 },
  {
    file: '.npmrc',
    pattern: /^minimum-release-age\s*=\s*["']?([\w.]+)/,
    unit: 'minutes',
    length: minute,
    isUnlikely: (value) => value > 0 && value < 60,
  },
  {
    file: 'pnpm-workspace.yaml',
    pattern: /^minimumReleaseAge\s*:\s*["']?([\w.]+)/,
    unit: 'minutes',
    length: minute,
    isUnlikely: (value) => value > 0 && value < 60,
  },
  {
    file: '.yarnrc.yml',
    pattern: /^npmMinimalAgeGate\s*:\s*["']?([\w.]+)/,
    unit: 'minutes',
    length: minute,
    isUnlikely: (value) => value > 0 && value < 60,
  },
  {
    file: 'bunfig.toml',
    pattern: /^minimumReleaseAge\s*=\s*["']?([\w.]+)/,
    unit: 'seconds',
    length: second,
    isUnlikely: (value) => value > 0 && value < 3600,
  },
];

/** Do the package managers' own age settings say what the policy says. npm counts days, pnpm and yarn minutes, bun seconds. */
export const ageSettings: AnyCheck = defineCheck({
  id: 'age-settings',
  scope: 'document',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'age-settings/weaker': {
      severity: 'note',
      summary: "A package manager's own age setting asks for less than the policy",
      why: 'The package manager resolves a version that the gate then refuses: the build is red for a reason that could have been avoided.',
      fix: 'Set it to at least the policy’s age.',
      family: 'policy',
    },
    'age-settings/unit': {
      severity: 'warning',
      summary: "A package manager's age setting seems to be written in another unit",
      why: 'npm counts days, pnpm and yarn minutes, bun seconds. A 7 that was meant as days and counts as minutes protects nobody.',
      fix: 'Write the number in the unit of this package manager.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { path, after }, context }) => {
    if (after === undefined) return { notApplicable: 'the file is gone' };
    const found = settingsIn(path.slice(path.lastIndexOf('/') + 1), after);
    if (found.length === 0) return { notApplicable: 'it sets no age' };
    return found.flatMap((setting) => judge(path, setting, context.option('release-age', 'error-below')));
  },
});

function settingsIn(file: string, text: string): readonly AgeSetting[] {
  return text.split(/\r?\n/).flatMap((content, index) =>
    settings.flatMap(({ file: name, pattern, unit, length, isUnlikely }): readonly AgeSetting[] => {
      const written = name === file ? pattern.exec(content.trim())?.[1] : undefined;
      if (written === undefined) return [];
      const value = /^\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
      const age = Number.isNaN(value) ? withUnit(written) : value * length;
      return [
        { name: pattern.source.slice(1, pattern.source.indexOf('\\')), written, line: index + 1, age, unit, isUnlikely: isUnlikely(value) },
      ];
    }),
  );
}

/** Yarn's own notation: `7d`, `12h`, `1w`. */
function withUnit(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text);
  const lengths: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: 60 * minute, d: day, w: 7 * day };
  return match === null ? Number.NaN : Number(match[1]) * (lengths[match[2] ?? ''] ?? Number.NaN);
}

function judge(path: string, setting: AgeSetting, wanted: unknown): readonly FindingDraft[] {
  const locations = [{ file: path, line: setting.line }];
  const meaning = formatDuration(setting.age);
  if (setting.isUnlikely) {
    return [
      {
        rule: 'age-settings/unit',
        key: setting.name,
        message: `${path} sets ${setting.name} to ${setting.written}, which means ${setting.written} ${setting.unit}`,
        locations,
        help: [`write it in ${setting.unit}`],
      },
    ];
  }
  if (typeof wanted !== 'number' || setting.age >= wanted) return [];
  return [
    {
      rule: 'age-settings/weaker',
      key: setting.name,
      message: `${path} asks for ${meaning} (${setting.name}: ${setting.written}), the policy for ${formatDuration(wanted)}`,
      locations,
      policyKey: 'checks.release-age.error-below',
      help: ["set it to at least the policy's age, so that installs resolve what the gate accepts"],
    },
  ];
}
