// Door of `http`: the API over the services.
export type { HttpLimits } from './limits.ts'; // what a client may hold
export { buildHttp } from './server.ts'; // the server
export type {
  BodyFormat,
  HttpData,
  HttpEvents,
  HttpLog,
  HttpOptions,
  HttpServices,
  HttpSettings,
} from './services.ts'; // what it needs
