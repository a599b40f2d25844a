// What is known of a source, for people.

import type { SourceSettings } from '../../core/index.ts';
import type { SourceRecord } from '../../storage/ports/index.ts';

export interface SourceStatus {
  readonly name: string;
  readonly kind: SourceSettings['kind'];
  readonly project: string;
  /** Null = it is not read: its rows are sent. */
  readonly schedule: string | null;
  /** `new`: never read to its end, or nothing has been sent; `failing` and `paused`: see the reason; `idle`: its project is not there. */
  readonly state: 'ok' | 'new' | 'failing' | 'paused' | 'idle';
  readonly reason: string | null;
  /** The error code of the reason; when it was met first, and how often since. */
  readonly code: string | null;
  readonly since: number | null;
  readonly failures: number;
  /** Rows taken in, new and changed ones, and those of them that say something else than before. */
  readonly rows: number;
  readonly corrections: number;
  /** The highest taken in, as the source writes it, or the last delivery; null = none was. */
  readonly watermark: string | null;
  /** What was to be seen then has been taken in, or the last delivery came then; null = not yet once. UTC milliseconds. */
  readonly readAt: number | null;
  /** How long ago that was, in seconds. */
  readonly lagSeconds: number | null;
}

/** @param of.isThere whether its project is */
export function statusOf(
  settings: SourceSettings,
  of: { record: SourceRecord | undefined; isThere: boolean; now: number },
): SourceStatus {
  const { record, isThere, now } = of;
  const { name, kind, project } = settings;
  const problem = record?.problem ?? null;
  const readAt = record?.readAt ?? null;
  const { watermark } = (record?.position ?? {}) as { watermark?: string };
  return {
    name,
    kind,
    project,
    schedule: settings.kind === 'webhook' ? null : settings.schedule,
    state: !isThere ? 'idle' : stateOf(record),
    reason: isThere ? (problem?.message ?? null) : `source ${name}: there is no project ${project}`,
    code: problem?.code ?? null,
    since: problem?.since ?? null,
    failures: problem?.failures ?? 0,
    rows: record?.rows ?? 0,
    corrections: record?.corrections ?? 0,
    watermark: watermark ?? null,
    readAt,
    lagSeconds: readAt === null ? null : Math.max(0, (now - readAt) / 1000),
  };
}

function stateOf(record: SourceRecord | undefined): SourceStatus['state'] {
  if (record?.paused === true) return 'paused';
  if ((record?.problem ?? null) !== null) return 'failing';
  return (record?.readAt ?? null) === null ? 'new' : 'ok';
}
