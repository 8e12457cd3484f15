import { describe, expect, it } from 'vitest';
import { type AuditMetrics, type AuditTally, renderMetrics } from '../../src/fleet/metrics.ts';
import { milliseconds } from '../../src/model/units.ts';
import { audit, summary } from './summary.ts';

const tally: AuditTally = {
  lockfiles: 2,
  packages: 2,
  judgements: 80,
  inconclusive: 0,
  findings: [
    { rule: 'release-age/too-new', severity: 'error', isWaived: false, count: 2 },
    { rule: 'release-age/too-new', severity: 'error', isWaived: true, count: 1 },
    { rule: 'standing/deprecated', severity: 'note', isWaived: false, count: 1 },
  ],
};

function metrics(over: Partial<AuditMetrics> = {}): AuditMetrics {
  return { summary: summary(), tally, feeds: [{ feed: 'advisories', updatedAt: milliseconds(1_764_000_000_000) }], ...over };
}

/** Reads Prometheus' text format 0.0.4 as strictly as its grammar says; throws where a line is none of it. */
function parse(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const [declared, helped] = [new Set<string>(), new Set<string>()];
  let current = '';
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      const seen = kind === 'HELP' ? helped : declared;
      if (seen.has(name)) throw new Error(`${name} is declared twice`);
      if (kind === 'TYPE' && !/^(?:gauge|counter)$/.test(rest)) throw new Error(`${name} has no type`);
      seen.add(name);
      current = name;
      continue;
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?=[a-zA-Z_])|(?=\})))+\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(
        line,
      );
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value] = sample;
    if (name !== current || !declared.has(name) || !helped.has(name)) throw new Error(`${name} stands outside of its family`);
    if (samples.has(name + labels)) throw new Error(`${name}${labels} is there twice`);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

describe('the metrics of an audit', () => {
  it('follow the text format, and say what the audit came to', () => {
    const samples = parse(renderMetrics(metrics()));
    expect(samples.get('lockgate_audit_start_timestamp_seconds')).toBe(audit.startedAt / 1000);
    expect(samples.get('lockgate_audit_duration_seconds')).toBe(90.5);
    expect(samples.get('lockgate_audit_repositories{state="fail"}')).toBe(2);
    expect(samples.get('lockgate_audit_repositories{state="failed"}')).toBe(0);
    expect(samples.get('lockgate_audit_findings{rule="release-age/too-new",severity="error",waived="false"}')).toBe(2);
    expect(samples.get('lockgate_audit_findings{rule="release-age/too-new",severity="error",waived="true"}')).toBe(1);
    expect(samples.get('lockgate_audit_findings_appeared')).toBe(2);
    expect(samples.get('lockgate_feed_timestamp_seconds{feed="advisories"}')).toBe(1_764_000_000);
  });

  it('give the share of judgements that could not be made, and nothing that is not a number', () => {
    const ratio = (over: Partial<AuditTally>): unknown =>
      parse(renderMetrics(metrics({ tally: { ...tally, ...over } }))).get('lockgate_audit_inconclusive_ratio');
    expect(ratio({ judgements: 40, inconclusive: 10 })).toBe(0.25);
    expect(ratio({ judgements: 0, inconclusive: 0 })).toBe(0);
  });

  it('say of a webhook whether it was taken, where there is one', () => {
    expect(renderMetrics(metrics())).not.toContain('webhook');
    expect(parse(renderMetrics(metrics({ isWebhookDelivered: false }))).get('lockgate_audit_webhook_delivered')).toBe(0);
  });

  it('count failures by reason, and keep hostile words inside their label', () => {
    const failures = ['git', 'git', 'a"b\\c\nd{}'].map((code) => ({ repository: 'r', code, message: 'm' }));
    const samples = parse(
      renderMetrics(metrics({ summary: summary({ failures }), feeds: [{ feed: '"}\n# TYPE x counter', updatedAt: milliseconds(0) }] })),
    );
    expect(samples.get('lockgate_audit_failures{code="git"}')).toBe(2);
    expect(samples.get('lockgate_audit_failures{code="a\\"b\\\\c\\nd{}"}')).toBe(1);
  });

  it('leave out the end of an audit that has none', () => {
    const { finishedAt: _, ...running } = audit;
    const text = renderMetrics(metrics({ summary: summary({ audit: running }) }));
    expect(text).not.toContain('duration');
    expect(parse(text).get('lockgate_audit_start_timestamp_seconds')).toBeGreaterThan(0);
  });
});
