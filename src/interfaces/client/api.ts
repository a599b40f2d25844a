// The API's types as this room uses them. Types only: nothing of the server is loaded.

export type * from '../http/contract.ts';
