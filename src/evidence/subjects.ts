import type { Component } from '../model/component.ts';

/** The name of what comes from a registry. */
export function packageSubject({ source, name }: Component): string | undefined {
  return source.type === 'registry' ? name : undefined;
}

/** `name@version` of what comes from a registry. */
export function releaseSubject({ source, name, version }: Component): string | undefined {
  return source.type === 'registry' ? `${name}@${version}` : undefined;
}
