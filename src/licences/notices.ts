import { inert } from '../model/inert.ts';

/** One package of an attribution file. */
export interface NoticePackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** The texts that it ships, in the order to print them. */
  readonly texts: readonly { readonly path: string; readonly text: string }[];
}

/** An attribution file: every package with its licence, every distinct text once. */
export interface Notices {
  readonly packages: readonly { readonly label: string; readonly licence: string; readonly texts: readonly number[] }[];
  /** Numbered from 1 by their place. */
  readonly texts: readonly { readonly text: string; readonly packages: readonly string[] }[];
  /** Packages that ship no text: a gap that somebody has to fill. */
  readonly withoutText: readonly string[];
}

/**
 * Collects the notices of packages, sorted by name and version. Texts that differ only in line breaks and blanks are one; a text
 * with another copyright line stays a text of its own, because that line is what has to be kept.
 */
export function collectNotices(packages: readonly NoticePackage[]): Notices {
  const texts = new Map<string, { readonly number: number; readonly text: string; readonly packages: Set<string> }>();
  const listed = [...new Map(packages.map((one) => [`${one.name}@${one.version}`, one]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, one]) => {
      const numbers = one.texts.map(({ text }) => {
        const key = text.replaceAll(/\s+/g, ' ').trim();
        const known = texts.get(key) ?? { number: texts.size + 1, text: tidy(text), packages: new Set<string>() };
        known.packages.add(label);
        texts.set(key, known);
        return known.number;
      });
      return { label, licence: one.licence, texts: [...new Set(numbers)] };
    });
  return {
    packages: listed,
    texts: [...texts.values()].map(({ text, packages: users }) => ({ text, packages: [...users] })),
    withoutText: listed.filter((one) => one.texts.length === 0).map(({ label }) => label),
  };
}

/** The attribution file as plain text. `title` is the product's name. */
export function renderNoticesText(notices: Notices, title: string): string {
  const rule = '-'.repeat(80);
  const packages = notices.packages.map(
    ({ label, licence, texts }) => `  ${inert(label)}: ${inert(licence)}${texts.length === 0 ? '' : ` [${texts.join(', ')}]`}`,
  );
  const texts = notices.texts.flatMap(({ text, packages: users }, place) => [
    rule,
    `[${place + 1}] ${users.map(inert).join(', ')}`,
    '',
    inertText(text),
    '',
  ]);
  const gaps =
    notices.withoutText.length === 0
      ? []
      : ['These packages ship no licence text:', ...notices.withoutText.map((label) => `  ${inert(label)}`), ''];
  return [`Third-party software in ${inert(title)}`, '', ...packages, '', ...gaps, ...texts].join('\n');
}

/** The attribution file as one HTML page without scripts and without requests. */
export function renderNoticesHtml(notices: Notices, title: string): string {
  const packages = notices.packages.map(
    ({ label, licence, texts }) =>
      `<tr><td>${escape(label)}</td><td>${escape(licence)}</td><td>${texts.map((number) => `<a href="#text-${number}">${number}</a>`).join(' ')}</td></tr>`,
  );
  const texts = notices.texts.map(
    ({ text, packages: users }, place) =>
      `<section id="text-${place + 1}"><h2>${place + 1}. ${users.map(escape).join(', ')}</h2><pre>${escape(inertText(text))}</pre></section>`,
  );
  const gaps =
    notices.withoutText.length === 0 ? '' : `<p>These packages ship no licence text: ${notices.withoutText.map(escape).join(', ')}.</p>\n`;
  const heading = `Third-party software in ${escape(title)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse } td, th { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top }
pre { white-space: pre-wrap; overflow-wrap: anywhere } h2 { font-size: 1rem; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>${heading}</h1>
<table><thead><tr><th>Package</th><th>Licence</th><th>Text</th></tr></thead><tbody>
${packages.join('\n')}
</tbody></table>
${gaps}${texts.join('\n')}
</body>
</html>
`;
}

function tidy(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/^\n+|\n+$/g, '');
}

function escape(text: string): string {
  return inertText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Control and bidirectional characters become visible; line breaks and tabs of a text stay. */
function inertText(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, (run) => inert(run));
}
