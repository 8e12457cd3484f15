import type { Report } from '../model/report.ts';

export interface RenderOptions {
  /** Terminal colours (SGR). Only text formats use it. */
  readonly isColoured: boolean;
  /** Columns to wrap at; 0 for no wrapping. */
  readonly width: number;
  /** Show every finding instead of grouping equal ones. */
  readonly isExpanded: boolean;
}

/** One output format: a pure function from a report to text. It cannot change the verdict. */
export interface Reporter {
  readonly id: string;
  readonly summary: string;
  readonly render: (report: Report, options: RenderOptions) => string;
  /** Several lockfiles as one document, for formats where joining the texts would not be one. Never called with an empty list. */
  readonly renderAll?: (reports: readonly Report[], options: RenderOptions) => string;
}
