// Who answers for each arm of a routing: one value that never changes, so that a request takes it once and keeps it.

import { type Arm, type Routing, shareOf, soleArm } from '../../core/index.ts';
import type { ServedModel } from './served-model.ts';

export interface Seat {
  readonly arm: Arm;
  /** What answers: the version of the arm, or what stands in for it. */
  readonly served: ServedModel;
  /** Why it is not the version of the arm, or not as it was trained; undefined when all is as promised. */
  readonly degraded: string | undefined;
}

/** What one seat answers of a request. */
export interface Part {
  readonly served: ServedModel;
  /** What its answers are called. */
  readonly arm: string;
  /** Why it is not the version that is to answer, or not as it was trained. */
  readonly degraded: string | undefined;
  /** Undefined = those of the request. */
  readonly series: readonly string[] | undefined;
  /** Whose units see its version by this answer; undefined when there is nothing to compare it with. */
  readonly exposes: Arm | undefined;
  /** Of the routing. */
  readonly salt: string;
}

export class Lineup {
  readonly routing: Routing;
  /** In the order of the routing's arms. */
  readonly seats: readonly Seat[];
  /** The champion's, which everything falls back to. */
  readonly first: Seat;
  /** Every request as its own only part, where there is one arm: then nobody is compared. */
  readonly whole: readonly [Part] | undefined;

  constructor(routing: Routing, seats: readonly [Seat, ...Seat[]]) {
    this.routing = routing;
    this.seats = seats;
    this.first = seats[0];
    this.whole = seats.length === 1 ? [{ ...partOf(seats[0], routing.salt), exposes: undefined }] : undefined;
  }

  /** One version, or the baseline, for everybody. */
  static sole(served: ServedModel): Lineup {
    const routing = soleArm(numberOf(served));
    return new Lineup(routing, [{ arm: routing.arms[0] as Arm, served, degraded: undefined }]);
  }

  /** Who answers for an arm of the routing. */
  of(arm: Arm): Seat {
    return this.seats.find((seat) => seat.arm === arm) ?? this.first;
  }

  /** Who answers by this version; undefined when no arm does. */
  by(served: ServedModel): Seat | undefined {
    return this.seats.find((seat) => seat.served === served);
  }

  /** What answers by a version, by its id. */
  ofVersion(versionId: string): ServedModel | undefined {
    return this.seats.find(({ served }) => served.version?.id === versionId)?.served;
  }

  /** The champion's calibrated levels, as far as every other version that answers can be asked for them. */
  levels(): readonly number[] {
    const others = this.seats.map(({ served }) => served.model.levels).filter((levels) => levels.length > 0);
    const low = Math.max(...others.map((levels) => levels[0] as number));
    const high = Math.min(...others.map((levels) => levels.at(-1) as number));
    return this.first.served.model.levels.filter((level) => level >= low && level <= high);
  }

  /** The versions that answer, once each. */
  versionIds(): readonly string[] {
    return [...new Set(this.seats.flatMap(({ served }) => served.version?.id ?? []))];
  }

  /** The share of all units that a version answers. */
  shareOf(served: ServedModel): number {
    return this.seats
      .filter((seat) => seat.served === served)
      .reduce((sum, { arm }) => sum + shareOf(arm), 0);
  }

  /** Does anything answer in place of the version of an arm? */
  get standsIn(): boolean {
    return this.seats.some(isStandIn);
  }

  /** What is not as promised, in words; undefined when all is. */
  get degraded(): string | undefined {
    const reasons = new Set(this.seats.flatMap(({ degraded }) => degraded ?? []));
    return reasons.size === 0 ? undefined : [...reasons].join('; ');
  }
}

export function isStandIn({ arm, served }: Seat): boolean {
  return arm.version !== numberOf(served);
}

/** What answers of a seat are called: by its arm, unless it is not the arm's version that gives them. */
export function nameOf(seat: Seat): string {
  if (seat.served.version === null) return 'baseline';
  return isStandIn(seat) ? 'stand-in' : seat.arm.name;
}

/** @param series default: those of the request */
export function partOf(seat: Seat, salt: string, series?: readonly string[]): Part {
  const { arm, served, degraded } = seat;
  return { served, arm: nameOf(seat), degraded, series, exposes: isStandIn(seat) ? undefined : arm, salt };
}

/** 0 = the baseline. */
export function numberOf({ version }: ServedModel): number {
  return version?.number ?? 0;
}
