// A panel changes while the training plays as often as somebody can tell: not where it is out of view, and one of many
// numbers a few times a second, as nobody reads faster, each in a frame of its own. So frames are kept.
import {createSight} from "./sight.js";

const NEAR = "200px"; // what is so near is ready when it is scrolled into view

const queue = [];

function inTurn(show) {
  queue.push(show);
  if (queue.length === 1) requestAnimationFrame(next);
}

function next() {
  const show = queue.shift();
  if (queue.length) requestAnimationFrame(next);
  show();
}

// The panel with an update that gathers what changes while it plays, for so many milliseconds and while it is out of
// view; all of it is shown when it pauses.
export function calm(panel, pause = 0) {
  return (store, element, ...rest) => {
    const inner = panel(store, element, ...rest);
    let gathered = new Set(),
      last = 0,
      asked = false;
    const sight = createSight(() => gathered.size && update([]), NEAR);
    sight.watch([element]);

    function show() {
      asked = false;
      if (!gathered.size) return;
      last = performance.now();
      const changed = gathered;
      gathered = new Set();
      inner.update(changed);
    }

    function update(changed) {
      for (const part of changed) gathered.add(part);
      const seen = sight.has(element);
      if (!store.state.playing || (seen && pause === 0)) return show();
      if (!seen || asked) return;
      asked = true;
      setTimeout(() => inTurn(show), last + pause - performance.now());
    }

    return {...inner, update};
  };
}
