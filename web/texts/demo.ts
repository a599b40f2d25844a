// Texts of the demo's bar.

export const demoTexts = {
  demo: {
    title: 'Demo',
    today: (day: string) => `It is ${day}`,
    dayOf: (day: string, days: string) => `${day} of ${days} days lived`,
    state: {
      preparing: 'history comes in and the first version is trained',
      running: 'a day a second',
      paused: 'paused',
      over: 'the season is over, the server stays',
    },
    training: 'a version is being trained',
    last: (day: string, note: string) => `${day}: ${note}`,
    next: (day: string, note: string) => `next, ${day}: ${note}`,
    pause: 'Pause',
    resume: 'Go on',
    nextDay: 'Next day',
    nextEvent: 'To the next event',
    stock: "Count the demo's stock",
  },
};
