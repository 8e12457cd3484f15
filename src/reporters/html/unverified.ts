import type { Report } from '../../model/report.ts';
import { acceptingLine, groupInconclusive } from '../inconclusive-groups.ts';
import { plural } from '../summary.ts';
import { pasteable } from './commands.ts';
import { type Markup, html } from './markup.ts';

const mostCauses = 60;
const mostSubjects = 8;

/** What could not be found out, each cause once, and the policy line that would accept it; undefined where nothing is missing. */
export function unverifiedSection(report: Report): Markup | undefined {
  const groups = groupInconclusive(report);
  if (groups.length === 0) return undefined;
  const accepting = acceptingLine(groups);
  return html`<ul class="causes">
      ${groups.slice(0, mostCauses).map(
        ({ checks, source, detail, subjects, isAccepted }) =>
          html`<li>
            <p class="message">${detail}${isAccepted ? html` <span class="badge l-waived">accepted</span>` : undefined}</p>
            <p class="quiet">
              ${checks.join(', ')} · ${source} ·
              ${plural(subjects.length, 'subject')}${subjects.length <= mostSubjects ? html`: ${subjects.join(', ')}` : undefined}
            </p>
          </li> `,
      )}
    </ul>
    ${groups.length > mostCauses ? html`<p class="quiet">and ${groups.length - mostCauses} more causes; the JSON report has them all</p>` : undefined}${
      accepting === undefined || accepting.length > 900 ? undefined : pasteable('Accept all of it, in lockgate.yaml', accepting)
    }`;
}
