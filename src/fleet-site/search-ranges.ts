/**
 * The part of the search page's script that reads versions and ranges: `semver`, `byVersion` and `rangeOf`. The page stands alone, so
 * that node-semver, by which the program itself searches, is out of its reach; a test holds both to the same answers.
 */
export const rangeScript: string = String.raw`
  const semver = (text) => {
    const found = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+|$)/.exec(text);
    return found && { numbers: [Number(found[1]), Number(found[2]), Number(found[3])], pre: found[4] === undefined ? [] : found[4].split('.') };
  };
  const compareVersions = (a, b) => {
    for (let i = 0; i < 3; i += 1) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] - b.numbers[i];
    if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
    for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i += 1) {
      const [x, y] = [a.pre[i], b.pre[i]];
      if (x === y) continue;
      if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
      const [xNumber, yNumber] = [/^\d+$/.test(x), /^\d+$/.test(y)];
      if (xNumber && yNumber) return Number(x) - Number(y);
      if (xNumber !== yNumber) return xNumber ? -1 : 1;
      return x < y ? -1 : 1;
    }
    return 0;
  };
  const byVersion = (a, b) => {
    const [x, y] = [semver(a), semver(b)];
    return x && y ? compareVersions(x, y) : x ? 1 : y ? -1 : a < b ? -1 : 1;
  };

  // One comparator as a test of a version; undefined for what is none.
  const comparator = (text) => {
    const [, sign, rest] = /^(>=|<=|>|<|=|\^|~)?v?(.*)$/.exec(text);
    if (/^[x*]?$/i.test(rest)) return sign === undefined || sign === '=' ? () => true : undefined;
    const [plain, ...more] = rest.split('-');
    const parts = plain.split('+')[0].split('.');
    const fixed = parts.findIndex((part) => !/^\d+$/.test(part));
    const given = (fixed === -1 ? parts : parts.slice(0, fixed)).map(Number);
    if (given.length === 0 || parts.slice(given.length).some((part) => !/^[x*]$/i.test(part)) || parts.length > 3) return undefined;
    const low = semver([0, 1, 2].map((i) => given[i] ?? 0).join('.') + (more.length > 0 ? '-' + more.join('-') : ''));
    if (!low) return undefined;
    // Where a part is missing, prereleases of the first version that it covers are in it, as node-semver counts them.
    const isPartial = given.length < 3;
    const first = (version) => ({ ...version, pre: ['0'] });
    const from = isPartial && more.length === 0 ? first(low) : low;
    const below = (index) => semver(low.numbers.map((number, i) => (i < index ? number : i === index ? number + 1 : 0)).join('.'));
    const within = (index) => (version) => compareVersions(version, from) >= 0 && compareVersions({ ...version, pre: [] }, below(index)) < 0;
    switch (sign) {
      case '>':
        return isPartial ? (version) => compareVersions(version, first(below(given.length - 1))) >= 0 : (version) => compareVersions(version, low) > 0;
      case '>=':
        return (version) => compareVersions(version, from) >= 0;
      case '<':
        return (version) => compareVersions(version, from) < 0;
      case '<=':
        return isPartial ? (version) => compareVersions(version, first(below(given.length - 1))) < 0 : (version) => compareVersions(version, low) <= 0;
      case '^':
        return within(Math.min(given.length - 1, Math.max(0, low.numbers.findIndex((number) => number > 0) === -1 ? given.length - 1 : low.numbers.findIndex((number) => number > 0))));
      case '~':
        return within(Math.min(given.length - 1, 1));
      default:
        return isPartial ? within(given.length - 1) : (version) => compareVersions(version, low) === 0;
    }
  };

  // A range as a test of a version's text; undefined for what is none. What is no semantic version is never left out by a range.
  const rangeOf = (text) => {
    const alternatives = text.split('||').map((part) => part.replaceAll(/([<>=~^]+)\s+/g, '$1').split(/\s+/).filter(Boolean).map(comparator));
    if (alternatives.some((tests) => tests.includes(undefined))) return undefined;
    return (version) => {
      const parsed = semver(version);
      return version === text || !parsed || alternatives.some((tests) => tests.every((test) => test(parsed)));
    };
  };
`;
