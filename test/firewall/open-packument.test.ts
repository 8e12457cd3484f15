import { describe, expect, it } from 'vitest';
import { type ManifestPlaces, openPackument } from '../../src/firewall/open-packument.ts';

/** What stands at the places of one version, as text. */
function textsOf(manifest: string): { readonly tarball: string | undefined; readonly dependencies: readonly string[] } {
  const packument = openPackument(Buffer.from(`{"name":"left-pad","versions":{"1.0.0":${manifest}}}`));
  if (packument === undefined) throw new Error('it cannot be opened');
  const textAt = (span: ManifestPlaces['tarball']): string | undefined => span && packument.body.toString('utf8', ...span);
  const { tarball, dependencies } = packument.places('1.0.0');
  return { tarball: textAt(tarball), dependencies: dependencies.map(({ field, span }) => `${field} ${textAt(span)}`) };
}

describe('the places in a manifest', () => {
  it('are those of the tarball and of what is installed along, wherever they stand and whatever stands around them', () => {
    const dist = '{"shasum":"} \\" {","tarball":"https://registry.example/a.tgz"}';
    const manifest = `{ "devDependencies":{"x":"1"}, "peerDependencies":{"p":"*"}, "dist" : ${dist}, "dependencies":{"a":"^1"} }`;
    expect(textsOf(manifest)).toEqual({
      tarball: '"https://registry.example/a.tgz"',
      dependencies: ['dependencies {"a":"^1"}', 'peerDependencies {"p":"*"}'],
    });
  });

  it('are not found below other keys', () => {
    expect(textsOf('{"config":{"dist":{"tarball":"x"},"dependencies":{"a":"1"}},"readme":"\\"dist\\":{\\"tarball\\":1}"}')).toEqual({
      tarball: undefined,
      dependencies: [],
    });
  });

  it.each([
    ['the tarball stands twice', '{"dist":{"tarball":"x","tarball":"y"},"dependencies":{"b":"2"}}'],
    ['dist stands twice', '{"dist":{"tarball":"x"},"dist":{"tarball":"y"},"dependencies":{"b":"2"}}'],
    ['another key stands twice', '{"dist":{"tarball":"x"},"dependencies":{"a":"1"},"dependencies":{"b":"2"}}'],
    ['a key is written with escapes', '{"dist":{"tarball":"x"},"dependenc\\u0069es":{"b":"2"}}'],
  ])('leave the tarball to whoever writes all of it anew where %s, and the last dependencies count', (_, manifest) => {
    expect(textsOf(manifest)).toEqual({ tarball: undefined, dependencies: ['dependencies {"b":"2"}'] });
  });

  it.each(['null', '"text"', '[1]', '7'])('are none in %s', (manifest) => {
    expect(textsOf(manifest)).toEqual({ tarball: undefined, dependencies: [] });
  });

  it('are none of a version that is not there', () => {
    expect(openPackument(Buffer.from('{"versions":{}}'))?.places('1.0.0')).toEqual({ tarball: undefined, dependencies: [] });
  });
});
