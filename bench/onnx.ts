// Question: are models that others trained answered right, or refused with the reason, and never answered wrongly?
// Models of scikit-learn, LightGBM and XGBoost as their converters write them, and the test cases that the onnx package
// brings along. Needs python3 and PyPI once. `--save` writes bench/results/onnx.json.
// `--only batching` asks instead what is gained when requests share runs; with `--save` into bench/results/onnx-batching.json.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '../src/services/inference/tensor.ts';
import { machineNow } from './machine.ts';
import { batchingPage, batchingRows } from './onnx-batching.ts';
import { type PeerCase, type PeerTensor, readLines, Trier, tensorOf, worstError } from './onnx-cases.ts';
import { peerPython } from './peers/environment.ts';

const machine = machineNow();
const folder = join(tmpdir(), `almanac-bench-onnx-${process.pid}`);
const trier = new Trier();

interface ConvertedModel {
  readonly name: string;
  readonly file: string;
  readonly input: PeerTensor;
  readonly expected: PeerTensor;
}

interface ConvertedRow {
  readonly name: string;
  readonly runBy: string;
  /** Largest error, relative to max(1, |expected|); rows × outputs compared. */
  readonly worst: number;
  readonly values: number;
  readonly reason: string;
}

/** The relative bound of the onnx project's own test runner; near zero, single precision of the largest value. */
const caseBound = { relative: 1e-3, ofLargest: 1e-6 };
/** Operators with a random source: what the package expects are draws of another generator. */
const randomOperators = [':Dropout', ':Bernoulli', ':Multinomial', ':RandomUniform', ':RandomNormal'];
/** Cases whose expected values are at odds with the standard: they wrap round where it says saturate. */
const atOdds = ['node/test_qlinearmatmul_2D_int8_float32', 'node/test_qlinearmatmul_3D_int8_float32'];

async function convertedRows(): Promise<ConvertedRow[]> {
  const place = peerFolder('converted');
  const rows: ConvertedRow[] = [];
  for (const model of readLines<ConvertedModel>(join(place, 'list.ndjson'))) {
    const x = tensorOf(model.input) as Tensor;
    const expected = tensorOf(model.expected) as Tensor;
    const path = join(place, model.file);
    const name = await inputName(path);
    const trial = await trier.try(path, [{ ...x, name }], false);
    // Classifiers answer with a label and a table of probabilities: the table is what is compared.
    const actual = trial.outputs.find(
      ({ data }) => data.length === expected.data.length && data instanceof Float32Array,
    );
    rows.push({
      name: model.name,
      runBy: trial.signature?.runBy ?? 'refused',
      worst: trial.outcome === 'refused' ? Number.NaN : relativeError(actual, expected),
      values: expected.data.length,
      reason: trial.reason,
    });
  }
  return rows;
}

async function inputName(path: string): Promise<string> {
  const { readOnnx } = await import('../src/forecasting/onnx/index.ts');
  const { readFileSync } = await import('node:fs');
  return readOnnx(readFileSync(path)).graph.inputs[0]?.name ?? 'x';
}

function relativeError(actual: Tensor | undefined, expected: Tensor): number {
  if (actual === undefined) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const wanted = Number(expected.data[i]);
    worst = Math.max(worst, Math.abs(Number(actual.data[i]) - wanted) / Math.max(1, Math.abs(wanted)));
  }
  return worst;
}

interface CaseCounts {
  right: number;
  /** Drawn at random by design: shape and type were compared. */
  random: number;
  /** The case itself contradicts the standard. */
  atOdds: number;
  refused: number;
  /** Registered, but the peer could not write the case's tensors down (half floats, optional values): not asked. */
  uncompared: number;
  wrong: string[];
  refusedBy: Record<string, number>;
}

async function caseCounts(): Promise<CaseCounts> {
  const counts: CaseCounts = {
    right: 0,
    random: 0,
    atOdds: 0,
    uncompared: 0,
    refused: 0,
    wrong: [],
    refusedBy: {},
  };
  const cases = readLines<PeerCase>(join(peerFolder('cases'), 'list.ndjson'));
  for (const item of cases) {
    const inputs = item.inputs.map(tensorOf);
    const outputs = item.outputs.map(tensorOf);
    const carried = !item.unread && item.outputs.length > 0 && ![...inputs, ...outputs].includes(undefined);
    const trial = await trier.try(item.file, carried ? (inputs as Tensor[]) : undefined, carried);
    if (trial.outcome === 'refused') {
      counts.refused++;
      const kind = kindOf(trial.reason);
      counts.refusedBy[kind] = (counts.refusedBy[kind] ?? 0) + 1;
      continue;
    }
    if (!carried) {
      counts.uncompared++;
      continue;
    }
    const expected = outputs as Tensor[];
    const errors = expected.map((wanted) =>
      worstError(
        trial.outputs.find(({ name }) => name === wanted.name),
        wanted,
        caseBound,
      ),
    );
    const worst = Math.max(0, ...errors);
    const isRandom =
      worst < Number.POSITIVE_INFINITY &&
      trial.signature?.operators.some((operator) => randomOperators.includes(operator));
    if (worst <= 1) counts.right++;
    else if (isRandom) counts.random++;
    else if (atOdds.includes(item.name)) counts.atOdds++;
    else counts.wrong.push(`${item.name}: error ${worst} × the bound`);
  }
  return counts;
}

/** Refusals put together: by code, and by operator or by what else is in the way. */
function kindOf(reason: string): string {
  const code = reason.slice(0, reason.indexOf(':'));
  if (/operator \S+ cannot be run/.test(reason)) return `${code}: an operator or a form of it is not there`;
  if (/no inference protocol carries/.test(reason)) return `${code}: a value that is no plain tensor`;
  if (/nothing to serve/.test(reason)) return `${code}: no inputs`;
  return code === 'onnx/unsupported' ? `${code}: the graph is not accepted` : code;
}

function peerFolder(what: 'converted' | 'cases'): string {
  const place = join(folder, what);
  mkdirSync(place, { recursive: true });
  const script = fileURLToPath(new URL('peers/onnx_peer.py', import.meta.url));
  execFileSync(peerPython('onnx'), [script, what, place], { stdio: ['ignore', 'ignore', 'ignore'] });
  return place;
}

const about = {
  machine,
  versions: { node: process.versions.node, onnxruntimeWeb: '1.30.0', onnx: '1.19.1' },
  date: new Date().toISOString().slice(0, 10),
};

async function put(
  report: Readonly<Record<string, unknown>> & { readonly name: string },
  text: string,
): Promise<void> {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (process.argv.includes('--save'))
    await writeFile(new URL(`results/${report.name}.json`, import.meta.url), json);
  process.stdout.write(process.argv.includes('--json') ? json : text);
}

async function rightOrRefused(): Promise<void> {
  const converted = await convertedRows();
  const cases = await caseCounts();
  await put({ name: 'onnx', ...about, converted, cases }, page(converted, cases));
  if (cases.wrong.length > 0 || converted.some(({ worst }) => !(worst <= 1e-5))) process.exitCode = 1;
}

async function batching(): Promise<void> {
  const rows = await batchingRows();
  await put({ name: 'onnx-batching', ...about, rows }, batchingPage(rows));
}

try {
  const only = process.argv.indexOf('--only');
  await (only >= 0 && process.argv[only + 1] === 'batching' ? batching() : rightOrRefused());
} finally {
  trier.stop();
  rmSync(folder, { recursive: true, force: true });
}

function page(converted: readonly ConvertedRow[], cases: CaseCounts): string {
  const lines = converted.map(
    ({ name, runBy, worst, reason }) =>
      `${name.padEnd(34)}${runBy.padEnd(18)}${worst.toExponential(1)}  ${reason}`,
  );
  const { right, random, refused, wrong, refusedBy } = cases;
  const odd = `${cases.atOdds} at odds with the standard themselves`;
  return [
    'model                             run by            largest error, relative to max(1, |expected|)',
    ...lines,
    '',
    `test cases of the onnx package: ${right} right, ${random} random by design, ${odd}, ${refused} refused, ${cases.uncompared} registered and not compared, ${wrong.length} wrong`,
    ...Object.entries(refusedBy).map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`),
    ...wrong.map((line) => `  wrong: ${line}`),
    '',
  ].join('\n');
}
