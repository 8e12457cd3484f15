import { expect } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import type { Inventory } from '../../src/model/inventory.ts';

/** Whatever was read: edges lead from and to components that are there, and no name carries control characters; or it was refused with a hint. */
export function assertSoundOrRefused(read: () => Inventory): void {
  let inventory: Inventory;
  try {
    inventory = read();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(error.hint).toBeTruthy();
    return;
  }
  const refs = new Set([inventory.root.bomRef, ...inventory.components.keys()]);
  for (const [from, list] of inventory.edges) {
    expect(refs.has(from)).toBe(true);
    for (const { to } of list) expect(refs.has(to)).toBe(true);
  }
  for (const { version, name } of inventory.components.values()) expect(`${name}${version}`).not.toMatch(/\p{Cc}/u);
}

/** The error with which a lockfile was refused; throws where it was read. */
export function refusalOf(read: () => Inventory): GateError {
  try {
    read();
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was read');
}
