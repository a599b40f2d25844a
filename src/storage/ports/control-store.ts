// The whole of the relational store, as `app/` opens it; services ask for the part that they use.

import type { AlertStore } from './alerts.ts';
import type { ContractStore } from './contracts.ts';
import type { DriftStore } from './drift.ts';
import type { EventStore } from './events.ts';
import type { ExposureStore } from './exposures.ts';
import type { HistoryStore } from './history.ts';
import type { InstanceStore } from './instance.ts';
import type { JobFileStore } from './job-files.ts';
import type { JobStore } from './jobs.ts';
import type { OverrideStore } from './overrides.ts';
import type { PredictionStore } from './predictions.ts';
import type { ProjectStore } from './projects.ts';
import type { RegistryStore } from './registry.ts';
import type { RetentionStore } from './retention.ts';
import type { TrackingStore } from './runs.ts';
import type { ScheduleStore } from './schedules.ts';
import type { SnapshotStore } from './snapshots.ts';
import type { SourceStore } from './sources.ts';
import type { StreamStore } from './streams.ts';
import type { SubscriberStore } from './subscribers.ts';
import type { WithdrawalStore } from './withdrawals.ts';

/** All relational ports over one database. */
export interface ControlStore
  extends ProjectStore,
    HistoryStore,
    SnapshotStore,
    PredictionStore,
    ExposureStore,
    OverrideStore,
    TrackingStore,
    RegistryStore,
    JobStore,
    JobFileStore,
    ScheduleStore,
    StreamStore,
    SourceStore,
    ContractStore,
    AlertStore,
    DriftStore,
    EventStore,
    SubscriberStore,
    InstanceStore,
    RetentionStore,
    WithdrawalStore {
  /** Answers when the database can be written; `store/unavailable` otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
