// A stream of bytes held whole. By a reader: not every browser can loop over a stream; and without `Response` or `Blob`, which
// some platforms take 20 ms to load.

/**
 * @param bytesMax what is read at most
 * @returns undefined for a stream that is longer
 */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > bytesMax) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
