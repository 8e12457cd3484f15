// Written by `npm run generate`: do not edit.
import type { AnyCheck } from '../model/check.ts';
import { existence } from './existence.ts';
import { installScripts } from './install-scripts.ts';
import { integrity } from './integrity.ts';
import { lockfile } from './lockfile.ts';
import { newPackage } from './new-package.ts';
import { registryIntegrity } from './registry-integrity.ts';
import { releaseAge } from './release-age.ts';
import { source } from './source.ts';

export const checks: readonly AnyCheck[] = [existence, installScripts, integrity, lockfile, newPackage, registryIntegrity, releaseAge, source];
