// Door of `fitting`: from histories to a fitted, chosen and calibrated forecaster, over threads.

export { type FitPanelOptions, fitPanel, type PanelFit, unitWithFactor } from './fit-panel.ts'; // backtest, choose, calibrate, fit
export { seasonGrid } from './fit-task.ts'; // the calendar that seasons go by
export { boosterOf, searchRows } from './global/global-budget.ts'; // how much training a size of data is worth
export { checkGlobalParams, type GlobalParams, withParams } from './global/global-params.ts'; // what can be set of it
export { formsFor } from './global/global-trial.ts'; // what one trial of parameters trains
export { forecastBlocks } from './global/global-windows.ts'; // windows of the history as rows
export { type StartedCrew, startKernelCrew } from './kernel-crew.ts'; // threads for the training of trees
export { type ToForecasterOptions, toForecaster } from './to-forecaster.ts'; // what is stored and served
