import { popularity } from '../evidence/popularity.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { longestName, type NameFault, nameFault } from '../names/lookalike.ts';

/** Is the name written in letters that show what it is. Decided from the lockfile alone, before anybody is asked. */
export const lookalike: AnyCheck = defineCheck({
  id: 'lookalike',
  scope: 'component',
  needs: {},
  uses: { popularity },
  options: { defaults: {}, properties: {} },
  rules: {
    'lookalike/hidden-characters': {
      severity: 'error',
      summary: 'The name contains characters that hide or reorder text',
      why: 'Bidirectional and invisible characters make a name look like another one in every review.',
      fix: 'Remove the entry, and find out who wrote it.',
      incident: 'Trojan Source (CVE-2021-42574) showed how reviewers read what compilers do not.',
      family: 'name',
      isAbsolute: true,
    },
    'lookalike/foreign-letters': {
      severity: 'error',
      summary: 'The name contains letters outside ASCII',
      why: 'The registry has no such names. Letters of other scripts look exactly like Latin ones.',
      fix: 'Write the name in plain letters and install again.',
      family: 'name',
    },
    'lookalike/invalid-name': {
      severity: 'error',
      summary: 'No registry accepts this as a package name',
      why: 'An entry that no package manager would write was written by something else. A name with a leading dash is read as an option on a command line.',
      fix: 'Remove the entry and install again.',
      incident: 'Packages named after options, such as --no-audit, were published to catch mistyped commands.',
      family: 'name',
    },
    'lookalike/upper-case': {
      severity: 'note',
      summary: 'The name has upper-case letters and is hardly downloaded',
      why: 'Only packages from before 2015 may have them. The lower-case name is another package, perhaps of somebody else.',
      fix: 'Check which of the two was meant.',
      family: 'name',
    },
  },
  evaluate: ({ subject: { component }, used }) => {
    const drafts = [component.name, ...(component.alias === undefined ? [] : [component.alias])].flatMap((name) => {
      const fault = nameFault(name);
      return fault === undefined ? [] : [draftOf(name, fault)];
    });
    // An old name that everybody uses is no surprise: JSONStream.
    return drafts.filter((draft) => draft.rule !== 'lookalike/upper-case' || used.popularity?.downloads === undefined);
  },
});

function draftOf(name: string, fault: NameFault): FindingDraft {
  const written = escapeName(name);
  const found = (rule: RuleId, message: string, help: string): FindingDraft => ({
    rule,
    message,
    facts: [{ label: 'name, escaped', value: written, source: 'lockfile' }],
    help: [help],
  });
  switch (fault.kind) {
    case 'hidden':
    case 'control':
      return found(
        'lookalike/hidden-characters',
        `a package name contains the hidden character ${codePointLabel(fault.codePoint)}`,
        'remove the entry, and find out who wrote it',
      );
    case 'unicode':
      return found(
        'lookalike/foreign-letters',
        `a package name contains ${codePointLabel(fault.codePoint)}${fault.reads === undefined ? '' : ` and reads as ${fault.reads}`}`,
        fault.reads === undefined ? 'write the name in plain letters' : `did you mean ${fault.reads}?`,
      );
    case 'empty':
      return found('lookalike/invalid-name', 'an entry has no package name', 'remove the entry and install again');
    case 'too-long':
      return found(
        'lookalike/invalid-name',
        `a package name has ${fault.length} characters, of ${longestName} allowed`,
        'remove the entry',
      );
    case 'option':
      return found('lookalike/invalid-name', `${written} reads as a command-line option`, 'remove the entry and install again');
    case 'malformed':
      return found('lookalike/invalid-name', `${written} is no package name: ${fault.why}`, 'remove the entry and install again');
    case 'upper-case':
      return found('lookalike/upper-case', `${written} has upper-case letters`, `did you mean ${name.toLowerCase()}?`);
  }
}

const longestShown = 100;

/** Everything but printable ASCII as an escape, so that the finding itself cannot be misread. */
function escapeName(name: string): string {
  const escaped = Array.from(name.slice(0, longestShown), (character) =>
    /^[ -~]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  ).join('');
  return name.length > longestShown ? `${escaped}…` : escaped;
}

function codePointLabel(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
