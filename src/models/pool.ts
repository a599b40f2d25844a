// A pool: several models side by side, forecasting their mean. Cheap, and hard to beat (Makridakis competitions).

import type { Model } from './model.ts';

/**
 * State: for each member [length, …its state].
 * @param name    the members' names joined by `+`
 * @param members at least one
 */
export function pool(name: string, members: readonly Model[]): Model {
  const join = (states: readonly Float64Array[]): Float64Array => {
    const joined = new Float64Array(states.reduce((sum, state) => sum + 1 + state.length, 0));
    let at = 0;
    for (const state of states) {
      joined[at] = state.length;
      joined.set(state, at + 1);
      at += 1 + state.length;
    }
    return joined;
  };
  return {
    name,
    summary: `Mean of ${members.map((member) => member.name).join(', ')}.`,
    fit: (history, options) => join(members.map((member) => member.fit(history, options))),
    run: (history, like) => {
      let at = 0;
      return join(
        members.map((member) => {
          const part = memberState(like, at);
          at += 1 + part.length;
          return member.run(history, part);
        }),
      );
    },
    update: (state, value) => {
      let at = 0;
      for (const member of members) {
        const part = memberState(state, at);
        member.update(part, value);
        at += 1 + part.length;
      }
    },
    forecast: (state, out) => {
      const single = new Float64Array(out.length);
      let at = 0;
      out.fill(0);
      for (const member of members) {
        const part = memberState(state, at);
        member.forecast(part, single);
        for (let h = 0; h < out.length; h++) out[h]! += single[h]! / members.length;
        at += 1 + part.length;
      }
    },
  };
}

function memberState(state: Float64Array, at: number): Float64Array {
  return state.subarray(at + 1, at + 1 + state[at]!);
}
