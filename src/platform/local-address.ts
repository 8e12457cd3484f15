import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** What a redirect from elsewhere must never reach: this machine, its own link, and the addresses at which clouds hand out credentials. */
export type LocalPlace = 'loopback' | 'link';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addSubnet('0.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

const link = new BlockList();
link.addSubnet('169.254.0.0', 16);
link.addSubnet('fe80::', 10, 'ipv6');
link.addAddress('fd00:ec2::254', 'ipv6');
link.addAddress('100.100.100.200');

/**
 * The local place that a URL's host names, if it names one. The URL parser has brought `0x7f.1` and its like into one form
 * already, and addresses of IPv4 inside IPv6 count as what they hold.
 */
export function localPlaceOf(hostname: string): LocalPlace | undefined {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const family = isIP(host);
  if (family === 0)
    return /(?:^|\.)localhost\.?$/.test(host) ? 'loopback' : /^metadata(?:\.google\.internal)?\.?$/.test(host) ? 'link' : undefined;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  return loopback.check(host, type) ? 'loopback' : link.check(host, type) ? 'link' : undefined;
}

/** Whether what listens at an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return localPlaceOf(host) === 'loopback' && !/^(?:0+(?:\.0+){0,3}|\[?::\]?)$/.test(host);
}

/** Whether somebody who was asked at one host may send on to another. */
export function mayRedirect(from: string, to: string): boolean {
  const place = localPlaceOf(to);
  return place === undefined || place === localPlaceOf(from);
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** `dns.lookup` for places that a redirect named: a public name that resolves to a local place fails like one that does not exist. */
export function lookupElsewhere(hostname: string, options: LookupOptions, found: Found): void {
  lookup(hostname, options, (error, address, family) => {
    const addresses = Array.isArray(address) ? address.map((one) => one.address) : [address];
    if (error === null && addresses.some((one) => localPlaceOf(one) !== undefined)) {
      const refused: NodeJS.ErrnoException = new Error(`${hostname} resolves to a local address`);
      refused.code = 'ENOTFOUND';
      found(refused, []);
    } else found(error, address, family);
  });
}
