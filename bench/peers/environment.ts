// Throw-away Python environments for peers, outside what is committed: made on first use, reused while their pins stay the same.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Exact pins by environment. */
const pins: Readonly<Record<string, readonly string[]>> = {
  statsforecast: [
    'statsforecast==2.1.1',
    'coreforecast==0.0.20',
    'utilsforecast==0.2.17',
    'numpy==2.4.6',
    'pandas==2.3.3',
    'scipy==1.17.1',
  ],
  fastapi: ['fastapi==0.165.0', 'uvicorn[standard]==0.54.0', 'lightgbm==4.7.0', 'numpy==2.4.6'],
  mlflow: ['mlflow==3.17.2', 'lightgbm==4.7.0'],
  // MLServer 1.7.1 starts no worker with a newer uvloop.
  mlserver: ['mlserver==1.7.1', 'mlserver-lightgbm==1.7.1', 'uvloop==0.21.0', 'lightgbm==4.7.0'],
  bentoml: ['bentoml==1.4.40', 'lightgbm==4.7.0'],
  onnx: [
    'onnx==1.19.1',
    'protobuf==6.33.6',
    'skl2onnx==1.20.0',
    'onnxmltools==1.16.0',
    'packaging==26.4',
    'lightgbm==4.7.0',
    'xgboost-cpu==3.2.0',
    'scikit-learn==1.9.1',
    'numpy==2.4.6',
    'scipy==1.17.1',
  ],
  'inference-clients': [
    'tritonclient[http]==2.73.0',
    'kserve==0.21.0',
    'mlflow-skinny==3.10.1',
    'geventhttpclient==2.6.1',
    'python-rapidjson==1.25',
    'aiohttp==3.14.5',
    'httpx==0.28.1',
    'scipy==1.17.1',
    'pandas==2.3.3',
    'numpy==2.4.6',
  ],
  river: ['river==0.26.1', 'numpy==2.4.6', 'scipy==1.17.1'],
  'foreign-tables': [
    'pandas==2.3.3',
    'pyarrow==26.0.1',
    'openpyxl==3.1.5',
    'xlsxwriter==3.3.1',
    'numpy==2.4.6',
    'python-dateutil==2.9.0.post0',
  ],
  fev: [
    'fev==0.10.0',
    'datasets==4.4.1',
    'pandas==2.3.3',
    'pyarrow==22.0.0',
    'numpy==2.4.6',
    'scipy==1.17.1',
    'requests==2.32.5',
    'pyyaml==6.0.3',
  ],
  promoted: ['lightgbm==4.7.0', 'pandas==2.3.3', 'scikit-learn==1.9.1', 'numpy==2.4.6', 'scipy==1.17.1'],
  shap: ['shap==0.50.0', 'scikit-learn==1.9.1', 'numpy==2.3.5', 'scipy==1.17.1'],
  drift: ['scipy==1.17.1', 'numpy==2.3.5', 'statsmodels==0.14.6'],
  schemathesis: ['schemathesis==4.32.5'],
  tables: ['pandas==2.3.3', 'polars==1.44.2', 'pyarrow==22.0.0', 'numpy==2.4.6'],
  trees: ['lightgbm==4.7.0', 'xgboost-cpu==3.2.0', 'scikit-learn==1.9.1', 'numpy==2.4.6', 'scipy==1.17.1'],
};

/** What is installed into an environment, as `name==version`. */
export function pinsOf(name: string): readonly string[] {
  const packages = pins[name];
  if (packages === undefined)
    throw new Error(`no peer environment "${name}": ${Object.keys(pins).join(', ')}`);
  return packages;
}

const temporary = process.env.ALMANAC_PEERS ?? join(tmpdir(), 'almanac-peers');

/**
 * The Python of an environment with the pinned packages; `ALMANAC_PEERS` moves the folder from the system's temporary one.
 * @throws when there is no python3 or pip cannot install
 */
export function peerPython(name: string, root: string = temporary): string {
  const packages = pinsOf(name);
  const digest = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  const folder = join(root, `${name}-${digest}`);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed.txt');
  if (existsSync(done)) return python;
  process.stderr.write(`installing ${packages.join(' ')} into ${folder}\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(done, `${packages.join('\n')}\n`);
  return python;
}
