/**
 * Lockgate as a library: no globals, no console, no process. `createGate` builds a gate from a policy; `readLockfile` reads
 * a lockfile's text into an inventory; `render` turns a report into text.
 */
import { createHash } from 'node:crypto';
import { lockfileFormats } from './lockfiles/index.generated.ts';
import { readLockfileText } from './lockfiles/read-lockfile.ts';
import { GateError } from './model/gate-error.ts';
import type { Inventory } from './model/inventory.ts';
import { type ProjectFiles, noFiles } from './model/project-files.ts';
import type { Report } from './model/report.ts';
import { reporters } from './reporters/index.generated.ts';

export { createGate } from './gate.ts';
export type { AssessOptions, Gate, GateOptions } from './gate.ts';
export type { Change } from './model/change.ts';
export { changesBetween } from './model/change.ts';
export type { BomRef, Component, Location, Purl, Scope, Source } from './model/component.ts';
export type { Fact, Finding, FindingSubject, RuleId, Severity } from './model/finding.ts';
export { GateError } from './model/gate-error.ts';
export type { GateErrorCode } from './model/gate-error.ts';
export type { Edge, EdgeKind, Inventory, LockfileFact } from './model/inventory.ts';
export type { ProjectFiles } from './model/project-files.ts';
export type { Counts, InconclusiveReason, Outcome, Report, Verdict } from './model/report.ts';
export { milliseconds } from './model/units.ts';
export type { Milliseconds } from './model/units.ts';
export { toCycloneDX } from './sbom/cyclonedx.ts';
export type { CycloneDxOptions } from './sbom/cyclonedx.ts';

/**
 * Reads a lockfile's text. `path` decides the format by its file name; `files` gives the manifests beside it, which yarn
 * and pnpm need for workspaces. Throws `GateError` for what it refuses.
 */
export function readLockfile(input: { readonly path: string; readonly text: string; readonly files?: ProjectFiles }): Inventory {
  const { path, text, files = noFiles } = input;
  return readLockfileText(lockfileFormats, { path, text, files, digest: createHash('sha256').update(text).digest('hex') });
}

/** Renders a report in one of the formats that `lockgate check --format` offers. Throws `GateError` for an unknown one. */
export function render(
  report: Report,
  format: string,
  options: { readonly isColoured?: boolean; readonly width?: number; readonly isExpanded?: boolean } = {},
): string {
  const reporter = reporters.find(({ id }) => id === format);
  if (reporter === undefined)
    throw new GateError('usage', `there is no format ${JSON.stringify(format)}`, {
      hint: `formats: ${reporters.map(({ id }) => id).join(', ')}`,
    });
  return reporter.render(report, { isColoured: false, width: 0, isExpanded: false, ...options });
}
