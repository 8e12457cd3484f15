import type { Advisory } from '../model/advisory.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { advisories } from './advisories.ts';

/**
 * The advisories that hit the release before and name this very version as their fix; asked for young versions only, and empty
 * for all others. One per `name@version`.
 */
export const fixedAdvisories: EvidenceKey<readonly Advisory[]> = { ...advisories, id: 'fixed-advisories' };
