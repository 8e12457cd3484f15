/** An element, and what stands in it. */
export interface XmlElement {
  readonly name: string;
  readonly namespace?: string;
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  readonly children?: readonly XmlElement[] | string;
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
  const { children = [] } = element;
  if (typeof children === 'string') {
    lines.push(`${start}>${escapeText(children)}</${element.name}>`);
  } else if (children.length === 0) {
    lines.push(`${start}/>`);
  } else {
    lines.push(`${start}>`);
    for (const child of children) writeElement(child, `${indent}  `, lines);
    lines.push(`${indent}</${element.name}>`);
  }
}

function attributesOf({ namespace, attributes = {} }: XmlElement): string {
  let text = namespace === undefined ? '' : ` xmlns="${escapeAttribute(namespace)}"`;
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) text += ` ${name}="${escapeAttribute(String(value))}"`;
  return text;
}

function escapeText(text: string): string {
  if (isPlain(text)) return text;
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** White space in an attribute would be normalised away by every reader; character references survive. */
function escapeAttribute(text: string): string {
  if (isPlain(text)) return text;
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Nearly every text: nothing in it has to be escaped or replaced. */
function isPlain(text: string): boolean {
  return /^[ !#-%'-;=?-~]*$/.test(text);
}

/** Only the characters that XML 1.0 (production 2, Char) allows. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
