// When the browser has drawn what it was given.

/** Resolves after the next frame; in a tab that nobody sees, once somebody does. */
export const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
