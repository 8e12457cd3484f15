import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { type QualityResult, qualityProfiles, sbomQuality } from '../sbom/quality.ts';
import { type SbomProblem, validateCycloneDX } from '../sbom/validate.ts';
import type { Command } from './command.ts';
import { readDocumentText } from './sbom-document.ts';

const shown = 5;

/** `lockgate sbom check`: is an SBOM valid, and how much of what NTIA, BSI or CISA ask for does it hold. */
export const sbomCheck: Command = {
  name: 'sbom check',
  summary: 'Validate an SBOM, and score it against NTIA, BSI or CISA',
  usage: 'FILE',
  description: 'FILE is CycloneDX JSON. Exit code 1 when it is not valid, or when its score is below --min-score.',
  maxPositionals: 1,
  options: {
    profile: { type: 'string', value: 'PROFILE', description: `${qualityProfiles.join(', ')}; without it only validity is judged` },
    'min-score': { type: 'string', value: 'N', description: 'Lowest acceptable score, 0 to 100' },
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text (default) or json' },
  },
  examples: [['lockgate sbom check bom.json --profile bsi', 'what is missing for BSI TR-03183-2, and where']],
  run: async ({ positionals, text, environment }) => {
    const { name, text: document } = readDocumentText(positionals[0], 'FILE', environment.cwd);
    const wanted = text('profile');
    const profile = qualityProfiles.find((candidate) => candidate === wanted);
    if (wanted !== undefined && profile === undefined)
      throw new GateError('usage', `there is no profile ${JSON.stringify(wanted)}`, { hint: `profiles: ${qualityProfiles.join(', ')}` });
    const problems = validateCycloneDX(document, name);
    const quality = profile === undefined ? undefined : sbomQuality(document, profile, name);
    const isGood = problems.length === 0 && (quality === undefined || quality.score >= scoreOf(text('min-score')));
    const stdout =
      text('format') === 'json' ? `${JSON.stringify({ problems, quality: quality ?? null }, null, 2)}\n` : render(name, problems, quality);
    return { exitCode: isGood ? 0 : 1, stdout };
  },
};

function scoreOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const score = /^\d{1,3}$/.test(text) ? Number(text) : 101;
  if (!(score <= 100)) throw new GateError('usage', '--min-score needs a number from 0 to 100');
  return score;
}

function render(name: string, problems: readonly SbomProblem[], quality: QualityResult | undefined): string {
  const lines = problems.slice(0, 50).map(({ kind, pointer, message }) => `${kind} ${inertLine(pointer, 200)}: ${inertLine(message, 300)}`);
  const rest = problems.length > 50 ? [`and ${problems.length - 50} more`] : [];
  return [
    ...lines,
    ...rest,
    `${name}: ${problems.length === 0 ? 'valid' : `${problems.length} problems`}`,
    ...(quality === undefined ? [] : renderQuality(quality)),
    '',
  ].join('\n');
}

function renderQuality({ profile, score, fields }: QualityResult): readonly string[] {
  const width = Math.max(...fields.map(({ field }) => field.length));
  return [
    `${profile}: ${score} of 100`,
    ...fields.flatMap(({ field, present, total, missing, help }) => [
      `  ${field.padEnd(width)}  ${present}/${total}`,
      ...missing.slice(0, shown).map(({ pointer, label }) => `    missing: ${inertLine(label, 100)} ${inertLine(pointer, 200)}`),
      ...(missing.length > shown ? [`    and ${missing.length - shown} more`] : []),
      ...(missing.length > 0 ? [`    = help: ${help}`] : []),
    ]),
  ];
}
