// Judges a lockfile from a program: the same gate as `lockgate check`, without a process, a console or a global.
//
//   node judge.mjs package-lock.json
import { readFile, writeFile } from 'node:fs/promises';
import { createGate, milliseconds, readLockfile, render, toCycloneDX } from 'lockgate';

const [path = 'package-lock.json'] = process.argv.slice(2);
const inventory = readLockfile({ path, text: await readFile(path, 'utf8') });

const gate = await createGate({
  now: milliseconds(Date.now()),
  variables: process.env,
  policy: { path: 'in this program', text: 'version: 1\nchecks:\n  release-age: { error-below: 3d }\n' },
});
try {
  const report = await gate.assess(inventory);
  console.log(render(report, 'text'));

  // Every finding is data: what is wrong, about what, and what to do.
  for (const { rule, subject, help } of report.findings) console.log(`${rule}\t${subject.label}\t${help[0] ?? ''}`);

  await writeFile('bom.json', await toCycloneDX(inventory, { tool: { name: 'my program', version: '1.0.0' } }));
  // Anything but a proven pass is a refusal.
  process.exitCode = report.verdict === 'pass' ? 0 : 1;
} finally {
  await gate.close();
}
