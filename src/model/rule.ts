/** Lower-case `check/what-is-wrong`; never changes its meaning once released. */
export type RuleId = `${string}/${string}`;
export type Severity = 'error' | 'warning' | 'note';
