// Door of `http`: the API over the services.
export { problemOf, toAppError } from './problem.ts'; // errors as problem documents
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
