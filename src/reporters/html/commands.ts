import type { RuleMeta } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import { inert } from '../../model/inert.ts';
import { formatDate } from '../../model/units.ts';
import { html, type Markup } from './markup.ts';

const day = 86_400_000;

/** Text to paste into a shell, with a button that a script brings to life. */
export function pasteable(label: string, command: string): Markup {
  return html`<div class="paste">
    <span class="paste-label">${label}</span><code>${command}</code
    ><button type="button" class="copy" hidden data-copy aria-label="${`Copy: ${label}`}">Copy</button>
  </div>`;
}

/** The command that writes a waiver for a finding; undefined for what nobody may waive or what is no package. */
export function waiveCommand({ rule, subject, passesAt }: Finding, meta: RuleMeta | undefined, now: number): string | undefined {
  const { name, version } = subject;
  if (meta?.isAbsolute === true || name === undefined || version === undefined || version === '') return undefined;
  const named = `${rule}:${name}@${version}`;
  if (!canBePasted(named)) return undefined;
  // Age rules pass by themselves within days, and the policy takes no longer waiver for them than 14.
  const isAge = meta?.family === 'freshness';
  const until = isAge ? Math.min(passesAt ?? now + 13 * day, now + 13 * day) : now + 30 * day;
  return `lockgate waive ${quoted(named)} --until ${formatDate(until)} --reason "why this is acceptable" --owner you@example.org`;
}

/** The command that explains a rule. */
export function explainCommand(rule: string): string {
  return `lockgate explain ${quoted(rule)}`;
}

/** The command that shows every way to a package; undefined for a name that no shell should be given. */
export function whyCommand({ subject: { name, version } }: Finding): string | undefined {
  return name === undefined ? undefined : whyCommandFor(version === undefined || version === '' ? name : `${name}@${version}`);
}

/** The same for a package that is known by its label alone. */
export function whyCommandFor(label: string): string | undefined {
  return canBePasted(label) ? `lockgate why ${quoted(label)}` : undefined;
}

/** Nobody should paste a name with characters that hide, reorder or end a line. */
function canBePasted(text: string): boolean {
  return inert(text) === text && text.length <= 300;
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@/.:+~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
