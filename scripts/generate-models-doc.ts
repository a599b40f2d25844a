// Writes docs/reference/models.md from the catalog. With --check: fails when the page differs.

import { catalog, globalCatalog } from '../src/forecasting/models/index.ts';
import { writeOrCheck } from './write-or-check.ts';

type Entry = { readonly name: string; readonly summary: string };
const rowsOf = (entries: readonly Entry[]): string =>
  entries.map(({ name, summary }) => `| \`${name}\` | ${summary.replaceAll('|', '\\|')} |`).join('\n');

writeOrCheck(
  'docs/reference/models.md',
  `# Models

Generated from \`src/forecasting/models/catalog.ts\`. Fitted to one series each, simplest first:

| name | what it forecasts |
|---|---|
${rowsOf(catalog)}

Trained on all series of a panel together, with covariates where there are any
([decision 0006](../internals/decisions/0006-one-model-over-all-series.md)), on base demand where that proves itself
([decision 0012](../internals/decisions/0012-base-demand-and-lift.md)):

| name | what it forecasts |
|---|---|
${rowsOf(globalCatalog)}

Names can be combined wherever a model is named (\`--models\`, the configuration, the library):

- \`dotm+ets\`: a pool, the mean of its members' forecasts; up to eight members.
- \`dotm@168\`: the model with this many periods per cycle, whatever seasons are given.

What every model of the first table does, checked for each by \`test/conformance/models.test.ts\`: it accepts any history from one period on,
with unknown periods anywhere; a new observation advances it in constant time, to exactly the state that one pass over the
whole history would reach; its state is one array of numbers, so a saved model is the same model; twice the demand is twice
the forecast. A handful of zeros in a history of large values counts as closed days, not as demand (\`dotm\`, \`theta\`,
\`ets\`, \`ses\`, \`holt\`, \`damped\`, \`multi-season\`).

Weeks of a calendar with a season of 52 or 53 have it by date in \`dotm\`, \`theta\`, \`ets\`, \`ses\`, \`holt\` and \`damped\`: what each day of the year adds is
learnt, and a week is worth what its seven days are ([decision 0014](../internals/decisions/0014-weeks-by-date.md)). Easter and Thanksgiving
are followed where they tell the past better. \`snaive-growth\` and \`seasonal-average\` copy the same dates, which lie in two weeks of another year; \`snaive\` stays the plain copy that others are compared with.

Choosing by hand is rarely needed: without names, models are compared on the history of the data at hand
(\`src/forecasting/evaluate/candidate-plan.ts\` lists what is tried on which kind of demand). Eight series and more are a sample:
the common model is the one that gains over series, and one with evidence of its own leaves it. Fewer are judged by past windows: a model
must be better again and again, by one-sided 95 % over all that are tried.
`,
);
