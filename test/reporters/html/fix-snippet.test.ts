import { describe, expect, it } from 'vitest';
import { fixSnippet } from '../../../src/reporters/html/fix-snippet.ts';
import { component } from '../../support/inventory.ts';
import { findingFor } from './page-report.ts';

const tooNew = findingFor(component('@acme/ui', '2.0.1'), 'error', { fixVersion: '2.0.0' });

describe('the fix to paste', () => {
  it('is a command of the package manager for what the project asks for itself', () => {
    expect(
      ['npm-lock-v3', 'yarn-classic', 'yarn-berry-8', 'pnpm-9.0', 'bun-1'].map((format) => fixSnippet(tooNew, format, true)?.text),
    ).toEqual([
      'npm install @acme/ui@2.0.0',
      'yarn add @acme/ui@2.0.0',
      'yarn add @acme/ui@2.0.0',
      'pnpm add @acme/ui@2.0.0',
      'bun add @acme/ui@2.0.0',
    ]);
  });

  it('is an override for what others bring in, of that version alone where the package manager can say so', () => {
    expect(['npm-lock-v3', 'yarn-classic', 'pnpm-9.0', 'bun-1'].map((format) => fixSnippet(tooNew, format, false)?.text)).toEqual([
      '"overrides": { "@acme/ui@2.0.1": "2.0.0" }',
      '"resolutions": { "@acme/ui": "2.0.0" }',
      '"pnpm": { "overrides": { "@acme/ui@2.0.1": "2.0.0" } }',
      '"overrides": { "@acme/ui": "2.0.0" }',
    ]);
  });

  it('is not there where no better version is known, nor for names and versions that are more than that', () => {
    expect(fixSnippet(findingFor(component('vary', '1.0.0'), 'error'), 'npm-lock-v3', true)).toBeUndefined();
    expect(fixSnippet(findingFor(component('$(reboot)', '1.0.0'), 'error', { fixVersion: '0.9.0' }), 'npm-lock-v3', true)).toBeUndefined();
    expect(fixSnippet(findingFor(component('vary', '1.0.0'), 'error', { fixVersion: '1; reboot' }), 'npm-lock-v3', true)).toBeUndefined();
    expect(fixSnippet(tooNew, 'cyclonedx-1.6', true)).toBeUndefined();
  });
});
