import { ageSettings } from '../../src/checks/age-settings.ts';
import type { DocumentSubject } from '../../src/model/check.ts';
import { testCheck } from './check-tester.ts';

const file = (path: string, after: string): { readonly subject: DocumentSubject } => ({
  subject: { kind: 'document', path, after, isCompared: false },
});
const wanted = { context: { option: () => 86_400_000 } };

testCheck(ageSettings, {
  passes: {
    'npm: days': { ...file('.npmrc', 'min-release-age=1\n'), ...wanted },
    'pnpm: minutes': { ...file('pnpm-workspace.yaml', 'packages:\n  - a\nminimumReleaseAge: 1440\n'), ...wanted },
    'yarn: with its unit': { ...file('.yarnrc.yml', 'npmMinimalAgeGate: "7d"\n'), ...wanted },
    'bun: seconds': { ...file('bunfig.toml', '[install]\nminimumReleaseAge = 86400\n'), ...wanted },
  },
  fails: {
    'yarn: days written as minutes': {
      ...file('.yarnrc.yml', 'npmMinimalAgeGate: 7\n'),
      ...wanted,
      finds: [{ rule: 'age-settings/unit', message: /7 minutes/ }],
    },
    'bun: days written as seconds': {
      ...file('bunfig.toml', 'minimumReleaseAge = 7\n'),
      ...wanted,
      finds: [{ rule: 'age-settings/unit' }],
    },
    'pnpm: twelve hours': {
      ...file('pnpm-workspace.yaml', 'minimumReleaseAge: 720\n'),
      ...wanted,
      finds: [{ rule: 'age-settings/weaker', message: /asks for 12 hours/ }],
    },
    'a value that cannot be read': {
      ...file('.npmrc', 'min-release-age=soon\n'),
      ...wanted,
      finds: [{ rule: 'age-settings/weaker', message: /an unknown time/ }],
    },
    'none at all, with zero': { ...file('.npmrc', 'min-release-age=0\n'), ...wanted, finds: [{ rule: 'age-settings/weaker' }] },
  },
  notApplicable: { 'a file without the setting': { ...file('.npmrc', 'fund=false\n'), ...wanted } },
});
