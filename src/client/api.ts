// The API's types as this room uses them. Types only: nothing of the server is loaded.

// biome-ignore lint/style/noRestrictedImports: types of the contract, erased when compiled; the client is made of them.
export type * from '../http/contract.ts';
