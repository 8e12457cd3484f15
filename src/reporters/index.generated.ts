// Written by `npm run generate`: do not edit.
import type { Reporter } from './reporter.ts';
import { json } from './json.ts';
import { text } from './text.ts';

export const reporters: readonly Reporter[] = [json, text];
