import { isRecord } from '../model/json.ts';
import { objectIn, objectsIn, textIn } from './cyclonedx-document.ts';
import { lockgateProperties as ours } from './cyclonedx-terms.ts';

/** The lockfile that an SBOM of ours was made from, with its SHA-256 in hexadecimal; undefined where the document names none. */
export function documentedLockfile(document: unknown): { readonly name: string; readonly sha256: string } | undefined {
  const metadata = isRecord(document) ? objectIn(document, 'metadata') : undefined;
  const properties = metadata === undefined ? [] : objectsIn(metadata, 'properties');
  const valueOf = (name: string): string | undefined => {
    const property = properties.find((one) => textIn(one, 'name') === name);
    return property === undefined ? undefined : textIn(property, 'value');
  };
  const [name, sha256] = [valueOf(ours.lockfile), valueOf(ours.lockfileDigest)];
  return name === undefined || sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) ? undefined : { name, sha256 };
}
