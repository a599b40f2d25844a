// Several columns at once, labels that moved, and accuracy before labels: what we compute for those kinds of cases in a reference file.

import {
  centroidDistance,
  classAccuracy,
  labelShift,
  mmd,
  separation,
} from '../../src/forecasting/drift/index.ts';
import type { Compared, ReferenceCase, ReferenceCheck } from './drift-reference-checks.ts';

export const togetherChecks: Readonly<Record<string, ReferenceCheck>> = {
  mmd2_unbiased_rbf: discrepancy,
  domain_classifier_auc: classifier,
  bbse_label_shift: labels,
  cbpe_binary_calibrated: classes,
};

function figure(of: ReferenceCase, name: string, ours: unknown, as: Compared['as'] = 'statistic'): Compared {
  return { name, ours, theirs: of.expect[name], as };
}

/** Leaves out what the file does not say. */
function said(compared: readonly Compared[]): Compared[] {
  return compared.filter(({ theirs }) => theirs !== undefined);
}

function discrepancy(of: ReferenceCase): Compared[] {
  const [x, y] = [of.x, of.y] as [number[][], number[][]];
  const gamma = of.gamma as number | undefined;
  const found = mmd(x, y, gamma === undefined ? {} : { gamma });
  const usual = mmd(x, y);
  if (found.status !== 'ok' || usual.status !== 'ok') return [];
  return said([
    figure(of, 'mmd2u', found.mmd2),
    ...(found.isExact ? [figure(of, 'p_exact_all_splits', found.p, 'p')] : []),
    figure(of, 'median_sq_dist_pooled_offdiag', 1 / usual.gamma),
    figure(of, 'centroid_cosine_distance', centroidDistance(x, y)),
  ]);
}

function classifier(of: ReferenceCase): Compared[] {
  const [y, score] = [of.y, of.score] as [number[], number[]];
  const found = separation(
    score.filter((_, i) => y[i] === 0),
    score.filter((_, i) => y[i] === 1),
  );
  return said([figure(of, 'auc', found?.auc ?? null), figure(of, 'p_one_sided_mwu', found?.p ?? null, 'p')]);
}

function labels(of: ReferenceCase): Compared[] {
  const found = labelShift({
    confusion: of.joint_conf_rows_pred_cols_true as number[][],
    predicted: of.target_pred_share as number[],
  });
  if (found.status !== 'ok') return [];
  const each = (name: string, ours: readonly number[]): Compared[] => {
    const theirs = of.expect[name] as readonly number[] | undefined;
    return ours.map((value, j) => ({
      name: `${name} ${j}`,
      ours: value,
      theirs: theirs?.[j],
      as: 'statistic',
    }));
  };
  return said([
    ...each(
      'weights',
      found.classes.map(({ weight }) => weight),
    ),
    ...each(
      'estimated_target_prior_after_clip_renorm',
      found.classes.map(({ now }) => now),
    ),
    figure(of, 'cond_number', found.condition),
  ]);
}

function classes(of: ReferenceCase): Compared[] {
  const rows = { probabilities: of.prob as number[], predicted: of.pred as number[] };
  const { confusion, accuracy, precision, recall, f1 } = classAccuracy(rows, null);
  return said([
    ...(['tp', 'fp', 'fn', 'tn'] as const).map((name) => figure(of, name, confusion[name])),
    figure(of, 'accuracy', accuracy?.value ?? null),
    figure(of, 'precision', precision?.value ?? null),
    figure(of, 'recall', recall?.value ?? null),
    figure(of, 'f1', f1?.value ?? null),
  ]);
}
