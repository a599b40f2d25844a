// Where the example data lie: the folder named by ALMANAC_DATA, or `shared/data` beside the checkout.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const byDefault = fileURLToPath(new URL('../../shared/data', import.meta.url));

/** The absolute path of a data file, such as `m5/m5_sales_daily_store_dept.csv.gz`. */
export function dataPath(file: string): string {
  return resolve(process.env.ALMANAC_DATA ?? byDefault, file);
}
