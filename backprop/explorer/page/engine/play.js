// Playing: moves on as time passes, a phase or some rows at a time, until the training ends or it is paused.

export const speeds = [
  {name: "phases", text: "phase by phase", perSecond: 1.2},
  {name: "slow", text: "2 epochs a second", perSecond: 2},
  {name: "fast", text: "15 epochs a second", perSecond: 15},
  {name: "frames", text: "60 epochs a second", perSecond: 60},
];

export function createPlayer(store) {
  let speed = speeds[2],
    last = 0,
    owed = 0;

  function frame(now) {
    if (!store.state.playing) return;
    owed += (Math.min(now - last, 250) / 1000) * speed.perSecond;
    last = now;
    while (owed >= 1) {
      owed -= 1;
      if (!(speed.name === "phases" ? store.next() : moveOn())) return store.setPlaying(false);
    }
    requestAnimationFrame(frame);
  }

  // A row on; phases are not told apart at this speed: the update is what is seen last.
  const moveOn = () => store.nextRow(3);

  return {
    speed: () => speed.name,
    setSpeed(name) {
      speed = speeds.find((one) => one.name === name);
    },
    toggle() {
      if (store.state.playing) return store.setPlaying(false);
      store.setPlaying(true);
      last = performance.now();
      owed = 1;
      requestAnimationFrame(frame);
    },
  };
}
