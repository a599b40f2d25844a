// What threads that read the stores by themselves are built of: like `main.ts`, for one thread, so that neither its computing nor its
// reading holds up the event loop of the server.

import { type AppError, type ErrorCode, isAppError } from '../../core/index.ts';
import { type DataService, openData } from '../../services/data/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';
import { systemClock, systemIds } from '../platform.ts';
import { type OpenStores, openStores, type StoreDescription } from '../stores.ts';

/** What `build-work.ts` passes to every such thread. */
export interface StoresThreadSetup {
  readonly stores: StoreDescription;
  readonly memoryBytesMax: number;
}

/** Opens the stores, and closes them whatever comes of the use. */
export async function withStores<T>(
  { stores, memoryBytesMax }: StoresThreadSetup,
  use: (opened: OpenStores & { readonly data: DataService }) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const ids = systemIds();
  const opened = openStores(stores, { clock, ids });
  const data = openData({ ...opened, ids, clock, timers: systemTimers, memoryBytesMax, threads: 1 });
  try {
    return await use({ ...opened, data });
  } finally {
    await data.close();
    await opened.close();
  }
}

/** An error as a message between threads. */
export function failureOf(error: unknown): {
  kind: 'failed';
  code: ErrorCode | null;
  message: string;
  details: AppError['details'];
} {
  if (!isAppError(error)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', code: null, message, details: {} };
  }
  const { code, message, details } = error;
  return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
}
