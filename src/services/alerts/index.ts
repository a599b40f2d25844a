// Door of `alerts`: what somebody should know of, and how it is told.
export {
  type AlertListQuery,
  Alerts,
  type AlertsOptions,
  fingerprintOf,
  type StatedAlert,
} from './alerts.ts'; // the service
export { Dispatcher, type DispatcherOptions } from './deliver/dispatcher.ts'; // sends what waits
export { planner } from './deliver/plan.ts'; // what is to be sent of a notice
export { AlertRoutes } from './deliver/routes.ts'; // how routes stand, and trying one
export { type AlertmanagerNotification, noteNotification } from './received.ts'; // what Alertmanager sends
export { builtInRules } from './rules.ts'; // what is asked of every project
export { shownAlert } from './shown-alert.ts'; // an alert as every door shows it
export { AlertWatch, type AlertWatchOptions } from './watch.ts'; // when projects are looked at
