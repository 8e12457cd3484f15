import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RepositoryList, readRepositoryList } from '../../src/fleet/repository-list.ts';
import { GateError } from '../../src/model/gate-error.ts';

const read = (text: string): RepositoryList => readRepositoryList(text, 'repos.yaml');

function refusal(text: string): GateError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const one = (entry: string): string => `version: 1\nrepositories:\n  - ${entry}\n`;

describe('a list of repositories', () => {
  it('names repositories by path and by URL, with what holds for all', () => {
    expect(
      read(`version: 1
name: acme
floor: policies/floor.yaml
npmrc: audit.npmrc
defaults: { revision: main, tags: [all], ignore: [fixtures/], policy: policies/default.yaml }
repositories:
  - path: ../shop
  - { url: "https://git.example/acme/web.git", tags: [web, all], ignore: [./docs/old], revision: release }
  - { name: tools, url: "git@git.example:acme/tools.git", policy: policies/tools.yaml }
`),
    ).toEqual({
      name: 'acme',
      floor: 'policies/floor.yaml',
      npmrc: 'audit.npmrc',
      repositories: [
        {
          name: 'shop',
          at: { path: '../shop' },
          revision: 'main',
          tags: ['all'],
          ignore: ['fixtures'],
          fallbackPolicy: 'policies/default.yaml',
          line: 7,
        },
        {
          name: 'web',
          at: { url: 'https://git.example/acme/web.git' },
          revision: 'release',
          tags: ['all', 'web'],
          ignore: ['fixtures', 'docs/old'],
          fallbackPolicy: 'policies/default.yaml',
          line: 8,
        },
        {
          name: 'tools',
          at: { url: 'git@git.example:acme/tools.git' },
          revision: 'main',
          tags: ['all'],
          ignore: ['fixtures'],
          policy: 'policies/tools.yaml',
          fallbackPolicy: 'policies/default.yaml',
          line: 9,
        },
      ],
    });
  });

  it('refuses what it does not know, with the place and the nearest word', () => {
    const error = refusal('version: 1\nrepositories:\n  - path: ../shop\n    brnach: main\n');
    expect(error.code).toBe('configuration-invalid');
    expect(error.message).toBe('repositories[0] has no key "brnach"');
    expect(error.location).toEqual({ file: 'repos.yaml', line: 4, column: 5 });
    expect(refusal('version: 1\nrepositroies: []\n').hint).toBe('did you mean repositories?');
    expect(refusal('repositories: []\n').message).toBe('the list of repositories does not say its version');
    expect(refusal('version: 2\nrepositories: []\n').message).toBe('version must be 1');
    expect(refusal('version: 1\n').message).toBe('the list of repositories names no repository');
    expect(refusal('version: 1\nrepositories: &all [{ path: a }]\n').message).toBe(
      'anchors and aliases are not allowed in a list of repositories',
    );
  });

  it('refuses two of one name, whoever gave it', () => {
    expect(refusal('version: 1\nrepositories:\n  - path: a/shop\n  - url: "https://git.example/b/shop.git"\n')).toMatchObject({
      message: 'repositories[1] is called "shop", as the one in line 3',
      location: { line: 4 },
    });
  });

  it('refuses an entry with both addresses or none', () => {
    expect(refusal(one('{ name: shop }')).message).toBe('repositories[0] needs either path or url');
    expect(refusal(one('{ path: a, url: "https://git.example/a.git" }')).message).toBe('repositories[0] needs either path or url');
  });

  it.each([
    ['ext::sh -c touch% /tmp/mark'],
    ['http://git.example/a.git'],
    ['git://git.example/a.git'],
    ['ftp://git.example/a.git'],
    ['--upload-pack=touch /tmp/mark'],
    ['-oProxyCommand=touch@host:x'],
    ['git@host:-oProxyCommand=x'],
    ['ssh://-oProxyCommand=touch/x'],
    ['https://user:secret@git.example/a.git'],
    ['https://token@git.example/a.git'],
    ['https://git.example/a.git?private_token=secret'],
    ['https://git.example/a.git#secret'],
    ['javascript:alert(1)'],
    ['https://git.example/a.git\\nmore'],
    ['ext::https://git.example/'],
  ])('refuses the address %s', (url) => {
    const error = refusal(one(`{ url: "${url}", name: shop }`));
    expect(error.code).toBe('configuration-invalid');
    expect(`${error.message}${error.hint}`).not.toContain('secret');
  });

  it.each([
    ['https://git.example/a.git'],
    ['ssh://git@git.example:2222/a.git'],
    ['git@git.example:a/b.git'],
    ['file:///srv/git/a.git'],
    ['http://127.0.0.1:8080/a.git'],
  ])('takes the address %s', (url) => {
    expect(read(one(`{ url: "${url}" }`)).repositories[0]?.at).toEqual({ url });
  });

  it('refuses an address whose last part is too long for a name, and takes a name of its own', () => {
    const url = `https://git.example/${'a'.repeat(700)}.git`;
    expect(refusal(one(`{ url: "${url}" }`)).message).toContain('at most 200 characters');
    expect(read(one(`{ url: "${url}", name: shop }`)).repositories[0]?.name).toBe('shop');
  });

  it('refuses names that a terminal or a file system would not survive', () => {
    for (const name of ['"a\\u0000b"', '"a\\u202eb"', '"\\e[2J"', `"${'x'.repeat(201)}"`])
      expect(refusal(one(`{ path: a, name: ${name} }`)).code).toBe('configuration-invalid');
    // A path of nothing but dots gives no name.
    expect(refusal(one('{ path: ../.. }')).message).toBe('repositories[0] needs a name');
  });

  it('ignores folders inside a repository, and never all of it', () => {
    for (const folder of ['.', './', '/etc', '../other', 'a/../..', '""'])
      expect(refusal(one(`{ path: a, ignore: [${folder}] }`)).code).toBe('configuration-invalid');
  });

  it('answers any text with a list or with what is wrong, and never with a bug', () => {
    const sample = `version: 1\nname: acme\ndefaults: { tags: [a] }\nrepositories:\n  - { path: ../shop, tags: [b] }\n  - url: https://git.example/a.git\n`;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(sample.length), fc.nat(8), fc.string({ maxLength: 8 })), { maxLength: 6 }), (edits) => {
        const text = edits.reduce((whole, [at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length), sample);
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
        }
      }),
    );
  });

  it('is read in a moment at ten thousand repositories', () => {
    const text = `version: 1\nrepositories:\n${Array.from({ length: 10_000 }, (_, index) => `  - { name: r${index}, url: "https://git.example/r${index}.git" }`).join('\n')}\n`;
    expect(read(text).repositories).toHaveLength(10_000);
  });
});
