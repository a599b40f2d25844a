// Can this process answer, and is all as promised? Asked by `/ready`, `/health` and the inference protocol alike.

import { contractFault } from '../../services/data/index.ts';
import type * as api from './contract.ts';
import type { HttpServices } from './services.ts';
import { statusView } from './views.ts';

type Asked = Pick<HttpServices, 'serving' | 'inference' | 'streams' | 'sources' | 'check' | 'room' | 'feed'> &
  Listed;
interface Listed {
  readonly projects: Pick<HttpServices['projects'], 'list'>;
  readonly data: Pick<HttpServices['data'], 'contractStates'>;
}
type Contracts = Awaited<ReturnType<HttpServices['data']['contractStates']>>;

/** Ready = every answer can be given and kept. Its reasons are first those why not, then what is not as promised. */
export async function readinessOf(services: Asked): Promise<api.Ready> {
  const projects = services.projects.list().map(({ name }) => statusView(services.serving.status(name)));
  const [store, room, models, degraded] = await Promise.all([
    failureOf(services.check()),
    failureOf(services.room()),
    modelFaults(services),
    contractsOf(services).then((contracts) => degradedOf(services, contracts)),
  ]);
  const blocking = projects.flatMap(({ project, loading }) =>
    loading === null ? [] : [`project ${project} cannot forecast yet: ${loading}`],
  );
  blocking.push(...models.loading);
  if (store !== undefined) blocking.push(`the store cannot be written: ${store}`);
  if (room !== undefined) blocking.push(room);
  return {
    ready: blocking.length === 0,
    projects,
    reasons: [...blocking, ...degraded, ...models.refused],
  };
}

/** How data contracts stand. A store that cannot be read is said where that matters: it takes nothing from what is answered. */
export async function contractsOf({ data, projects }: Listed): Promise<Contracts> {
  return await data.contractStates(projects.list()).catch(() => []);
}

/** What is not as promised, and still answered. */
export async function degradedOf(
  services: Pick<HttpServices, 'serving' | 'streams' | 'sources' | 'feed'> & Listed,
  contracts: Contracts,
): Promise<string[]> {
  const degraded = services.projects.list().flatMap(({ name }) => {
    const { degraded: reason } = services.serving.status(name);
    return reason === null ? [] : [`project ${name} is degraded: ${reason}`];
  });
  // A broker that is down takes nothing from what the server answers.
  return [
    ...degraded,
    ...services.feed.failures(),
    // A store that cannot be read is said where that matters: it takes nothing from what the server answers.
    ...(await services.feed.failuresElsewhere().catch(() => [])),
    ...services.streams.failures(),
    ...(await services.sources.failures().catch(() => [])),
    ...contracts.flatMap((state) => contractFault(state, 'error') ?? []),
  ];
}

/** Registered models that are still being loaded, and those that have been refused. */
async function modelFaults({
  inference,
}: Pick<HttpServices, 'inference'>): Promise<{ loading: string[]; refused: string[] }> {
  try {
    const index = await inference.index();
    const loading = index.filter(({ state }) => state === 'LOADING');
    const refused = index.filter((entry) => entry.refused === true);
    return {
      loading: loading.map(({ name }) => `model ${name} is being loaded`),
      refused: refused.map(({ name, reason }) => `model ${name} is degraded: ${reason}`),
    };
  } catch (error) {
    return { loading: [`registered models cannot be read: ${messageOf(error)}`], refused: [] };
  }
}

async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  return await work.then(() => undefined, messageOf);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
