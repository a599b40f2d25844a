// Compressing an answer, only where the client asks for it.

import { promisify } from 'node:util';
import { constants, deflate, gzip, type ZlibOptions } from 'node:zlib';

type Encoding = 'gzip' | 'deflate';
type Compress = (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

const compressors: Readonly<Record<Encoding, Compress>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(deflate),
};

/** What answers are compressed by as they are made; gzip where a client likes both alike. */
export const encodings: readonly Encoding[] = ['gzip', 'deflate'];
/** Smaller answers fit into one packet as they are. */
const worthwhileBytes = 1400;

export interface Encoded {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding | undefined;
}

/** @param accepted the header `Accept-Encoding`; undefined = as it is */
export async function encodeFor(accepted: string | undefined, bytes: Uint8Array): Promise<Encoded> {
  const encoding = preferredEncoding(accepted ?? '', encodings);
  if (encoding === undefined || bytes.length < worthwhileBytes) return { bytes, encoding: undefined };
  return { bytes: await compressors[encoding](bytes, { level: constants.Z_BEST_SPEED }), encoding };
}

/** The one of those offered that the client likes best, the first of them that it likes alike; undefined = none. */
export function preferredEncoding<Name extends string>(
  accepted: string,
  offered: readonly Name[],
): Name | undefined {
  const weights = new Map<string, number>();
  for (const item of accepted.toLowerCase().split(',', 20)) {
    const [name = '', ...parameters] = item.split(';').map((text) => text.trim());
    const q = parameters.find((text) => text.startsWith('q='));
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)));
  }
  const weight = (name: Name): number => weights.get(name) ?? weights.get('*') ?? 0;
  let best: Name | undefined;
  for (const name of offered) if (weight(name) > (best === undefined ? 0 : weight(best))) best = name;
  return best;
}
