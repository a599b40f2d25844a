// A promoted retail panel whose truth is known: every row has the prices of all brands, only one of which is the brand's own;
// coupons, feature advertisements, weeks without a row, and a dip after each promotion.

import { writeFileSync } from 'node:fs';
import { Rng } from '../src/core/index.ts';

/** What the panel is made of. */
export interface PromotedSize {
  readonly stores: number;
  readonly brands: number;
  readonly weeks: number;
  readonly seed: number;
}

const share = { promoted: 0.22, coupon: 0.4, feature: 0.55, missing: 0.05 };

/** Writes the panel as CSV: store, brand, week, units, coupon, feature, price1 … */
export function writePromotedPanel(path: string, { stores, brands, weeks, seed }: PromotedSize): void {
  const rng = new Rng(seed);
  const normal = (deviation: number): number => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += rng.uniform();
    return deviation * (sum - 6);
  };
  const make = (draw: () => number): number[] => Array.from({ length: brands }, draw);
  const base = make(() => 9 + normal(0.7));
  const own = make(() => -2.6 * Math.exp(normal(0.25)));
  const cross = make(() => 0).map(() => make(() => Math.abs(0.15 + normal(0.15))));
  const usual = make(() => 0.02 + 0.04 * rng.uniform());
  const featureLift = make(() => Math.abs(0.55 + normal(0.25)));
  const offers = make(() => 0).map(() =>
    Array.from({ length: weeks }, () => (rng.uniform() < share.promoted ? 0.1 + 0.3 * rng.uniform() : 0)),
  );
  const lines = [
    `store,brand,week,units,coupon,feature,${make(() => 0)
      .map((_, b) => `price${b + 1}`)
      .join(',')}`,
  ];
  for (let store = 1; store <= stores; store++) {
    const size = normal(0.5);
    const strength = Math.exp(normal(0.25));
    const level = make(() => 0);
    const dip = make(() => 0);
    for (let week = 0; week < weeks; week++) {
      const depth = offers.map((of) =>
        (of[week] as number) > 0 && rng.uniform() < 0.9 ? (of[week] as number) : 0,
      );
      const change = depth.map((part) => Math.log(1 - part) + normal(0.01));
      const prices = change.map((log, b) => ((usual[b] as number) * Math.exp(log)).toFixed(4));
      for (let b = 0; b < brands; b++) {
        const coupon = (depth[b] as number) > 0 && rng.uniform() < share.coupon ? 1 : 0;
        const feature = (depth[b] as number) > 0 && rng.uniform() < share.feature ? 1 : 0;
        level[b] = (level[b] as number) + normal(0.04);
        const lift =
          (own[b] as number) * strength * (change[b] as number) + (featureLift[b] as number) * feature;
        let ln =
          (base[b] as number) +
          size +
          (level[b] as number) +
          lift +
          0.25 * coupon -
          0.35 * (dip[b] as number);
        for (const [other, log] of change.entries())
          if (other !== b) ln += (cross[b]?.[other] as number) * log;
        dip[b] = 0.5 * (dip[b] as number) + 0.17 * Math.max(0, lift);
        const units = Math.max(1, Math.round(Math.exp(ln + normal(0.3))));
        if (rng.uniform() < share.missing) continue;
        lines.push([store, b + 1, week + 1, units, coupon, feature, ...prices].join(','));
      }
    }
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}
