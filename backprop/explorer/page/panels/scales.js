// Scales of charts: from numbers to places, with ticks that one can say. Draws nothing.

export function linear(from, to, start, end) {
  const span = to - from || 1;
  return Object.assign((value) => start + ((value - from) / span) * (end - start), {
    from,
    to,
    invert: (place) => from + ((place - start) / (end - start)) * span,
    ticks: (count) => roundTicks(from, to, count),
  });
}

export function logarithmic(from, to, start, end) {
  const inner = linear(Math.log10(from), Math.log10(to), start, end);
  return Object.assign((value) => inner(Math.log10(Math.max(value, from))), {from, to, ticks: () => decades(from, to)});
}

function roundTicks(from, to, count) {
  const rough = (to - from) / count || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * [1, 2, 5, 10].find((factor) => factor * size >= rough);
  const ticks = [];
  for (let number = Math.ceil(from / step - 1e-9); number * step <= to + step * 1e-9; number++)
    ticks.push(Number((number * step).toPrecision(12)));
  return ticks;
}

function decades(from, to) {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / 6));
  const ticks = [];
  for (let exponent = first; exponent <= last; exponent += every) ticks.push(10 ** exponent);
  if (ticks.length < 3 && to / from < 100) {
    for (let exponent = first - 1; exponent <= last; exponent++) {
      for (const factor of [2, 5])
        if (factor * 10 ** exponent >= from && factor * 10 ** exponent <= to) ticks.push(factor * 10 ** exponent);
    }
  }
  return ticks.sort((one, other) => one - other);
}

// Labels one under the other, moved apart as little as needed; `places` from top to bottom.
export function apart(places, distance, top, bottom) {
  const order = places.map((place, index) => ({place, index})).sort((one, other) => one.place - other.place);
  order.forEach((one, number) => {
    if (number) one.place = Math.max(one.place, order[number - 1].place + distance);
  });
  let limit = bottom;
  for (const one of order.toReversed()) {
    one.place = Math.max(top, Math.min(one.place, limit));
    limit = one.place - distance;
  }
  const moved = [];
  for (const {place, index} of order) moved[index] = place;
  return moved;
}
