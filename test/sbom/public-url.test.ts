import { expect, test } from 'vitest';
import { publicUrl, withoutCredentials } from '../../src/sbom/public-url.ts';

test.each([
  ['https://registry.example/nail/-/nail-1.0.0.tgz', 'https://registry.example/nail/-/nail-1.0.0.tgz'],
  ['https://bob:hunter2@registry.example/nail.tgz', 'https://registry.example/nail.tgz'],
  ['https://hunter2@registry.example/nail.tgz', 'https://registry.example/nail.tgz'],
  ['https://registry.example/nail.tgz?_authToken=x&v=1', 'https://registry.example/nail.tgz?v=1'],
  ['https://registry.example/nail.tgz?X-Amz-Signature=x&X-Amz-Credential=y', 'https://registry.example/nail.tgz'],
  ['https://registry.example/nail.tgz?v=1', 'https://registry.example/nail.tgz?v=1'],
  ['https://registry.example/a|b^c`d{e}f.tgz', 'https://registry.example/a%7Cb%5Ec%60d%7Be%7Df.tgz'],
  ['https://registry.example/a\u00a0b\u2028.tgz', 'https://registry.example/a%C2%A0b%E2%80%A8.tgz'],
  ['git+ssh://git@git.example/nail.git', 'git+ssh://git@git.example/nail.git'],
  ['git@git.example:smithy/nail.git', 'git@git.example:smithy/nail.git'],
  ['git+ssh://git:hunter2@git.example/nail.git', 'git+ssh://git@git.example/nail.git'],
  ['git+https://hunter2:x-oauth-basic@git.example/nail.git', 'git+https://git.example/nail.git'],
])('%s is published as %s', (text, published) => {
  expect(publicUrl(text)).toBe(published);
});

test.each(['file:///home/bob/nail.tgz', 'not a url', '', '../nail', 'javascript:alert(1)', 'data:text/plain,x'])(
  '%s is not published',
  (text) => {
    expect(publicUrl(text)).toBeUndefined();
  },
);

test('control characters do not survive', () => {
  expect(publicUrl('https://registry.example/a\u001b[31m\nb')).not.toMatch(/[\u0000-\u0020]/); // oxlint-disable-line no-control-regex
});

test('credentials are taken out of URLs inside other text', () => {
  expect(withoutCredentials('nail@https://bob:hunter2@registry.example/nail.tgz and more')).toBe(
    'nail@https://registry.example/nail.tgz and more',
  );
  expect(withoutCredentials('npm:nail@^1.0.0')).toBe('npm:nail@^1.0.0');
});
