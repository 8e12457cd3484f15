import type { DecidedAction } from './decision.ts';

/** What a running firewall counts; rendered as Prometheus reads it (text format 0.0.4). */
export interface FirewallMetrics {
  readonly requestEnded: (route: string, status: number, milliseconds: number) => void;
  readonly decided: (action: DecidedAction) => void;
  readonly asked: (host: string, result: string, milliseconds: number) => void;
  readonly render: (gauges: Readonly<Record<string, number>>) => string;
}

/** Seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Hosts come from configuration, statuses from upstream: neither may grow a table without end. */
const mostSeries = 500;

/** Everything at zero. */
export function createMetrics(): FirewallMetrics {
  const requests = createCounter();
  const decisions = createCounter();
  const upstream = createCounter();
  const answerTimes = createHistogram();
  const upstreamTimes = createHistogram();
  return {
    requestEnded: (route, status, milliseconds) => {
      requests.add({ route, status: String(status) });
      answerTimes.observe(milliseconds / 1_000);
    },
    decided: (action) => decisions.add({ action }),
    asked: (host, result, milliseconds) => {
      upstream.add({ host, result });
      upstreamTimes.observe(milliseconds / 1_000);
    },
    render: (gauges) =>
      [
        ...requests.render('lockgate_requests_total', 'Answers to clients.'),
        ...decisions.render('lockgate_decisions_total', 'Decisions about versions, one for each time that one was asked for.'),
        ...upstream.render('lockgate_upstream_requests_total', 'Questions to registries.'),
        ...answerTimes.render('lockgate_request_duration_seconds', 'From the request to the end of its answer.'),
        ...upstreamTimes.render('lockgate_upstream_duration_seconds', 'From the question to the whole answer of a registry.'),
        ...Object.entries(gauges).flatMap(([name, value]) => gauge(`lockgate_${name}`, 'As it is now.', value)),
        '',
      ].join('\n'),
  };
}

type Labels = Readonly<Record<string, string>>;

function createCounter(): { readonly add: (labels: Labels) => void; readonly render: (name: string, help: string) => readonly string[] } {
  const series = new Map<string, number>();
  return {
    add: (labels) => {
      const key = Object.entries(labels)
        .map(([name, value]) => `${name}="${value.replaceAll(/[^\x20-\x7e]|[\\"]/g, '_')}"`)
        .join(',');
      if (series.has(key) || series.size < mostSeries) series.set(key, (series.get(key) ?? 0) + 1);
    },
    render: (name, help) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} counter`,
      ...[...series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([labels, value]) => `${name}{${labels}} ${value}`),
    ],
  };
}

function createHistogram(): {
  readonly observe: (seconds: number) => void;
  readonly render: (name: string, help: string) => readonly string[];
} {
  const counts = buckets.map(() => 0);
  let [count, sum] = [0, 0];
  return {
    observe: (seconds) => {
      for (const [index, bound] of buckets.entries()) if (seconds <= bound) counts[index] = (counts[index] ?? 0) + 1;
      count += 1;
      sum += seconds;
    },
    render: (name, help) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...buckets.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index] ?? 0}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`,
    ],
  };
}

function gauge(name: string, help: string, value: number): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
