/** A licence that people name in many ways, with the versions it has. */
export interface LicenceFamily {
  /** Ways to say it, as `nameWords` writes them. */
  readonly names: readonly string[];
  /** The id of each version, the version as `nameWords` writes it. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the name means without a version: the licence where there is only one, else undefined. */
  readonly unversioned?: string;
  /** The licence text itself lets the taker pick any version where none is named; this is that choice. */
  readonly anyVersion?: string;
}

/** Families beyond what the SPDX ids and names say themselves. */
export const licenceFamilies: readonly LicenceFamily[] = [
  single('MIT', ['mit', 'mit x 11', 'x 11 mit', 'mit expat', 'expat', 'expat mit', 'mit mit', 'massachusetts institute of technology']),
  single('ISC', ['isc', 'internet systems consortium', 'isc isc']),
  single('WTFPL', ['wtfpl', 'do what fuck you want to public', 'do what fuck you want to'], { '2': 'WTFPL', '1': 'WTFPL' }),
  single('Unlicense', ['unlicense', 'unlicense org']),
  single('Beerware', ['beerware', 'beer ware'], { '42': 'Beerware' }),
  single('Zlib', ['zlib', 'zlib libpng', 'libpng zlib']),
  single('BSL-1.0', ['boost'], { '1': 'BSL-1.0' }),
  single('CC0-1.0', ['cc 0', 'cc 0 universal', 'creative commons 0', 'cc 0 public domain dedication'], { '1': 'CC0-1.0' }),
  single('Elastic-2.0', ['elv', 'el'], { '2': 'Elastic-2.0' }, false),
  single('BlueOak-1.0.0', ['blue oak', 'blueoak', 'blue oak model'], { '1': 'BlueOak-1.0.0' }),
  single('MS-PL', ['ms pl', 'mspl', 'microsoft public']),
  single('MS-RL', ['ms rl', 'msrl', 'microsoft reciprocal']),
  single('SSPL-1.0', ['sspl', 'server side public'], { '1': 'SSPL-1.0' }),
  single('BUSL-1.1', ['busl', 'business source'], { '1.1': 'BUSL-1.1' }, false),
  single('PostgreSQL', ['postgresql', 'postgres']),
  single('NCSA', ['ncsa', 'university of illinois ncsa', 'uiuc']),
  {
    names: ['apache', 'apache public', 'asl', 'apache foundation'],
    versions: { '1': 'Apache-1.0', '1.1': 'Apache-1.1', '2': 'Apache-2.0' },
  },
  {
    names: [
      'gpl',
      'gnu gpl',
      'gnu general public',
      'gnu public',
      'general public',
      'gnu general public gpl',
      'gnu general public gnu gpl',
      'gpl gpl',
    ],
    versions: { '1': 'GPL-1.0-only', '2': 'GPL-2.0-only', '3': 'GPL-3.0-only' },
    anyVersion: 'GPL-1.0-or-later',
  },
  {
    names: [
      'lgpl',
      'gnu lgpl',
      'gnu lesser general public',
      'gnu lesser gpl',
      'lesser gpl',
      'lesser general public',
      'gnu library general public',
      'library gpl',
      'gnu lesser public',
      'gnu lesser general public lgpl',
    ],
    versions: { '2': 'LGPL-2.0-only', '2.1': 'LGPL-2.1-only', '3': 'LGPL-3.0-only' },
    anyVersion: 'LGPL-2.0-or-later',
  },
  {
    names: [
      'agpl',
      'gnu agpl',
      'gnu affero general public',
      'gnu affero gpl',
      'affero gpl',
      'affero general public',
      'gnu affero',
      'affero',
      'gnu affero public',
    ],
    versions: { '1': 'AGPL-1.0-only', '3': 'AGPL-3.0-only' },
  },
  { names: ['mpl', 'mozilla public', 'mozilla', 'mozilla public mpl'], versions: { '1': 'MPL-1.0', '1.1': 'MPL-1.1', '2': 'MPL-2.0' } },
  { names: ['epl', 'eclipse public', 'eclipse'], versions: { '1': 'EPL-1.0', '2': 'EPL-2.0' } },
  { names: ['edl', 'eclipse distribution'], versions: {} },
  { names: ['cddl', 'common development and distribution', 'sun cddl'], versions: { '1': 'CDDL-1.0', '1.1': 'CDDL-1.1' } },
  { names: ['eupl', 'european union public'], versions: { '1': 'EUPL-1.0', '1.1': 'EUPL-1.1', '1.2': 'EUPL-1.2' } },
  { names: ['artistic', 'perl artistic'], versions: { '1': 'Artistic-1.0', '2': 'Artistic-2.0' } },
  { names: ['ofl', 'sil ofl', 'sil open font', 'open font'], versions: { '1': 'OFL-1.0', '1.1': 'OFL-1.1' } },
  { names: ['osl', 'open public osl'], versions: { '1': 'OSL-1.0', '1.1': 'OSL-1.1', '2': 'OSL-2.0', '2.1': 'OSL-2.1', '3': 'OSL-3.0' } },
  { names: ['afl', 'academic free'], versions: { '1.1': 'AFL-1.1', '1.2': 'AFL-1.2', '2': 'AFL-2.0', '2.1': 'AFL-2.1', '3': 'AFL-3.0' } },
  { names: ['zpl', 'zope public'], versions: { '1.1': 'ZPL-1.1', '2': 'ZPL-2.0', '2.1': 'ZPL-2.1' } },
  { names: ['cecill'], versions: { '1': 'CECILL-1.0', '1.1': 'CECILL-1.1', '2': 'CECILL-2.0', '2.1': 'CECILL-2.1' } },
  { names: ['cpl', 'common public'], versions: { '1': 'CPL-1.0' }, unversioned: 'CPL-1.0' },
  { names: ['psf', 'psfl', 'python foundation'], versions: { '2': 'PSF-2.0' } },
  { names: ['python'], versions: { '2': 'Python-2.0' } },
  { names: ['ecl', 'educational community'], versions: { '1': 'ECL-1.0', '2': 'ECL-2.0' } },
  { names: ['php'], versions: { '3': 'PHP-3.0', '3.01': 'PHP-3.01' } },
  {
    names: ['fdl', 'gfdl', 'gnu fdl', 'gnu free documentation'],
    versions: { '1.1': 'GFDL-1.1-only', '1.2': 'GFDL-1.2-only', '1.3': 'GFDL-1.3-only' },
  },
];

function single(id: string, names: readonly string[], versions: Readonly<Record<string, string>> = {}, isNamedAlone = true): LicenceFamily {
  return isNamedAlone ? { names, versions, unversioned: id } : { names, versions };
}
