import { describe, expect, it } from 'vitest';
import { type Insert, applied, taken } from '../../src/hooks/insertion.ts';
import { insertScript } from '../../src/hooks/manifest-script.ts';
import { insertBunScanner, insertScriptShell, insertYarnPlugin } from '../../src/hooks/settings-entry.ts';

const gate = 'node .lockgate/gate.cjs';
const preinstall = (text: string): Insert => insertScript(text, 'preinstall', gate);

/** Inserts, proves that it is found again and that taking it out restores every byte, and gives the new text. */
function edited(before: string, insert: (text: string) => Insert): string {
  const outcome = insert(before);
  if (!('insertion' in outcome)) throw new Error(`nothing was inserted: ${JSON.stringify(outcome)}`);
  const after = applied(before, outcome.insertion);
  expect(insert(after)).toEqual({ isPresent: true });
  expect(taken(after, outcome.insertion.text)).toBe(before);
  return after;
}

describe('a script of package.json', () => {
  const manifests: readonly (readonly [string, string])[] = [
    ['none', '{\n  "name": "shop",\n  "version": "1.0.0"\n}\n'],
    ['tabs', '{\n\t"name": "shop",\n\t"scripts": {\n\t\t"test": "x"\n\t}\n}\n'],
    ['CRLF', '{\r\n  "name": "shop",\r\n  "scripts": {\r\n    "test": "x"\r\n  }\r\n}\r\n'],
    ['one line', '{"name":"shop","scripts":{"test":"x"}}'],
    ['an empty manifest', '{}'],
    ['empty scripts', '{\n  "scripts": {}\n}\n'],
    ['four spaces, no last line end', '{\n    "scripts": {\n        "a": "b"\n    }\n}'],
    ['a byte order mark', '\ufeff{\n  "name": "x"\n}\n'],
    ['a decoy in a text', '{\n  "description": "\\"scripts\\": {",\n  "scripts": {\n    "x": "y"\n  }\n}\n'],
    ['scripts of another object', '{\n  "config": { "scripts": { "preinstall": "no" } },\n  "scripts": {\n    "x": "y"\n  }\n}\n'],
  ];
  it.each(manifests)('comes first, in the file’s own formatting: %s', (_, manifest) => {
    const after = edited(manifest, preinstall);
    expect(JSON.parse(after.replace(/^\ufeff/, ''))).toMatchObject({ scripts: { preinstall: gate } });
    expect(after).toMatchSnapshot();
  });

  it('runs before what is there, which still runs', () => {
    const after = edited('{\n  "scripts": {\n    "preinstall": "node \\"check me\\".js",\n    "x": "y"\n  }\n}\n', preinstall);
    expect(JSON.parse(after)).toEqual({ scripts: { preinstall: `${gate} && node "check me".js`, x: 'y' } });
    expect(JSON.parse(edited('{ "scripts": { "preinstall": "" } }', preinstall))).toEqual({ scripts: { preinstall: gate } });
  });

  it('takes the last of several members of one name, as JSON does', () => {
    const after = edited('{"scripts":{"preinstall":"a"},"scripts":{"preinstall":"b"}}', preinstall);
    expect(JSON.parse(after)).toEqual({ scripts: { preinstall: `${gate} && b` } });
  });

  it.each(['', '[]', '{', '{"scripts":[]}', '{"scripts":{"preinstall":1}}', '"text"'])('is not written into %j', (manifest) => {
    expect(preinstall(manifest)).toHaveProperty('refused');
  });
});

describe('settings', () => {
  it('get a script-shell in .npmrc', () => {
    expect(edited('', insertScriptShell)).toBe('script-shell=${PWD}/.lockgate/sh\n');
    expect(edited('registry=https://registry.example/', insertScriptShell)).toBe(
      'registry=https://registry.example/\nscript-shell=${PWD}/.lockgate/sh\n',
    );
    expect(edited('a=b\r\n', insertScriptShell)).toBe('a=b\r\nscript-shell=${PWD}/.lockgate/sh\r\n');
    expect(edited('; script-shell=no\n#script-shell=no\n', insertScriptShell)).toContain('\nscript-shell=');
  });
  it.each(['script-shell=/bin/bash\n', ' script-shell = zsh', '[section]\n'])('keep a .npmrc that has %j', (npmrc) => {
    expect(insertScriptShell(npmrc)).toHaveProperty('refused');
  });

  it('get a plugin in .yarnrc.yml', () => {
    const item = '- path: .lockgate/yarn-plugin.cjs\n    spec: "lockgate"\n';
    expect(edited('', insertYarnPlugin)).toBe(`plugins:\n  ${item}`);
    expect(edited('nodeLinker: pnp', insertYarnPlugin)).toBe(`nodeLinker: pnp\nplugins:\n  ${item}`);
    expect(edited('plugins:\n  - path: a.cjs\nx: y\n', insertYarnPlugin)).toBe(`plugins:\n  ${item}  - path: a.cjs\nx: y\n`);
    expect(edited('plugins:\n- a.cjs\n', insertYarnPlugin)).toBe(
      'plugins:\n- path: .lockgate/yarn-plugin.cjs\n  spec: "lockgate"\n- a.cjs\n',
    );
  });
  it.each(['plugins: []\n', 'plugins: [a.cjs]\n', 'plugins:'])('keep a .yarnrc.yml that has %j', (yarnrc) => {
    expect(insertYarnPlugin(yarnrc)).toHaveProperty('refused');
  });

  it('get a scanner in bunfig.toml', () => {
    const line = 'scanner = "./.lockgate/bun-scanner.mjs"\n';
    expect(edited('', insertBunScanner)).toBe(`[install.security]\n${line}`);
    expect(edited('[install]\nexact = true\n', insertBunScanner)).toBe(`[install]\nexact = true\n[install.security]\n${line}`);
    expect(edited('[install.security] # ours\nx = 1\n', insertBunScanner)).toBe(`[install.security] # ours\n${line}x = 1\n`);
  });
  it.each([
    '[install.security]\nscanner = "other"\n',
    '[install]\nsecurity = { scanner = "x" }\n',
    '[install]\nsecurity.scanner = "x"\n',
    'install.security.scanner = "x"\n',
  ])('keep a bunfig.toml that has %j', (bunfig) => {
    expect(insertBunScanner(bunfig)).toHaveProperty('refused');
  });
});
