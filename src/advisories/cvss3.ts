/** Metric values of CVSS v3; the keys are the letters of the vector. Source: first.org, CVSS v3.1 specification, 7.4. */
const weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
} as const;

/** Privileges required weigh more where the scope changes. */
const privileges = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
} as const;

const longestVector = 256;

/**
 * The base score of a CVSS v3.0 or v3.1 vector, 0.0 to 10.0; undefined for any other text. Temporal and environmental metrics
 * may follow and do not count. Source: CVSS v3.1 specification, 7.1 and appendix A (rounding).
 */
export function cvss3BaseScore(vector: string): number | undefined {
  const metrics = metricsOf(vector);
  if (metrics === undefined) return undefined;
  const scope = metrics.get('S');
  if (scope !== 'U' && scope !== 'C') return undefined;
  const weigh = (metric: string, table: Readonly<Record<string, number>>): number => {
    const value = metrics.get(metric) ?? '';
    return Object.hasOwn(table, value) ? (table[value] ?? Number.NaN) : Number.NaN;
  };
  const exploitability =
    8.22 * weigh('AV', weights.AV) * weigh('AC', weights.AC) * weigh('PR', privileges[scope]) * weigh('UI', weights.UI);
  const impactBase = 1 - (1 - weigh('C', weights.C)) * (1 - weigh('I', weights.I)) * (1 - weigh('A', weights.A));
  const impact = scope === 'U' ? 6.42 * impactBase : 7.52 * (impactBase - 0.029) - 3.25 * (impactBase - 0.02) ** 15;
  const isComplete = Number.isFinite(exploitability) && Number.isFinite(impact);
  if (!isComplete) return undefined;
  if (impact <= 0) return 0;
  return roundUp(Math.min(scope === 'U' ? impact + exploitability : 1.08 * (impact + exploitability), 10));
}

/** A metric that is named twice makes the vector invalid. */
function metricsOf(vector: string): ReadonlyMap<string, string> | undefined {
  if (vector.length > longestVector || !/^CVSS:3\.[01]\//.test(vector)) return undefined;
  const metrics = new Map<string, string>();
  for (const part of vector.split('/').slice(1)) {
    const [name = '', value = '', ...rest] = part.split(':');
    if (name === '' || value === '' || rest.length > 0 || metrics.has(name)) return undefined;
    metrics.set(name, value);
  }
  return metrics;
}

/** Up to the next tenth, in whole numbers, so that no binary fraction lifts 4.0 to 4.1. */
function roundUp(score: number): number {
  const scaled = Math.round(score * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
