/**
 * The one script of the page: table, colours of the map, copy buttons. It writes text only as text, keeps its state in the
 * address after the #, and asks nobody for anything. The Content-Security-Policy names its hash.
 */
export const script: string = String.raw`
'use strict';
(() => {
  const perPage = 50;
  const keys = ['q', 'level', 'group', 'scope', 'rule', 'by', 'sort', 'page', 'colour'];
  const articles = [...document.querySelectorAll('[data-report]')];
  const readState = () => (location.hash.includes('=') ? new URLSearchParams(location.hash.slice(1)) : new URLSearchParams());
  let state = readState();

  const writeState = () => {
    for (const [key, value] of [...state]) if (value === '') state.delete(key);
    const hash = state.toString();
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : '#' + hash);
  };

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const byVersion = (a, b) => {
    const [left, right] = [a.split(/[.+-]/), b.split(/[.+-]/)];
    for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
      const [x, y] = [left[i] ?? '', right[i] ?? ''];
      const difference = /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) - Number(y) : byText(x, y);
      if (difference !== 0) return difference;
    }
    return 0;
  };

  const ageWords = (minutes) => {
    for (const [word, length] of [['year', 525960], ['month', 43834], ['day', 1440], ['hour', 60]]) {
      const count = Math.floor(minutes / length);
      if (count >= 1) return count + ' ' + word + (count === 1 ? '' : 's');
    }
    return minutes < 0 ? 'in the future' : 'minutes';
  };

  const readRows = (data) =>
    data.rows.map(([name, version, scope, by, licence, group, level, published, rules, unverified]) => {
      const row = {
        name,
        version,
        scope: data.scopes[scope],
        by: by === -3 ? 'the project itself' : by === -2 ? 'nothing' : by === -1 ? 'several' : data.owners[by],
        isDirect: by === -3,
        licence: data.licences[licence],
        group: data.groups[group],
        level: data.levels[level],
        rank: level,
        published,
        rules: rules.map((rule) => data.rules[rule]),
        isUnverified: unverified === 1,
      };
      row.text = (name + '@' + version + ' ' + row.licence + ' ' + row.rules.join(' ') + ' ' + row.by).toLowerCase();
      return row;
    });

  const comparators = {
    name: (a, b) => byText(a.name, b.name) || byVersion(a.version, b.version),
    version: (a, b) => byVersion(a.version, b.version),
    scope: (a, b) => byText(a.scope, b.scope),
    by: (a, b) => byText(a.by, b.by),
    licence: (a, b) => byText(a.licence, b.licence),
    age: (a, b) => (b.published || -Infinity) - (a.published || -Infinity) || 0,
    level: (a, b) => a.rank - b.rank || b.rules.length - a.rules.length,
  };

  const setUp = (article, index) => {
    const prefix = articles.length > 1 ? 'r' + index + '.' : '';
    const get = (key) => state.get(prefix + key) ?? (state.has(key) ? state.get(key) : '') ?? '';
    const set = (key, value) => {
      state.delete(key);
      state.set(prefix + key, value);
    };
    const map = article.querySelector('[data-map]');
    const showColour = () => {
      const colour = get('colour') === 'group' ? 'group' : 'level';
      map.className = 'map by-' + colour;
      for (const input of map.querySelectorAll('[data-colour]')) input.checked = input.value === colour;
    };
    if (map) {
      map.addEventListener('change', (event) => {
        set('colour', event.target.value === 'level' ? '' : event.target.value);
        writeState();
        showColour();
      });
      showColour();
    }

    const panel = article.querySelector('[data-packages]');
    if (!panel) return () => {};
    const data = JSON.parse(article.querySelector('[data-packages-json]').textContent);
    const rows = readRows(data);
    const body = panel.querySelector('[data-rows]');
    const filters = [...panel.querySelectorAll('[data-filter]')];
    panel.hidden = false;

    const selected = () => {
      const words = get('q').toLowerCase().split(/\s+/).filter(Boolean);
      const [level, group, scope, rule, by] = ['level', 'group', 'scope', 'rule', 'by'].map(get);
      const found = rows.filter(
        (row) =>
          words.every((word) => row.text.includes(word)) &&
          (level === '' || (level === 'finding' ? row.rules.length > 0 : level === 'unverified' ? row.isUnverified : row.level === level)) &&
          (group === '' || row.group === group) &&
          (scope === '' || (scope === 'direct' ? row.isDirect : row.scope === scope)) &&
          (rule === '' || row.rules.includes(rule)) &&
          (by === '' || row.by === by || row.name + '@' + row.version === by),
      );
      const sort = get('sort') || 'level';
      const column = sort.replace(/^-/, '');
      const compare = Object.hasOwn(comparators, column) ? comparators[column] : comparators.level;
      const direction = sort.startsWith('-') ? -1 : 1;
      return found.sort((a, b) => direction * compare(a, b) || comparators.name(a, b));
    };

    const drawRow = (row) => {
      const line = element('tr');
      const name = element('th', '', row.name);
      name.scope = 'row';
      const findings = element('td');
      if (row.rules.length > 0 || row.isUnverified) {
        findings.append(element('span', 'badge l-' + row.level, data.levelWords[data.levels.indexOf(row.level)]), row.rules.join(', '));
        if (row.isUnverified && row.level !== 'unverified') findings.append(element('span', 'dim', ' \u00b7 not all verified'));
      }
      const licence = element('td', row.licence === '' ? 'dim' : '', row.licence === '' ? 'none known' : row.licence);
      licence.title = data.groupWords[row.group] ?? '';
      const age = element('td', row.published === 0 ? 'dim' : '', row.published === 0 ? 'unknown' : ageWords(data.now - row.published));
      if (row.published !== 0) age.title = new Date(row.published * 60000).toISOString().slice(0, 10);
      line.append(name, element('td', '', row.version), element('td', '', row.scope), element('td', row.isDirect || row.by === 'several' ? 'dim' : '', row.by), licence, age, findings);
      return line;
    };

    const draw = () => {
      const found = selected();
      const pages = Math.max(1, Math.ceil(found.length / perPage));
      const page = Math.min(pages, Math.max(1, Number.parseInt(get('page'), 10) || 1));
      const shown = found.slice((page - 1) * perPage, page * perPage);
      body.replaceChildren(...shown.map(drawRow));
      panel.querySelector('[data-status]').textContent =
        found.length === 0
          ? 'No package matches'
          : (found.length === rows.length ? '' : found.length + ' of ') + rows.length + (rows.length === 1 ? ' package' : ' packages') + ', showing ' + ((page - 1) * perPage + 1) + ' to ' + ((page - 1) * perPage + shown.length);
      panel.querySelector('[data-page-text]').textContent = 'Page ' + page + ' of ' + pages;
      for (const button of panel.querySelectorAll('[data-page]')) {
        const target = page + Number(button.dataset.page);
        button.disabled = target < 1 || target > pages;
      }
      panel.querySelector('.pages').hidden = pages === 1;
      const sort = get('sort') || 'level';
      for (const column of panel.querySelectorAll('[data-column]'))
        column.setAttribute('aria-sort', column.dataset.column === sort.replace(/^-/, '') ? (sort.startsWith('-') ? 'descending' : 'ascending') : 'none');
      for (const filter of filters) if (filter.value !== get(filter.dataset.filter)) filter.value = get(filter.dataset.filter);
      const active = panel.querySelector('[data-active]');
      const only = [get('rule') && 'rule ' + get('rule'), get('by') && 'brought in by ' + get('by')].filter(Boolean);
      active.hidden = only.length === 0;
      active.textContent = only.length === 0 ? '' : 'Only: ' + only.join(', ');
    };

    const change = (key, value, keepsPage) => {
      set(key, value);
      if (!keepsPage) set('page', '');
      writeState();
      draw();
    };

    for (const filter of filters)
      filter.addEventListener(filter.type === 'search' ? 'input' : 'change', () => change(filter.dataset.filter, filter.value));
    const form = panel.querySelector('form');
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      for (const key of ['q', 'level', 'group', 'scope', 'rule', 'by']) set(key, '');
      change('sort', '');
    });
    for (const button of panel.querySelectorAll('[data-sort]'))
      button.addEventListener('click', () => {
        const now = get('sort') || 'level';
        change('sort', now === button.dataset.sort ? '-' + now : button.dataset.sort);
      });
    for (const button of panel.querySelectorAll('[data-page]'))
      button.addEventListener('click', () => {
        change('page', String((Number.parseInt(get('page'), 10) || 1) + Number(button.dataset.page)), true);
        panel.scrollIntoView();
      });

    // A spreadsheet runs cells that start like a formula; a scoped name starts with @ and is none.
    const cell = (value) => {
      const text = String(value);
      const isFormula = /^[=+\-@\t\r]/.test(text) && !/^@[a-z0-9~][\w.~-]*\/[\w.~-]+$/i.test(text);
      return '"' + (isFormula ? "'" : '') + text.replaceAll('"', '""') + '"';
    };
    const exported = () =>
      selected().map((row) => ({
        name: row.name,
        version: row.version,
        scope: row.scope,
        direct: row.isDirect,
        broughtInBy: row.by,
        licence: row.licence,
        licenceCategory: row.group,
        published: row.published === 0 ? '' : new Date(row.published * 60000).toISOString(),
        level: row.level,
        rules: row.rules,
        verified: !row.isUnverified,
      }));
    const asCsv = (list) => {
      const columns = Object.keys(list[0] ?? { name: '' });
      return [columns, ...list.map((row) => columns.map((column) => (Array.isArray(row[column]) ? row[column].join(' ') : row[column])))]
        .map((line) => line.map(cell).join(',') + '\r\n')
        .join('');
    };
    for (const button of panel.querySelectorAll('[data-export]'))
      button.addEventListener('click', () => {
        const list = exported();
        const isCsv = button.dataset.export === 'csv';
        const text = isCsv ? '\ufeff' + asCsv(list) : JSON.stringify(list, null, 2) + '\n';
        const link = element('a');
        link.href = URL.createObjectURL(new Blob([text], { type: isCsv ? 'text/csv' : 'application/json' }));
        link.download = 'packages.' + button.dataset.export;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      });

    article.addEventListener('click', (event) => {
      const block = event.target.closest('[data-map] g[data-block]');
      if (!block) return;
      const title = block.dataset.block;
      location.hash = 'by=' + encodeURIComponent(title.startsWith('Shared by') ? 'several' : title.startsWith('Direct,') ? 'the project itself' : title.startsWith('Asked for') ? 'nothing' : title);
    });

    draw();
    return () => {
      if (map) showColour();
      draw();
    };
  };

  const redraws = articles.map(setUp);

  // A link of this page that filters the table: it goes to its own report's table and says so to a screen reader.
  addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"][href*="="]');
    const article = link?.closest('[data-report]');
    if (!article || articles.length === 1) return;
    event.preventDefault();
    const [key, value] = [...new URLSearchParams(link.getAttribute('href').slice(1))][0];
    location.hash = new URLSearchParams([['r' + article.dataset.report + '.' + key, value]]).toString();
  });
  addEventListener('hashchange', () => {
    if (!location.hash.includes('=')) return;
    const next = readState();
    if (![...next.keys()].some((key) => keys.includes(key.replace(/^r\d+\./, '')))) return;
    state = next;
    for (const redraw of redraws) redraw();
    const index = Number(/^#r(\d+)\./.exec(location.hash)?.[1] ?? 0);
    const title = document.getElementById('r' + index + '-packages-title');
    title?.scrollIntoView();
    title?.focus({ preventScroll: true });
  });

  if (navigator.clipboard)
    for (const button of document.querySelectorAll('[data-copy]')) {
      button.hidden = false;
      button.addEventListener('click', () => {
        navigator.clipboard.writeText(button.previousElementSibling.textContent).then(
          () => {
            button.textContent = 'Copied';
            setTimeout(() => (button.textContent = 'Copy'), 1500);
          },
          () => (button.textContent = 'Select it'),
        );
      });
    }

  const closed = [];
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details:not([open])')) {
      details.open = true;
      closed.push(details);
    }
  });
  addEventListener('afterprint', () => {
    for (const details of closed.splice(0)) details.open = false;
  });
})();
`;
