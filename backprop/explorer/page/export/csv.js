// The epoch table of a run as CSV: a row an epoch, or a step; every number with all its digits.

export function csv(run, epochs) {
  const {model} = run,
    {order, steps} = model;
  const lines = [["epoch", ...order].join(",")];
  for (let place = 0; place < epochs * steps; place++) {
    const values = run.row(place);
    if (values === null) break;
    const counts = {
      step: place + 1,
      sample: (place % steps) + 1,
      batch: (place % steps) + 1,
      E_epoch: run.losses[place],
    };
    lines.push([run.epochOf(place) + 1, ...order.map((name) => counts[name] ?? values[name])].join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
