// A request divided among those who answer it: as a whole by the unit that it is for, or series by series where it names none,
// each being its own unit.

import type { Split } from '../../core/index.ts';
import type { ForecastRequest } from './forecast-request.ts';
import { type Part, partOf, type Seat } from './lineup.ts';
import type { ProjectServing } from './project-serving.ts';

/**
 * The parts of a request, the champion's first.
 * @param by.version asks one version that is loaded, whatever the routing says: nobody is assigned by that
 * @throws AppError `serving/not-trained`, `serving/version-not-loaded`
 */
export function partsOf(
  serving: ProjectServing,
  request: ForecastRequest,
  by: { readonly version: number | undefined; readonly split: Split },
): readonly [Part, ...Part[]] {
  const { lineup } = serving;
  const { salt } = lineup.routing;
  if (by.version !== undefined) {
    const served = serving.loaded(by.version);
    const seat = lineup.by(served);
    if (seat !== undefined) return [{ ...partOf(seat, salt), exposes: undefined }];
    const none = { degraded: undefined, series: undefined, exposes: undefined };
    return [{ ...none, served, arm: 'previous', salt }];
  }
  const { routing, seats, first } = lineup;
  if (lineup.whole !== undefined) return lineup.whole;
  if (request.unit !== undefined) return [partOf(lineup.of(by.split(routing, request.unit)), salt)];
  const bySeat = new Map<Seat, string[]>(seats.map((seat) => [seat, []]));
  for (const id of request.series ?? seriesOfAll(seats)) {
    const seat = lineup.of(by.split(routing, id));
    // The champion answers for what the version of an arm has never heard of.
    (bySeat.get(seat.served.knows(id) ? seat : first) as string[]).push(id);
  }
  const [head, ...others] = [...bySeat]
    .filter(([, series]) => series.length > 0)
    .map(([seat, series]) => partOf(seat, salt, series));
  return head === undefined ? [partOf(first, salt)] : [head, ...others];
}

/** Every series that any of them can forecast, once. */
function seriesOfAll(seats: readonly Seat[]): Iterable<string> {
  return new Set(seats.flatMap(({ served }) => [...served.seriesIds()]));
}
