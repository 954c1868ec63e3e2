// Work that may take longer than a frame: a slice at once, the rest in slices of the frames that follow.

const AT_ONCE_MS = 12;
const SLICE_MS = 8;
const TELL_MS = 250; // between two pictures of what is not finished

// step(goal, until) works until that time and says whether all is done; told() hears of progress.
export function createWork({step, told}) {
  let task = 0,
    last = 0,
    busy = false;

  function start(goal) {
    const mine = ++task;
    busy = !step(goal, performance.now() + AT_ONCE_MS);
    if (!busy) return told();
    last = performance.now();
    const work = () => {
      if (mine !== task) return;
      busy = !step(goal, performance.now() + SLICE_MS);
      if (!busy || performance.now() - last > TELL_MS) {
        last = performance.now();
        told();
      }
      if (busy) setTimeout(work);
    };
    setTimeout(work);
  }

  return {start, busy: () => busy};
}
