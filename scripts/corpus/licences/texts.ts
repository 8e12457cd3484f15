import type { Bar } from './bar.ts';
export async function scoreTexts(_: unknown): Promise<readonly Bar[]> { return []; }
