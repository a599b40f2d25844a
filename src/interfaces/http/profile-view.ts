// The profile of what is stored as the API shows it.

import type * as api from './contract.ts';
import type { StoredProfile } from './services.ts';

export function profileView({ at, rows, profile, histories, findings }: StoredProfile): api.StoredProfile {
  const { observed, zeros, missing, stockouts, gapPeriods } = histories;
  // How kinds of demand are spread is for pictures: the classes say it in numbers.
  const {
    kinds: _,
    selling: __,
    classes,
    newest,
    suspicious,
    concentration,
    timeline,
    pictures,
    ...rest
  } = profile;
  return {
    at: new Date(at).toISOString(),
    rows,
    ...rest,
    periods: { observed, zeros, missing, stockouts, withoutRow: gapPeriods },
    classes: classes.map((one) => ({ ...one })),
    newest: newest === null ? null : { ...newest, reasons: [...newest.reasons] },
    suspicious: suspicious.map((group) => ({
      ...group,
      examples: group.examples.map((one) => ({ ...one })),
    })),
    concentration: { ...concentration, curve: [...concentration.curve] },
    timeline: { ...timeline, points: timeline.points.map((point) => ({ ...point })) },
    findings: findings.map(({ kind, message }) => ({ kind, message })),
    pictures: pictures.map((picture) => ({ ...picture, values: [...picture.values] })),
  };
}
