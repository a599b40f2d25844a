// Addresses that belong to this machine or a private network: requests go there only where the settings say so, whatever a name
// resolves to.

import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '../../../core/index.ts';

const own = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  own.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  // Of IPv4 and of transitions to it: an address of the other kind may hide in them.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  own.addSubnet(net, bits, 'ipv6');

/** True for what is no address of the public network; also for what is no address. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(plain);
  // An IPv4 address written as an IPv6 one is matched as what it is.
  return family === 0 || own.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** Goes with the options of a connection. */
export interface AddressGuard {
  readonly lookup?: LookupFunction;
}

/**
 * The address is checked where the connection is made, so no name can resolve to another one in between.
 * @throws AppError `alerts/not-delivered` where the host itself is such an address and the route may not
 */
export function guardedLookup(
  { host, hostname }: Pick<URL, 'host' | 'hostname'>,
  { privateAddresses }: { readonly privateAddresses: boolean },
): AddressGuard {
  if (privateAddresses) return {};
  const plain = hostname.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0 && isPrivateAddress(plain)) throw privateError(host);
  return { lookup: publicLookup(host) };
}

/** Names are looked up as always; one private address among those found refuses them all. */
function publicLookup(host: string): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      if (addresses.some(({ address }) => isPrivateAddress(address))) return done(privateError(host), '', 0);
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function privateError(host: string): AppError {
  return new AppError(
    'alerts/not-delivered',
    `${host} is an address of this machine or of a private network: set privateAddresses of the route if that is meant`,
  );
}
