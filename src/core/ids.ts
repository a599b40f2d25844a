// Identifiers: sortable by time, unique by chance, readable by kind.

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Fills the given array with random bytes; production passes the platform's, tests a seeded one. */
export type RandomBytes = (bytes: Uint8Array) => void;

/** The same bytes, drawn in bulk: one call of the platform for many ids. */
export function inBulk(fill: RandomBytes, bulkBytes = 4096): RandomBytes {
  const bulk = new Uint8Array(bulkBytes);
  let used = bulkBytes;
  return (bytes) => {
    if (used + bytes.length > bulkBytes) {
      fill(bulk);
      used = 0;
    }
    bytes.set(bulk.subarray(used, used + bytes.length));
    used += bytes.length;
  };
}

/** Makes ids such as `run_01h2xcejqtf2nbrexx3vqjhp41`: 48 bits of milliseconds, 80 random bits, Crockford base 32. */
export class IdSource {
  readonly #now: () => number;
  readonly #fill: RandomBytes;
  readonly #bytes: Uint8Array = new Uint8Array(16);
  /** Of the last id: many are made in one millisecond. */
  #time = Number.NaN;
  #head = '';

  constructor(now: () => number, fill: RandomBytes) {
    this.#now = now;
    this.#fill = fill;
  }

  next(prefix: string): string {
    const time = Math.floor(this.#now());
    if (time !== this.#time) {
      this.#head = headOf(time);
      this.#time = time;
    }
    this.#fill(this.#bytes);
    let tail = '';
    for (const byte of this.#bytes) tail += alphabet[byte & 31];
    return `${prefix}_${this.#head}${tail}`;
  }
}

function headOf(time: number): string {
  let head = '';
  for (let i = 0, rest = time; i < 10; i++) {
    head = alphabet[rest % 32] + head;
    rest = Math.floor(rest / 32);
  }
  return head;
}

/** When an id was made, in UTC milliseconds; undefined for what is none. */
export function timeOfId(id: string): number | undefined {
  const head = /^[a-z]+_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/.exec(id)?.[1];
  if (head === undefined) return undefined;
  return [...head].reduce((time, letter) => time * 32 + alphabet.indexOf(letter), 0);
}
