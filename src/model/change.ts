import type { Component } from './component.ts';

/** A difference between two inventories, by package name. */
export type Change =
  | { readonly type: 'added'; readonly after: Component }
  | { readonly type: 'removed'; readonly before: Component }
  | { readonly type: 'changed'; readonly before: Component; readonly after: Component };
