// Writes docs/reference/models.md from the catalog. With --check: fails when the page differs.

import { catalog } from '../src/models/index.ts';
import { writeOrCheck } from './write-or-check.ts';

const rows = catalog.map(({ name, summary }) => `| \`${name}\` | ${summary.replaceAll('|', '\\|')} |`);

writeOrCheck(
  'docs/reference/models.md',
  `# Models

Generated from \`src/models/catalog.ts\`, where they stand simplest first.

| name | what it forecasts |
|---|---|
${rows.join('\n')}

Names can be combined wherever a model is named (\`--models\`, the configuration, the library):

- \`dotm+ets\`: a pool, the mean of its members' forecasts; up to eight members.
- \`dotm@168\`: the model with this many periods per cycle, whatever seasons are given.

What every model does, checked for each by \`test/conformance/models.test.ts\`: it accepts any history from one period on,
with unknown periods anywhere; a new observation advances it in constant time, to exactly the state that one pass over the
whole history would reach; its state is one array of numbers, so a saved model is the same model; twice the demand is twice
the forecast. A handful of zeros in a history of large values counts as closed days, not as demand (\`dotm\`, \`theta\`,
\`ets\`, \`ses\`, \`holt\`, \`damped\`, \`multi-season\`).

Choosing by hand is rarely needed: without names, models are compared on the history of the data at hand
(\`src/evaluate/candidate-plan.ts\` lists what is tried on which kind of demand).
`,
);
