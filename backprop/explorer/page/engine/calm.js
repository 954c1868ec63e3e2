// A panel of many numbers changes a few times a second while the training plays: nobody reads faster, and frames are kept.

const PAUSE_MS = 120;

// The panel with an update that gathers what changes while it plays; all of it is shown when it pauses.
export function calm(panel) {
  return (store, ...rest) => {
    const inner = panel(store, ...rest);
    let gathered = new Set(),
      last = 0;

    function update(changed) {
      for (const part of changed) gathered.add(part);
      const now = performance.now();
      if (store.state.playing && now - last < PAUSE_MS) return;
      last = now;
      changed = gathered;
      gathered = new Set();
      inner.update(changed);
    }

    return {...inner, update};
  };
}
