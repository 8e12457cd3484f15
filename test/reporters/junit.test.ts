import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junit } from '../../src/reporters/junit.ts';
import { hostile, reportWithEverything } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };

/** What the common readers of JUnit XML agree on. */
const schema = `<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="testsuites"><xs:complexType><xs:sequence><xs:element ref="testsuite" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name"/><xs:attribute name="tests" type="xs:integer"/><xs:attribute name="failures" type="xs:integer"/>
    <xs:attribute name="errors" type="xs:integer"/><xs:attribute name="skipped" type="xs:integer"/></xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType><xs:sequence>
    <xs:element name="properties"><xs:complexType><xs:sequence><xs:element name="property" maxOccurs="unbounded"><xs:complexType>
      <xs:attribute name="name" use="required"/><xs:attribute name="value" use="required"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
    <xs:element name="testcase" maxOccurs="unbounded"><xs:complexType><xs:choice minOccurs="0">
      <xs:element name="failure" type="problem"/><xs:element name="error" type="problem"/><xs:element name="system-out" type="xs:string"/>
      <xs:element name="skipped"><xs:complexType><xs:attribute name="message"/></xs:complexType></xs:element></xs:choice>
      <xs:attribute name="name" use="required"/><xs:attribute name="classname" use="required"/><xs:attribute name="file"/><xs:attribute name="line" type="xs:integer"/>
    </xs:complexType></xs:element></xs:sequence>
    <xs:attribute name="name" use="required"/><xs:attribute name="tests" type="xs:integer" use="required"/><xs:attribute name="failures" type="xs:integer"/>
    <xs:attribute name="errors" type="xs:integer"/><xs:attribute name="skipped" type="xs:integer"/><xs:attribute name="timestamp" type="xs:dateTime"/></xs:complexType></xs:element>
  <xs:complexType name="problem"><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="message"/><xs:attribute name="type"/></xs:extension></xs:simpleContent></xs:complexType>
</xs:schema>`;

describe('the JUnit report', () => {
  it('is XML of the shape that CI systems read', async () => {
    const xml = [{ fileName: 'junit.xml', contents: junit.renderAll?.([reportWithEverything, reportWithEverything], plain) ?? '' }];
    expect((await validateXML({ xml, schema: [{ fileName: 'junit.xsd', contents: schema }] })).errors).toEqual([]);
  });

  it('counts errors as failures, the unverified as errors, the waived as skipped', () => {
    expect(junit.render(reportWithEverything, plain)).toMatch(
      /<testsuite name="package-lock\.json" tests="5" failures="3" errors="1" skipped="1"/,
    );
  });

  it('fails its first case when the verdict is no pass, even if nothing else does', () => {
    const bare = { ...reportWithEverything, findings: [], outcomes: [] };
    expect(junit.render({ ...bare, verdict: 'inconclusive' }, plain)).toMatch(
      /errors="1"[\s\S]*<error message="INCONCLUSIVE package-lock\.json/,
    );
    expect(junit.render({ ...bare, verdict: 'pass' }, plain)).toMatch(/failures="0" errors="0"/);
  });

  it('lets no hostile text become markup', () => {
    const text = junit.render({ ...reportWithEverything, findings: [{ ...hostile, message: ']]></failure><x y="\uffff">' }] }, plain);
    expect(text).not.toMatch(/<x |<img|<script|\uffff/);
  });
});
