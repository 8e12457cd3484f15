/** An element as the CycloneDX library's XML normaliser describes it. */
export interface XmlElement {
  readonly type: 'element';
  readonly name: string;
  readonly namespace?: string | URL;
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  readonly children?: Iterable<XmlElement | XmlComment> | string | number | undefined;
}

interface XmlComment {
  readonly type: 'comment';
}

/**
 * Writes an element tree as an XML 1.0 document, two spaces a level. Characters that XML cannot hold are replaced by
 * U+FFFD, so that a hostile name can neither break the document nor smuggle markup into it. Recurses on the tree's depth,
 * which is the depth of the CycloneDX model and not of the input.
 */
export function writeXml(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  writeElement(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function writeElement(element: XmlElement, indent: string, lines: string[]): void {
  const start = `${indent}<${element.name}${attributesOf(element)}`;
  const { children } = element;
  if (children === undefined) {
    lines.push(`${start}/>`);
  } else if (typeof children === 'string' || typeof children === 'number') {
    lines.push(`${start}>${escapeText(String(children))}</${element.name}>`);
  } else {
    const before = lines.push(`${start}>`);
    for (const child of children) if (child.type === 'element') writeElement(child, `${indent}  `, lines);
    if (lines.length === before) lines[before - 1] = `${start}/>`;
    else lines.push(`${indent}</${element.name}>`);
  }
}

function attributesOf({ namespace, attributes = {} }: XmlElement): string {
  const all = { xmlns: namespace?.toString(), ...attributes };
  return Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join('');
}

function escapeText(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** White space in an attribute would be normalised away by every reader; character references survive. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Only the characters that XML 1.0 (production 2, Char) allows. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
