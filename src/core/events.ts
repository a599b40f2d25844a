// What happens in a project, as a union with one shape per type, and the codec between it and what a store keeps.
// A new type is a line in `EventData` and one in `shapes`; the compiler asks for the second.

/** What each type of event tells. Fields may be added, as optional ones: older events lack them. */
export interface EventData {
  readonly 'batch.committed': {
    readonly batchId: string;
    readonly seq: number;
    readonly rowsAccepted: number;
    readonly rowsPlanned?: number;
    readonly rowsDescribed?: number;
    readonly rowsQuarantined: number;
    /** Of the observations; null when there is none. */
    readonly periodMin: number | null;
    readonly periodMax: number | null;
    /** Groups of which periods were closed by it. */
    readonly groupsClosed?: number;
    /** The project clock, where the batch moved it. */
    readonly projectClock?: number;
    /** The batch whose quarantined rows it brings again, and who had it so. */
    readonly repairOf?: string;
    readonly by?: string;
  };
  /** Checks of the data contract that failed for a batch. */
  readonly 'contract.failed': {
    /** Null where the batch was refused as a whole. */
    readonly batchId: string | null;
    /** Where the rows came from, as the record of a batch names it. */
    readonly source: string;
    readonly refused: boolean;
    readonly checks: readonly {
      readonly id: string;
      readonly severity: 'error' | 'warning';
      /** What the check refused: rows, the batch, or null = nothing. */
      readonly refuses: 'rows' | 'batch' | null;
      readonly figure: number;
      readonly unit: 'rows' | 'percent' | 'hours';
      /** In words: `at most 5 percent`. */
      readonly bound: string;
      readonly n: number;
    }[];
    /** How many more there were. */
    readonly others: number;
  };
  readonly 'snapshot.created': {
    readonly snapshotId: string;
    readonly rowCount: number;
    readonly seriesCount: number;
    readonly periodMin: number;
    readonly periodMax: number;
  };
  readonly 'version.registered': {
    readonly versionId: string;
    readonly number: number;
    /** Null for a model that no run of a project made. */
    readonly runId: string | null;
  };
  readonly 'alias.changed': {
    readonly alias: string;
    /** `none` = the alias was taken away. */
    readonly versionId: string;
    readonly by: string;
    readonly reason: string;
  };
  readonly 'swap.done': { readonly versionId: string; readonly ms: number };
  readonly 'swap.refused': { readonly versionId: string; readonly reason: string };
  readonly 'project.added': {
    readonly by: string;
    /** Who owns its settings: the configuration file, or the store. */
    readonly source: string;
    readonly version: number;
    /** It had been removed; its data are there. */
    readonly restored?: boolean;
  };
  readonly 'project.changed': {
    readonly by: string;
    readonly version: number;
    /** Those that differ now, as `horizonSteps` or `contract.maxValue`. */
    readonly settings: readonly string[];
  };
  /** `data`: `kept` until it is restored or purged, or `purged`: what is stored of it goes, and does not come back. */
  readonly 'project.removed': { readonly by: string; readonly version: number; readonly data: string };
  /** Nothing is stored of it any more. */
  readonly 'project.purged': { readonly by: string };
  /** A check of drift found what the check before had not: a column that changed, one confirmed by a second, a fault of the data. */
  readonly 'drift.detected': {
    /** The report that says it all. */
    readonly reportId: string;
    /** The newest period that was looked at. */
    readonly period: number;
    readonly columns: readonly {
      readonly column: string;
      /** Null for all series together. */
      readonly group: string | null;
      readonly because: string;
      /** Two of the last three checks found it. */
      readonly confirmed: boolean;
    }[];
    readonly faults: readonly { readonly kind: string; readonly column: string; readonly because: string }[];
    /** How many more there were. */
    readonly others: number;
  };
  /** Somebody's number stands beside the model's in some periods of a series; or does not any more. */
  readonly 'override.set': OverrideTold;
  readonly 'override.withdrawn': OverrideTold;
  /** An alert began, is over, or somebody said something of it. */
  readonly 'alert.fired': AlertTold;
  readonly 'alert.resolved': AlertTold;
  readonly 'alert.acknowledged': AlertTold;
  readonly 'alert.silenced': AlertTold;
  readonly 'alert.unsilenced': AlertTold;
  /** Alertmanager has sent a notification: of a group of its alerts, as they stand. */
  readonly 'alertmanager.received': {
    readonly groupKey: string;
    readonly receiver: string;
    /** Of the group: `firing` while any of its alerts is. */
    readonly status: string;
    readonly firing: number;
    readonly resolved: number;
    /** Of its alerts, each once; of very many the first. */
    readonly names: readonly string[];
    readonly by: string;
  };
  /** Reading a source fails, since just now; or it is paused until somebody resumes it. */
  readonly 'source.failing': SourceTold;
  readonly 'source.paused': SourceTold;
  /** It has been read to its end again. */
  readonly 'source.recovered': { readonly source: string };
  readonly 'source.resumed': { readonly source: string };
  readonly 'job.queued': JobTold;
  readonly 'job.progress': JobTold & {
    readonly step: string;
    readonly fraction: number;
    readonly message: string;
  };
  readonly 'job.waiting': JobTold & {
    readonly step: string;
    readonly until: number;
    readonly message: string;
  };
  readonly 'job.step': JobTold & { readonly step: string; readonly nextStep: string };
  readonly 'job.done': JobTold & { readonly step: string };
  readonly 'job.failed': JobTold & { readonly step: string; readonly error: string };
  readonly 'job.cancelled': JobTold & { readonly step: string };
}

interface OverrideTold {
  readonly changeId: string;
  readonly series: string;
  /** How many, and the first and last of them. */
  readonly periods: number;
  readonly periodMin: number;
  readonly periodMax: number;
  readonly by: string;
  readonly reason: string;
}

interface AlertTold {
  readonly alertId: string;
  readonly rule: string;
  readonly subject: string;
  readonly severity: string;
  readonly summary: string;
  /** Who did it; empty = nobody, a rule found it. */
  readonly by: string;
  readonly reason: string;
}

interface SourceTold {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

interface JobTold {
  readonly jobId: string;
  readonly pipeline: string;
}

export type EventType = keyof EventData;

interface Told<T extends EventType> {
  /** Ascends in the order in which events become visible, over all projects. */
  readonly seq: number;
  /** When it happened, UTC milliseconds. */
  readonly at: number;
  readonly project: string;
  readonly type: T;
  readonly data: EventData[T];
}

/** Events of these types, to be told apart by `type`. */
export type EventOf<T extends EventType> = { [K in T]: Told<K> }[T];

/** What happened. */
export type DomainEvent = EventOf<EventType>;

/** An event before the store has given it its place. */
export type NewEvent = { [T in EventType]: Omit<Told<T>, 'seq'> }[EventType];

/** What a newer version of Almanac wrote, and this one cannot read: kept as it is and shown, followed by nobody. */
export interface UnknownEvent {
  readonly seq: number;
  readonly at: number;
  readonly project: string;
  readonly type: 'unknown';
  /** The type that it was written with. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type StoredEvent = DomainEvent | UnknownEvent;

/** An event as a row: what every store keeps. */
export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly project: string;
  readonly type: string;
  /** JSON object. */
  readonly data: string;
}

/** The columns of an event without its place. */
export function encodeEvent({ at, project, type, data }: NewEvent): Omit<EventRow, 'seq'> {
  return { at, project, type, data: JSON.stringify(data) };
}

/** The event of a row; never fails: what this version does not know comes out as `unknown`, with all that it said. */
export function decodeEvent({ seq, at, project, type, data: text }: EventRow): StoredEvent {
  const data = objectOf(text);
  if (Object.hasOwn(shapes, type) && fits(data, shapes[type as EventType]))
    return { seq, at, project, type, data } as DomainEvent;
  return { seq, at, project, type: 'unknown', name: type, data };
}

/** The type by which an event was written. */
export function eventName(event: StoredEvent): string {
  return event.type === 'unknown' ? event.name : event.type;
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const numberOrNull: Check = (value) => value === null || typeof value === 'number';
const textOrNull: Check = (value) => value === null || typeof value === 'string';
const flagIfGiven: Check = (value) => value === undefined || typeof value === 'boolean';
const flag: Check = (value) => typeof value === 'boolean';
const objects: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const textIfGiven: Check = (value) => value === undefined || typeof value === 'string';
const numberIfGiven: Check = (value) => value === undefined || typeof value === 'number';

const job = { jobId: text, pipeline: text };
const sourceTold = { source: text, code: text, message: text };
const alertTold = {
  alertId: text,
  rule: text,
  subject: text,
  severity: text,
  summary: text,
  by: text,
  reason: text,
};
const overrideTold = {
  changeId: text,
  series: text,
  periods: number,
  periodMin: number,
  periodMax: number,
  by: text,
  reason: text,
};
const jobStep = { ...job, step: text };

const shapes: { readonly [T in EventType]: { readonly [F in keyof EventData[T]]-?: Check } } = {
  'batch.committed': {
    batchId: text,
    seq: number,
    rowsAccepted: number,
    rowsPlanned: numberIfGiven,
    rowsDescribed: numberIfGiven,
    rowsQuarantined: number,
    periodMin: numberOrNull,
    periodMax: numberOrNull,
    groupsClosed: numberIfGiven,
    projectClock: numberIfGiven,
    repairOf: textIfGiven,
    by: textIfGiven,
  },
  'contract.failed': { batchId: textOrNull, source: text, refused: flag, checks: objects, others: number },
  'snapshot.created': {
    snapshotId: text,
    rowCount: number,
    seriesCount: number,
    periodMin: number,
    periodMax: number,
  },
  'version.registered': { versionId: text, number, runId: textOrNull },
  'alias.changed': { alias: text, versionId: text, by: text, reason: text },
  'swap.done': { versionId: text, ms: number },
  'swap.refused': { versionId: text, reason: text },
  'project.added': { by: text, source: text, version: number, restored: flagIfGiven },
  'project.changed': { by: text, version: number, settings: texts },
  'project.removed': { by: text, version: number, data: text },
  'project.purged': { by: text },
  'drift.detected': { reportId: text, period: number, columns: objects, faults: objects, others: number },
  'override.set': overrideTold,
  'override.withdrawn': overrideTold,
  'alert.fired': alertTold,
  'alert.resolved': alertTold,
  'alert.acknowledged': alertTold,
  'alert.silenced': alertTold,
  'alert.unsilenced': alertTold,
  'alertmanager.received': {
    groupKey: text,
    receiver: text,
    status: text,
    firing: number,
    resolved: number,
    names: texts,
    by: text,
  },
  'source.failing': sourceTold,
  'source.paused': sourceTold,
  'source.recovered': { source: text },
  'source.resumed': { source: text },
  'job.queued': job,
  'job.progress': { ...jobStep, fraction: number, message: text },
  'job.waiting': { ...jobStep, until: number, message: text },
  'job.step': { ...jobStep, nextStep: text },
  'job.done': jobStep,
  'job.failed': { ...jobStep, error: text },
  'job.cancelled': jobStep,
};

function fits(data: Readonly<Record<string, unknown>>, shape: Readonly<Record<string, Check>>): boolean {
  return Object.entries(shape).every(([field, check]) => check(data[field]));
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { text };
  }
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return isObject ? (parsed as Readonly<Record<string, unknown>>) : { text };
}
