// Tree ensembles of ai.onnx.ml as flat arrays, and their scores of one row. A float32 input is compared with a float32
// threshold and weights are summed in single precision, tree by tree, as onnxruntime does on one thread: labels at a tie agree.

import type { OnnxAttribute, OnnxNode } from './model.ts';

/** Node k is a split, or a leaf where `mode[k]` is 0. */
export interface TreeEnsemble {
  /** Scores of a row: targets of a regressor, classes of a classifier. */
  readonly outputs: number;
  /** Columns a row must have at least. */
  readonly columns: number;
  readonly roots: Int32Array;
  /** `splitModes`, plus `missingYes` where what is missing takes the yes branch. */
  readonly mode: Uint8Array;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly yes: Int32Array;
  readonly no: Int32Array;
  /** Weights of leaf k are those from `leafStart[k]` to `leafStart[k + 1]`. */
  readonly leafStart: Int32Array;
  readonly weightOutput: Int32Array;
  readonly weight: Float32Array;
  /** [outputs], or what the file says instead; [] = none. */
  readonly base: readonly number[];
  readonly average: boolean;
  readonly transform: 'NONE' | 'LOGISTIC' | 'SOFTMAX';
  /** Of classifiers: names or numbers of the classes. */
  readonly classes: readonly string[] | readonly number[] | null;
}

const splitModes: Readonly<Record<string, number>> = {
  LEAF: 0,
  BRANCH_LEQ: 1,
  BRANCH_LT: 2,
  BRANCH_GTE: 3,
  BRANCH_GT: 4,
  BRANCH_EQ: 5,
  BRANCH_NEQ: 6,
};
const missingYes = 8;

/**
 * The ensemble of a TreeEnsembleRegressor or TreeEnsembleClassifier node; undefined for what is not done here (double
 * thresholds, minima and maxima, the rarer transforms), or does not hang together.
 */
export function treeEnsembleOf(node: OnnxNode): TreeEnsemble | undefined {
  const isClassifier = node.op === 'TreeEnsembleClassifier';
  const list = (name: string): readonly number[] =>
    node.attributes.get(name)?.integers ?? node.attributes.get(name)?.floats ?? [];
  const transform = node.attributes.get('post_transform')?.text ?? 'NONE';
  const aggregate = node.attributes.get('aggregate_function')?.text ?? 'SUM';
  if (!['NONE', 'LOGISTIC', 'SOFTMAX'].includes(transform) || !['SUM', 'AVERAGE'].includes(aggregate)) return;
  if ([...node.attributes.values()].some(({ tensor }) => tensor !== undefined)) return;
  const nodes = nodesOf(node.attributes);
  const classes = isClassifier
    ? (node.attributes.get('classlabels_strings')?.texts ??
      node.attributes.get('classlabels_int64s')?.integers ??
      [])
    : null;
  const outputs = classes?.length ?? node.attributes.get('n_targets')?.integer ?? 0;
  const base = list('base_values');
  if (nodes === undefined || outputs < 1 || (base.length > 0 && base.length !== outputs && !isClassifier))
    return;
  const leaves = leavesOf(nodes, outputs, {
    trees: list(isClassifier ? 'class_treeids' : 'target_treeids'),
    nodes: list(isClassifier ? 'class_nodeids' : 'target_nodeids'),
    outputs: list(isClassifier ? 'class_ids' : 'target_ids'),
    weights: list(isClassifier ? 'class_weights' : 'target_weights'),
  });
  if (leaves === undefined) return;
  const { place: _, ...flat } = nodes;
  return {
    ...flat,
    ...leaves,
    outputs,
    base,
    classes,
    average: aggregate === 'AVERAGE',
    transform: transform as TreeEnsemble['transform'],
  };
}

type Nodes = Pick<TreeEnsemble, 'columns' | 'roots' | 'mode' | 'feature' | 'threshold' | 'yes' | 'no'> & {
  /** Where a node of a tree lies in the arrays. */
  readonly place: ReadonlyMap<string, number>;
};

function nodesOf(attributes: ReadonlyMap<string, OnnxAttribute>): Nodes | undefined {
  const integers = (name: string): readonly number[] => attributes.get(name)?.integers ?? [];
  const trees = integers('nodes_treeids');
  const ids = integers('nodes_nodeids');
  const features = integers('nodes_featureids');
  const modes = attributes.get('nodes_modes')?.texts ?? [];
  const values = attributes.get('nodes_values')?.floats ?? [];
  const missing = integers('nodes_missing_value_tracks_true');
  const count = trees.length;
  const place = new Map<string, number>();
  trees.forEach((tree, k) => void place.set(`${tree}/${ids[k]}`, k));
  const lists = [ids, features, modes, values, integers('nodes_truenodeids'), integers('nodes_falsenodeids')];
  if (count === 0 || place.size !== count || lists.some((list) => list.length !== count)) return;
  const mode = Uint8Array.from(modes, (name, k) => (splitModes[name] ?? 255) | (missing[k] ? missingYes : 0));
  const isLeaf = mode.map((m) => (m % missingYes === 0 ? 1 : 0));
  const child = (name: string): Int32Array =>
    Int32Array.from(integers(name), (id, k) => (isLeaf[k] ? 0 : (place.get(`${trees[k]}/${id}`) ?? -1)));
  const yes = child('nodes_truenodeids');
  const no = child('nodes_falsenodeids');
  // A node with at most one parent, under a root with none, is on no cycle: every walk ends.
  const parents = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    if (isLeaf[k]) continue;
    for (const at of [yes[k] as number, no[k] as number]) {
      if (at < 0 || parents[at] !== 0) return;
      parents[at] = 1;
    }
  }
  const roots = Int32Array.from(trees.keys()).filter((k) => parents[k] === 0);
  // Every tree has one root, and it is the node named first: elsewhere lies what no walk from there reaches.
  const firsts = new Set([...new Set(trees)].map((tree) => trees.indexOf(tree)));
  const largest = features.reduce((most, feature) => Math.max(most, feature), 0);
  const sound = mode.every((m) => m !== 255) && features.every((f) => f >= 0) && largest < 1e6;
  if (!sound || firsts.size !== roots.length || !roots.every((root) => firsts.has(root))) return;
  const [feature, threshold] = [Int32Array.from(features), Float32Array.from(values)];
  return { columns: largest + 1, roots, mode, feature, threshold, yes, no, place };
}

function leavesOf(
  { place, mode }: Nodes,
  outputs: number,
  lists: Readonly<Record<'trees' | 'nodes' | 'outputs' | 'weights', readonly number[]>>,
): Pick<TreeEnsemble, 'leafStart' | 'weightOutput' | 'weight'> | undefined {
  const count = lists.weights.length;
  if ([lists.trees, lists.nodes, lists.outputs].some((list) => list.length !== count)) return;
  const at = Int32Array.from(lists.trees, (tree, i) => place.get(`${tree}/${lists.nodes[i]}`) ?? -1);
  if (at.some((k) => k < 0) || lists.outputs.some((output) => !(output >= 0 && output < outputs))) return;
  const leafStart = new Int32Array(mode.length + 1);
  for (const k of at) leafStart[k + 1]!++;
  for (let k = 0; k < mode.length; k++) leafStart[k + 1]! += leafStart[k]!;
  const next = leafStart.slice();
  const weight = new Float32Array(count);
  const weightOutput = new Int32Array(count);
  at.forEach((k, i) => {
    const slot = next[k]!++;
    weight[slot] = lists.weights[i]!;
    weightOutput[slot] = lists.outputs[i]!;
  });
  return { leafStart, weight, weightOutput };
}

/** Rows that go through the trees side by side: they stay in the first cache with one tree. */
export const blockRows = 64;

/**
 * Adds the weights of the leaves that rows reach, tree by tree: one tree stays in the cache while all rows go through it.
 * @param x      row-major values, rows begin at `from`, `stride` apart; NaN = missing
 * @param count  rows, at most `blockRows`
 * @param scores [count × outputs], added to
 * @param hits   [count × outputs], set to 1 where a weight was added
 * Cost: rows × trees × depth; allocates nothing.
 */
export function addTreeScores(
  ensemble: TreeEnsemble,
  x: Float32Array,
  { from, stride, count }: { readonly from: number; readonly stride: number; readonly count: number },
  scores: Float32Array,
  hits: Uint8Array,
): void {
  const { roots, leafStart, weight, weightOutput, outputs } = ensemble;
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree]!;
    for (let row = 0; row < count; row++) {
      const leaf = leafOf(ensemble, root, x, from + row * stride);
      for (let i = leafStart[leaf]!; i < leafStart[leaf + 1]!; i++) {
        const output = row * outputs + weightOutput[i]!;
        scores[output]! += weight[i]!;
        hits[output] = 1;
      }
    }
  }
}

/** The leaf that a row reaches. Nearly all splits there are ask for `≤`: that comes first. */
function leafOf(
  { mode, feature, threshold, yes, no }: TreeEnsemble,
  root: number,
  x: Float32Array,
  from: number,
): number {
  let node = root;
  for (;;) {
    const m = mode[node]!;
    if ((m & 7) === 0) return node;
    const value = x[from + feature[node]!]!;
    const taken = (m & 7) === 1 ? value <= threshold[node]! : holds(m & 7, value, threshold[node]!);
    node = taken || (m >= missingYes && Number.isNaN(value)) ? yes[node]! : no[node]!;
  }
}

/** NaN holds in no comparison but `≠`. */
function holds(mode: number, value: number, threshold: number): boolean {
  if (mode === 2) return value < threshold;
  if (mode === 3) return value >= threshold;
  if (mode === 4) return value > threshold;
  return mode === 5 ? value === threshold : value !== threshold;
}
