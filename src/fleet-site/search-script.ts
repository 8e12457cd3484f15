import { rangeScript } from './search-ranges.ts';

/**
 * The search page's script. It loads the parts of the index that a question needs, writes text only as text, and keeps the question in
 * the address after the #.
 */
export const searchScript: string = String.raw`
'use strict';
(() => {
  const { firstNames, perPart, repositories } = JSON.parse(document.querySelector('[data-who-json]').textContent);
  const form = document.querySelector('[data-who]');
  const input = form.querySelector('[data-who-query]');
  const status = document.querySelector('[data-who-status]');
  const answer = document.querySelector('[data-who-answer]');
  const perPage = 100;
  const mostNames = 40;
  const mostParts = 4;
  form.hidden = false;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const counted = (count, word, words) => count.toLocaleString('en') + ' ' + (count === 1 ? word : words);

  // A page from a disk may not fetch; it may run a script that lies beside it. Each part calls this once.
  const arrived = new Map();
  const loading = new Map();
  window.lockgateIndex = (kind, part, rows) => arrived.set(kind + '-' + part, rows);
  const load = (kind, part) => {
    const key = kind + '-' + part;
    if (!loading.has(key))
      loading.set(key, new Promise((resolve, reject) => {
        const script = element('script');
        script.src = 'index/' + key + '.js';
        script.onload = () => (arrived.has(key) ? resolve(arrived.get(key)) : reject(new Error(key)));
        script.onerror = () => {
          loading.delete(key);
          reject(new Error(key));
        };
        document.head.append(script);
      }));
    return loading.get(key);
  };

  // The last part whose first name is not after the text.
  const partOf = (text) => {
    let [low, high] = [0, firstNames.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (firstNames[middle] <= text) low = middle;
      else high = middle - 1;
    }
    return low;
  };
${rangeScript}
  const holdersOf = (row) => {
    let place = 0;
    return row.slice(1).map((code) => {
      place += code >> 1;
      return { place, isDirect: (code & 1) === 1 };
    });
  };

  const namesFrom = async (start) => {
    const [from, to] = [partOf(start), partOf(start + '\uffff')];
    const found = [];
    for (let part = from; part <= Math.min(to, from + mostParts - 1) && found.length <= mostNames; part += 1)
      for (const row of await load('packages', part)) if (row[0].startsWith(start)) found.push(row);
    return found;
  };

  const repositoriesAt = async (places) => {
    const parts = [...new Set(places.map((place) => Math.floor(place / perPart)))];
    const loaded = new Map(await Promise.all(parts.map(async (part) => [part, await load('repositories', part)])));
    return (place) => loaded.get(Math.floor(place / perPart))[place % perPart];
  };

  const ask = (text) => {
    input.value = text;
    input.focus();
    remember();
    run();
  };

  const nameLink = (name) => {
    const link = element('a', '', name);
    link.href = '#q=' + encodeURIComponent(name);
    return link;
  };

  const badge = (state) => element('span', 'badge v-' + (/^[a-z]+$/.test(state) ? state : 'failed'), state === 'failed' ? 'not audited' : state);

  const pagedTable = (titles, rows, drawRow) => {
    const box = element('div');
    let page = 0;
    const pages = Math.ceil(rows.length / perPage);
    const draw = () => {
      const scroll = element('div', 'scroll');
      scroll.tabIndex = 0;
      scroll.setAttribute('role', 'group');
      scroll.setAttribute('aria-label', 'Repositories');
      const table = element('table');
      const head = element('tr');
      for (const title of titles) {
        const cell = element('th', '', title);
        cell.scope = 'col';
        head.append(cell);
      }
      const [top, body] = [element('thead'), element('tbody')];
      top.append(head);
      body.append(...rows.slice(page * perPage, (page + 1) * perPage).map(drawRow));
      table.append(top, body);
      scroll.append(table);
      box.replaceChildren(scroll);
      if (pages === 1) return;
      const bar = element('nav', 'pages');
      bar.setAttribute('aria-label', 'Pages of the answer');
      for (const [words, by] of [['Previous', -1], ['Next', 1]]) {
        const button = element('button', '', words);
        button.type = 'button';
        button.disabled = page + by < 0 || page + by >= pages;
        button.addEventListener('click', () => {
          page += by;
          draw();
          box.scrollIntoView();
        });
        bar.append(button);
      }
      bar.insertBefore(element('span', '', 'Page ' + (page + 1) + ' of ' + pages), bar.lastChild);
      box.append(bar);
    };
    draw();
    return box;
  };

  const packageAnswer = async ([name, ...versions], range, rangeText) => {
    const chosen = versions.filter(([version]) => range(version));
    const byPlace = new Map();
    for (const row of chosen)
      for (const { place, isDirect } of holdersOf(row)) {
        const known = byPlace.get(place) ?? { place, versions: [], isDirect: false };
        known.versions.push(row[0]);
        known.isDirect ||= isDirect;
        byPlace.set(place, known);
      }
    const holders = [...byPlace.values()].sort((a, b) => a.place - b.place);
    const at = await repositoriesAt(holders.map(({ place }) => place));
    const section = element('section', 'answer');
    section.append(element('h2', '', rangeText === '' ? name : name + '@' + rangeText));
    section.append(element('p', 'quiet', counted(chosen.length, 'version', 'versions') + ' in ' + counted(holders.length, 'repository', 'repositories')));
    const list = element('div', 'versions');
    for (const row of [...versions].sort((a, b) => byVersion(b[0], a[0])).slice(0, 60)) {
      const button = element('button', '', row[0]);
      button.type = 'button';
      button.setAttribute('aria-pressed', String(rangeText !== '' && range(row[0])));
      const count = element('span', '', String(row.length - 1));
      button.append(count);
      button.addEventListener('click', () => ask(name + (rangeText === row[0] ? '' : '@' + row[0])));
      list.append(button);
    }
    section.append(list);
    if (holders.length > 0)
      section.append(pagedTable(['Repository', 'Verdict', 'Holds', 'How'], holders, (holder) => {
        const [repository, slug, state] = at(holder.place);
        const [line, head, verdict] = [element('tr'), element('th'), element('td')];
        const link = element('a', '', repository);
        link.href = 'r/' + slug + '.html#q=' + encodeURIComponent(name + (holder.versions.length === 1 ? '@' + holder.versions[0] : '@'));
        head.scope = 'row';
        head.append(link);
        verdict.append(badge(state));
        line.append(head, verdict, element('td', '', holder.versions.sort(byVersion).join(', ')), element('td', 'dim', holder.isDirect ? 'direct' : 'indirect'));
        return line;
      }));
    return { section, holders: holders.length, versions: chosen.length };
  };

  const namesAnswer = (rows, isCut) => {
    const section = element('section', 'answer');
    section.append(element('h2', '', 'Names that begin so'));
    const list = element('ul', 'names');
    for (const row of rows.slice(0, mostNames)) {
      const line = element('li');
      line.append(nameLink(row[0]));
      list.append(line);
    }
    section.append(list);
    if (isCut) section.append(element('p', 'quiet', 'and more'));
    return section;
  };

  const repositoriesAnswer = async (text) => {
    const parts = await Promise.all(Array.from({ length: Math.ceil(repositories / perPart) }, (_, part) => load('repositories', part)));
    const wanted = text.toLowerCase();
    const found = parts.flat().filter(([name]) => name.toLowerCase().includes(wanted));
    if (found.length === 0) return { count: 0 };
    const section = element('section', 'answer');
    section.append(element('h2', '', counted(found.length, 'repository of this name', 'repositories of this name')));
    section.append(pagedTable(['Repository', 'Verdict'], found, ([name, slug, state]) => {
      const [line, head, verdict] = [element('tr'), element('th'), element('td')];
      const link = element('a', '', name);
      link.href = 'r/' + slug + '.html';
      head.scope = 'row';
      head.append(link);
      verdict.append(badge(state));
      line.append(head, verdict);
      return line;
    }));
    return { section, count: found.length };
  };

  let turn = 0;
  const run = async () => {
    const mine = ++turn;
    const text = input.value.trim();
    if (text === '') {
      status.textContent = '';
      answer.replaceChildren();
      return;
    }
    const at = text.indexOf('@', 1);
    const [name, rangeText] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).trim()];
    const range = rangeText === '' ? () => true : rangeOf(rangeText);
    if (range === undefined) {
      status.textContent = 'This is no version and no range: ' + rangeText;
      answer.replaceChildren();
      return;
    }
    status.textContent = 'Searching';
    try {
      let rows = firstNames.length === 0 ? [] : await namesFrom(name);
      if (rows.length === 0 && firstNames.length > 0 && name !== name.toLowerCase()) rows = await namesFrom(name.toLowerCase());
      const exact = rows.find((row) => row[0] === name) ?? rows.find((row) => row[0] === name.toLowerCase());
      const others = at === -1 ? rows.filter((row) => row !== exact) : [];
      const own = exact === undefined ? undefined : await packageAnswer(exact, range, rangeText);
      const named = at === -1 ? await repositoriesAnswer(text) : { count: 0 };
      if (mine !== turn) return;
      answer.replaceChildren(
        ...(own === undefined ? [] : [own.section]),
        ...(others.length === 0 ? [] : [namesAnswer(others, others.length > mostNames)]),
        ...(named.section === undefined ? [] : [named.section]),
      );
      status.textContent =
        own !== undefined
          ? counted(own.holders, 'repository holds', 'repositories hold') + ' ' + name + (rangeText === '' ? '' : '@' + rangeText)
          : others.length > 0
            ? 'No package has exactly this name'
            : named.count > 0
              ? 'No package has this name'
              : 'No repository of this audit holds it, as far as they could be audited';
    } catch (error) {
      if (mine === turn) status.textContent = 'A part of the index cannot be read: index/' + error.message + '.js';
    }
  };

  const remember = () => {
    const text = input.value.trim();
    history.replaceState(null, '', text === '' ? location.pathname + location.search : '#q=' + encodeURIComponent(text.toWellFormed?.() ?? text));
  };
  const recall = () => {
    input.value = new URLSearchParams(location.hash.slice(1)).get('q') ?? '';
    run();
  };
  let waiting;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      remember();
      run();
    }, 120);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    remember();
    run();
  });
  addEventListener('hashchange', recall);
  recall();
  if (input.value === '') input.focus({ preventScroll: true });
})();
`;
