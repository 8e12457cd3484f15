import { join, resolve } from 'node:path';
import { isLicenceFile } from '../licences/licence-file.ts';
import { type NoticePackage, collectNotices, renderNoticesHtml, renderNoticesText } from '../licences/notices.ts';
import { summariseLicence } from '../licences/summary.ts';
import { GateError } from '../model/gate-error.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import { entriesOf } from '../platform/folder.ts';
import type { Command } from './command.ts';
import { type LicensedComponent, declaredLicences, installedFolder } from './declared-licences.ts';
import { readLockfiles } from './lockfiles.ts';

/** `lockgate notices`: the attribution file that a product ships for its dependencies. */
export const notices: Command = {
  name: 'notices',
  summary: 'Write the attribution file: packages, licences and their texts',
  usage: '[PATH]',
  description: [
    'PATH is a folder with a lockfile, or the lockfile itself; this folder by default. Texts are read from the installed copies,',
    'so install first. Development dependencies are left out unless asked for. Equal texts are printed once.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'Output format: text, html' },
    output: { type: 'string', short: 'o', value: 'FILE', description: 'Write to a file instead of standard output' },
    dev: { type: 'boolean', description: 'With development dependencies' },
    offline: { type: 'boolean', description: 'Ask no registry for licences that nothing here states' },
  },
  examples: [
    ['lockgate notices -o THIRD-PARTY.txt', 'plain text'],
    ['lockgate notices --format html -o notices.html', 'one page without scripts'],
  ],
  run: async (invocation) => {
    const { positionals, text, flag, environment } = invocation;
    const format = text('format') ?? 'text';
    if (format !== 'text' && format !== 'html')
      throw new GateError('usage', `there is no format ${JSON.stringify(format)}`, { hint: 'formats: text, html' });
    const { lockfiles } = readLockfiles(positionals[0] ?? '.', environment.cwd, { isRecursive: false });
    const [lockfile] = lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const components = (await declaredLicences(lockfile.inventory, lockfile.root, invocation)).filter(
      ({ component }) => component.scope !== 'dev' || flag('dev'),
    );
    const collected = collectNotices(components.map((one) => noticeOf(one, lockfile.root)));
    const { name } = lockfile.inventory.root;
    const document = format === 'html' ? renderNoticesHtml(collected, name) : renderNoticesText(collected, name);
    const gaps = collected.withoutText.length === 0 ? '' : `${collected.withoutText.length} packages have no licence text here\n`;
    const output = text('output');
    if (output === undefined) return { exitCode: 0, stdout: document, ...(gaps === '' ? {} : { stderr: gaps }) };
    writeFileAtomic(resolve(environment.cwd, output), document);
    return { exitCode: 0, stderr: `wrote ${output}: ${collected.packages.length} packages, ${collected.texts.length} texts\n${gaps}` };
  },
};

function noticeOf({ component, field }: LicensedComponent, root: string): NoticePackage {
  const folder = installedFolder(component, root);
  const files = folder === undefined ? [] : entriesOf(folder).filter(({ isFile, name }) => isFile && isLicenceFile(name, field));
  const texts = files
    .map(({ name }) => name)
    .sort()
    .flatMap((path) => {
      const text = folder === undefined ? undefined : readOptionalText(join(folder, path));
      return text === undefined || text.trim() === '' ? [] : [{ path, text }];
    });
  const { licence } = summariseLicence(field);
  return { name: component.name, version: component.version, licence: licence === '' ? 'no licence declared' : licence, texts };
}
