import type { Draft } from '../model/draft.ts';
import type { BomContact, BomOrganisation } from './cyclonedx-shape.ts';
import type { Party } from './enrichment.ts';
import { publicUrl, uriReference } from './public-url.ts';

/** A person. What is empty is left out. */
export function contactOf({ name, email = '' }: Party): BomContact {
  return { ...(name === '' ? {} : { name }), ...(email === '' ? {} : { email }) };
}

/** An organisation; its address of mail is that of a contact. */
export function organisationOf(party: Party): BomOrganisation {
  const organisation: Draft<BomOrganisation> = {};
  const url = party.url === undefined ? undefined : publicUrl(party.url);
  if (party.name !== '') organisation.name = party.name;
  if (url !== undefined) organisation.url = [uriReference(url)];
  if (party.email !== undefined) organisation.contact = [contactOf(party)];
  return organisation;
}
