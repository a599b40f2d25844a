// The model over all series as an ONNX graph: a row of features and the level of its series in, mean and quantiles out.

import { type Booster, type GlobalParts, hasLogLink, nodeFlag } from '../models/index.ts';
import { type CategoryColumns, categoryColumns } from './category-columns.ts';
import { GraphDraft } from './graph-draft.ts';
import { elementTypes, type OnnxAttribute, type ValueInfo } from './model.ts';
import { writeOnnx } from './write.ts';

/** exp of more than this is no forecast any more; as the model has it. */
const logMax = 12;

/**
 * A file with inputs `features` [rows × columns of the plan], NaN = missing, and `level` [rows]: the unit of each row;
 * outputs `mean` [rows] and, when the model has them, `quantiles` [rows × levels], in demand units and not crossing. Single
 * precision; agrees with the model to 1e-5 of the value.
 */
export function globalModelFile(parts: GlobalParts): Uint8Array {
  const graph = new GraphDraft();
  const { plan, boosters, quantiles } = parts;
  const level = graph.add('Unsqueeze', ['level', graph.integers(1)]);
  const all = quantiles === null ? boosters : [...boosters, quantiles];
  const features = new Map(all.map((booster) => [booster, categoryColumns(graph, booster, 'features')]));
  const inUnits = (booster: Booster): string => {
    const raw = rawScores(graph, booster, features.get(booster) as CategoryColumns);
    const ratio =
      parts.form === 'log' ? graph.add('Exp', [graph.add('Min', [raw, graph.float(logMax)])]) : raw;
    const kept = parts.nonNegative ? graph.add('Max', [ratio, graph.float(0)]) : ratio;
    return graph.add('Mul', [kept, level]);
  };
  const total = graph.add('Sum', boosters.map(inUnits));
  const mean = graph.add('Mul', [total, graph.float(parts.factor / boosters.length)]);
  graph.output('mean', graph.add('Squeeze', [mean, graph.integers(1)]));
  const outputs: ValueInfo[] = [float('mean', ['rows'])];
  if (quantiles !== null) {
    graph.output('quantiles', inUnits(quantiles));
    outputs.push(float('quantiles', ['rows', quantiles.outputs]));
  }
  return writeOnnx({
    name: 'almanac_global',
    opsets: [
      { domain: '', version: 15 },
      { domain: 'ai.onnx.ml', version: 1 },
    ],
    inputs: [float('features', ['rows', plan.columns.length]), float('level', ['rows'])],
    outputs,
    nodes: graph.nodes,
    constants: graph.constants,
    metadata: {
      columns: JSON.stringify(plan.columns.map(({ name }) => name)),
      levels: JSON.stringify(quantiles?.levels ?? []),
      level:
        'the unit of the row: the trailing level of its series at the origin, times the lift of what is planned',
    },
  });
}

function float(name: string, shape: readonly (number | string)[]): ValueInfo {
  return { name, kind: 'tensor', elementType: elementTypes.FLOAT, shape };
}

/** Scores of one booster, ascending over its outputs, after the link. */
function rawScores(graph: GraphDraft, booster: Booster, columns: CategoryColumns): string {
  const attributes = ensembleAttributes(booster, columns);
  let scores = graph.add('TreeEnsembleRegressor', [columns.features], attributes, 'ai.onnx.ml');
  if (booster.outputs > 1) {
    const order = { axis: { integer: 1 }, largest: { integer: 0 }, sorted: { integer: 1 } };
    scores = graph.addFirstOf(2, 'TopK', [scores, graph.integers(booster.outputs)], order);
  }
  return hasLogLink(booster.loss) ? graph.add('Exp', [scores]) : scores;
}

function ensembleAttributes(booster: Booster, { columnOf }: CategoryColumns): Record<string, OnnxAttribute> {
  const { roots, feature, threshold, left, flags, values, outputs, baseScore } = booster;
  const count = feature.length;
  const node = <T>(read: (k: number, root: number) => T): T[] => {
    const out: T[] = [];
    for (let tree = 0; tree < roots.length - 1; tree++)
      for (let k = roots[tree]!; k < roots[tree + 1]!; k++) out.push(read(k, roots[tree]!));
    return out;
  };
  const trees = new Array<number>(count);
  for (let tree = 0; tree < roots.length - 1; tree++) trees.fill(tree, roots[tree], roots[tree + 1]);
  const isLeaf = (k: number): boolean => feature[k]! < 0;
  const isCategory = (k: number): boolean => !isLeaf(k) && (flags[k]! & nodeFlag.category) !== 0;
  const missingLeft = (k: number): boolean => !isLeaf(k) && (flags[k]! & nodeFlag.missingLeft) !== 0;
  const leaves = Array.from(feature.keys()).filter(isLeaf);
  const perOutput = <T>(read: (leaf: number, q: number) => T): T[] =>
    leaves.flatMap((leaf) => Array.from({ length: outputs }, (_, q) => read(leaf, q)));
  const ids = node((k, root) => k - root);
  return {
    n_targets: { integer: outputs },
    base_values: { floats: Array.from(baseScore) },
    nodes_treeids: { integers: trees },
    nodes_nodeids: { integers: ids },
    nodes_featureids: {
      integers: node((k) =>
        isLeaf(k) ? 0 : isCategory(k) ? columnOf(feature[k]!, threshold[k]!) : feature[k]!,
      ),
    },
    // The column of a set is 1 for the codes it lists. Where what is missing goes left, so do those it does not list.
    nodes_modes: {
      texts: node((k) =>
        isLeaf(k) ? 'LEAF' : isCategory(k) && !missingLeft(k) ? 'BRANCH_GT' : 'BRANCH_LEQ',
      ),
    },
    nodes_values: { floats: node((k) => (isLeaf(k) ? 0 : isCategory(k) ? 0.5 : threshold[k]!)) },
    nodes_missing_value_tracks_true: {
      integers: node((k) => (missingLeft(k) && !isCategory(k) ? 1 : 0)),
    },
    nodes_truenodeids: { integers: node((k, root) => (isLeaf(k) ? 0 : left[k]! - root)) },
    nodes_falsenodeids: { integers: node((k, root) => (isLeaf(k) ? 0 : left[k]! + 1 - root)) },
    target_treeids: { integers: perOutput((leaf) => trees[leaf]!) },
    target_nodeids: { integers: perOutput((leaf) => ids[leaf]!) },
    target_ids: { integers: perOutput((_, q) => q) },
    target_weights: { floats: perOutput((leaf, q) => values[left[leaf]! * outputs + q]!) },
  };
}
