// Whom an address belongs to, for limits: one IPv4 address, or one IPv6 network of 64 bits, which is what one customer gets.

const mapped = '::ffff:';

/** `203.0.113.7` as it is, also when written as IPv6; `2001:db8:0:1::/64` of an IPv6 address. */
export function addressGroup(address: string): string {
  if (address.startsWith(mapped) && address.includes('.')) return address.slice(mapped.length);
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...new Array<string>(zeros).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
