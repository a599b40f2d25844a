// What a process does that listens: all of it, the primary's work, or the answers of one of several.

import cluster from 'node:cluster';
import { alone } from '../interfaces/http/index.ts';
import { nobodyElse } from '../services/feed/index.ts';
import { pause, systemTimers } from '../services/jobs/index.ts';
import type { ServingProcesses } from '../services/registry/index.ts';
import type { VersionRecord } from '../storage/ports/index.ts';
import { background } from './background.ts';
import { front, onnxSourceOf, type ServerParts } from './front.ts';
import {
  type Channel,
  metricsOfProcesses,
  ProcessGroup,
  ServerProcess,
  shareMetrics,
} from './processes/index.ts';

/** Within this all processes that are told to stop have closed their port. */
const portsCloseMs = 500;

/** What is there while it listens. */
export interface Role extends ServingProcesses {
  listen(): Promise<{ url: string }>;
  stop(): Promise<void>;
}

/** One process that does all of it, the primary of several, or one of those. */
export function roleOf(parts: ServerParts): Role {
  if (parts.config.processes === 1) return aloneRole(parts);
  return cluster.isPrimary ? primaryRole(parts) : oneOfSeveralRole(parts);
}

/** Nobody listens here: what is promoted is tried by this process, for whoever serves later. */
export function unheard(parts: Pick<ServerParts, 'config' | 'services' | 'log'>): Pick<Role, 'prove'> {
  const { serving, projects } = parts.services;
  return {
    prove: async (version) => {
      if (version.kind === 'onnx') return await provenOnce(parts, version);
      await serving.start(projects.list().filter(({ name }) => name === version.project));
      return await serving.prove(version.project, version);
    },
  };
}

async function provenOnce(
  parts: Pick<ServerParts, 'config' | 'services' | 'log'>,
  version: VersionRecord,
): Promise<string | undefined> {
  const source = onnxSourceOf(parts);
  try {
    return await source.prove(version);
  } finally {
    source.stop();
  }
}

function aloneRole(parts: ServerParts): Role {
  const work = background(parts);
  const door = front(parts, alone, nobodyElse);
  return {
    listen: async () => {
      await door.load();
      await work.start();
      return await door.listen();
    },
    prove: (version) => door.prove(version),
    follow: (name) => door.follow(name),
    stop: async () => {
      await door.close();
      await work.stop();
      await door.stopFollowing();
    },
  };
}

/** Trains, seals and keeps the others running; answers nobody. */
function primaryRole(parts: ServerParts): Role {
  const { config, log, feed } = parts;
  const work = background(parts);
  const group = new ProcessGroup({
    count: config.processes,
    fork: () => cluster.fork(),
    timers: systemTimers,
    log,
    metrics: metricsOfProcesses,
  });
  return {
    listen: async () => {
      // What the processes print is this one's to say; their logs go where its own goes.
      cluster.setupPrimary({ stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      await followProjects(parts);
      await work.start();
      feed.start();
      return await group.start();
    },
    prove: (version) => group.prove(version),
    follow: async () => await group.told(await feed.now()),
    stop: async () => {
      await group.stop();
      await work.stop();
      await feed.stop();
    },
  };
}

/** So that what goes on behind the requests is of the projects that there are. */
async function followProjects({ feed, services: { projects } }: ServerParts): Promise<void> {
  const afterSeq = await feed.now();
  await projects.load();
  feed.follow(projects.subscriber, { afterSeq });
}

/** Answers; what it commits the others hear of before it says so. */
function oneOfSeveralRole(parts: ServerParts): Role {
  const { feed } = parts;
  const self = new ServerProcess({
    channel: process as Channel,
    timers: systemTimers,
    prove: async ({ id }) => await door.prove(await parts.services.registry.get(id)),
  });
  const metrics = { share: shareMetrics, metrics: () => self.metricsOfAll() };
  const door = front(parts, metrics, self);
  return {
    listen: async () => {
      await door.load();
      const address = await door.listen();
      self.listening(address.url);
      return address;
    },
    prove: (version) => self.prove(version),
    follow: async (name) => {
      await door.follow(name);
      await self.told(await feed.now());
    },
    stop: async () => {
      // Connections that clients make anew would be on their way to a process whose port has closed: none is told to make one
      // before the ports of all are closed.
      door.closePort();
      await pause(systemTimers, portsCloseMs);
      await door.close();
      await door.stopFollowing();
      self.leave();
    },
  };
}
