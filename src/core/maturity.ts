// How far the forecasts of a project keep themselves right, from what is switched on, and the next step to take.

/** What of a project is switched on. */
export interface MaturityFacts {
  /** Whether a version that was trained serves. */
  readonly serves: boolean;
  /** Whether trainings begin with new periods or at times of day. */
  readonly retrains: boolean;
  /** Whether trainings begin on what happens too: rows taken back, a refused version, other settings. */
  readonly reacts: boolean;
  /** Whether intervals follow the labels that come. */
  readonly adapts: boolean;
}

export interface MaturityStep {
  readonly level: number;
  readonly name: string;
  readonly reached: boolean;
  /** What makes it so, or what is missing and how it is switched on. */
  readonly because: string;
}

export interface Maturity {
  /** 0 to 4: all steps up to it are reached. */
  readonly level: number;
  readonly name: string;
  /** What to do next; null = nothing that this version has is left to switch on. */
  readonly next: string | null;
  /** Levels 1 to 4, ascending. */
  readonly steps: readonly MaturityStep[];
}

/**
 * The maturity level of a project: how much of the loop from new demand to a better version goes by itself. It says what is switched
 * on, not whether forecasts are good.
 *
 * | level | name | means |
 * |---|---|---|
 * | 0 | baseline | nothing is trained: seasonal naive answers |
 * | 1 | by hand | a version serves; it is trained when somebody asks |
 * | 2 | by itself | trainings begin with new periods or at times of day; the gate decides what serves |
 * | 3 | on evidence | trainings also begin on what happens, and intervals follow the labels that come |
 * | 4 | proven in traffic | a new version proves itself on a part of the requests before it serves all; Almanac has not got that yet |
 */
export function maturity(facts: MaturityFacts): Maturity {
  const { serves, retrains, reacts, adapts } = facts;
  const missing = [
    ...(reacts ? [] : ['name an event in `retrainOn`']),
    ...(adapts ? [] : ['switch `adaptCoverage` on']),
  ];
  const steps: MaturityStep[] = [
    {
      level: 1,
      name: 'by hand',
      reached: serves,
      because: serves ? 'a trained version serves' : 'nothing is trained: `almanac train`',
    },
    {
      level: 2,
      name: 'by itself',
      reached: retrains,
      because: retrains
        ? 'trainings begin by themselves, and the gate decides what serves'
        : 'trainings begin only when somebody asks: set `retrainEveryPeriods` or `retrainSchedule`',
    },
    {
      level: 3,
      name: 'on evidence',
      reached: missing.length === 0,
      because:
        missing.length === 0
          ? 'trainings begin on what happens too, and intervals follow the labels'
          : missing.join(', and '),
    },
    {
      level: 4,
      name: 'proven in traffic',
      reached: false,
      because:
        'new versions are not tried on a part of the requests: this version of Almanac has no rollouts',
    },
  ];
  const firstMissing = steps.find(({ reached }) => !reached);
  const level = (firstMissing?.level ?? steps.length + 1) - 1;
  return {
    level,
    name: steps[level - 1]?.name ?? 'baseline',
    next: firstMissing === undefined || firstMissing.level === steps.length ? null : firstMissing.because,
    steps,
  };
}
