// A function over a grid, computed a little in each frame, so that the page stays smooth; and colours for it.

const BUDGET_MS = 3; // of a frame

// done(values) hears a Float64Array, row by row from the top, once all are there.
export function createField(size, done) {
  let task = 0;

  // value(x, y) for shares of the width and the height, from the lower left.
  function start(value) {
    const mine = ++task;
    const values = new Float64Array(size * size);
    let next = 0;
    const work = () => {
      if (mine !== task) return;
      const until = performance.now() + BUDGET_MS;
      while (next < values.length) {
        const column = next % size,
          row = Math.floor(next / size);
        values[next++] = value(column / (size - 1), 1 - row / (size - 1));
        if (next % 16 === 0 && performance.now() > until) break;
      }
      if (next < values.length) return requestAnimationFrame(work);
      busy = false;
      done(values);
    };
    busy = true;
    work();
  }

  let busy = false;
  return {
    start,
    busy: () => busy,
    stop: () => {
      task++;
      busy = false;
    },
  };
}

// Paints shares from 0 to 1 by stops of colours ([r, g, b]); what is no number stays clear.
export function paint(canvas, size, shares, color) {
  const small = new OffscreenCanvas(size, size);
  const context = small.getContext("2d");
  const image = context.createImageData(size, size);
  for (let place = 0; place < shares.length; place++) {
    const rgb = color(shares[place], place);
    if (rgb === null) continue;
    image.data.set([...rgb, 255], 4 * place);
  }
  context.putImageData(image, 0, 0);
  const target = canvas.getContext("2d");
  target.clearRect(0, 0, canvas.width, canvas.height);
  target.imageSmoothingEnabled = true;
  target.imageSmoothingQuality = "high";
  // Grid points are the middles of the picture's points: half a point is cut from each side.
  target.drawImage(small, 0.5, 0.5, size - 1, size - 1, 0, 0, canvas.width, canvas.height);
}

export function between(stops, share) {
  const place = Math.max(0, Math.min(0.999999, share)) * (stops.length - 1);
  const first = Math.floor(place),
    rest = place - first;
  return stops[first].map((value, part) => Math.round(value + (stops[first + 1][part] - value) * rest));
}

// Colours of the style, as numbers: names of custom properties that hold six hexadecimal digits. They are asked for
// once: asking makes a browser lay out what has changed.
export function colors(...names) {
  return names.map((name) => {
    if (!known.has(name)) known.set(name, colorOf(name));
    return known.get(name);
  });
}

function colorOf(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name);
  return text
    .trim()
    .replace("#", "")
    .match(/../g)
    .map((part) => parseInt(part, 16));
}

const known = new Map();
export const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => known.clear());

// The size of a picture for a place of so many CSS pixels; one that stays is kept.
export function fit(canvas, width, height) {
  const [across, down] = [width, height].map((side) => Math.round(side * devicePixelRatio));
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}
