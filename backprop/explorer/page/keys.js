// Keys that work wherever nothing else takes them: space, arrows, Home, End, Escape.

export function listenToKeys(store, player) {
  const {state} = store;
  const pausing = (action) => {
    store.setPlaying(false);
    action();
  };
  const actions = {
    " ": () => player.toggle(),
    ArrowRight: (shift) => pausing(() => (shift ? store.nextRow(state.phase) : store.next())),
    ArrowLeft: (shift) => pausing(() => (shift ? store.go(Math.max(0, state.row - 1)) : store.back())),
    Home: () => store.reset(),
    End: () => pausing(() => store.go(state.model.epochs * state.model.steps - 1, 3)),
    Escape: () => store.select(null),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = event.target.closest("input, select, textarea, button, summary, [tabindex], [contenteditable]");
    if (taken && event.key !== "Escape") return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action(event.shiftKey);
  });
}
