// What goes wrong with a broker, in the same words whichever it is.

import { AppError, type StreamSettings } from '../../core/index.ts';

/** @param broker.kind what the broker calls a stream */
export function unknownStream(
  { name, stream }: Pick<StreamSettings, 'name' | 'stream'>,
  broker: { readonly name: string; readonly kind: string; readonly cause?: unknown },
): AppError {
  const { cause } = broker;
  return new AppError(
    'streams/unknown-stream',
    `${broker.name} has no ${broker.kind} ${stream} for ${name}: create it, or correct \`streams.${name}.stream\``,
    cause === undefined ? {} : { cause },
  );
}

export function unreachable(
  { name, url }: Pick<StreamSettings, 'name' | 'url'>,
  broker: { readonly name: string; readonly cause: unknown },
): AppError {
  const { cause } = broker;
  return new AppError(
    'streams/unreachable',
    `${broker.name} at ${url} cannot be used for stream ${name}: ${reasonOf(cause)}`,
    { cause },
  );
}

/** The first cause: clients wrap one error in others that only say which call failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [inner] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  return inner instanceof Error ? reasonOf(inner) : error.message;
}
