// Addresses that paths are added to.

/** An address without slashes at its end, however many it had. */
export function withoutEndSlashes(address: string): string {
  let end = address.length;
  while (address[end - 1] === '/') end--;
  return address.slice(0, end);
}
