import { inert } from '../model/inert.ts';

/** Attributes of an XML element; undefined ones are left out. */
export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

/** One XML element on lines of its own. `children` are finished XML. */
export function xmlElement(name: string, attributes: XmlAttributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${xmlText(String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>\n${children.join('\n')}\n</${name}>`;
}

/** Text for XML 1.0 content and attributes: markup is escaped, and what XML cannot hold becomes a visible escape. Lines are kept. */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map((line) => inert(line).replaceAll(/[&<>"'\uFFFE\uFFFF]/g, (char) => entities.get(char) ?? '\uFFFD'))
    .join('\n');
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);
