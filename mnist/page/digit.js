// A drawing as the network is given it: the steps of mnist/data/pictures, in the same numbers. Pixels are bytes by rows,
// dark ink on white paper, and what comes out is as MNIST's: 28 × 28, light on dark, 20 pixels along its longer side,
// strokes as broad as there, its centre of mass in the middle.

const SIDE = 28, BOX = 20, FINE = 80, MARGIN = 24, STROKE = [0.09, 0.17], USUAL = 0.125, LEAST_CONTRAST = 0.1;

// null where nothing is drawn. All that is drawn is one digit.
function digitOf(grey, width, height) {
  const amount = new Float32Array(grey.length);
  for (let i = 0; i < grey.length; i++) amount[i] = (255 - grey[i]) / 255;
  const least = Math.max(otsu(amount), LEAST_CONTRAST), mask = amount.map((value) => +(value > least));
  const box = bounds(mask, width, height, 0.5);
  if (!box) return null;
  const margin = Math.max(2, Math.floor(Math.max(box.bottom - box.top, box.right - box.left) / 20));
  const [top, left] = [Math.max(0, box.top - margin), Math.max(0, box.left - margin)];
  const wide = Math.min(width, box.right + margin) - left, high = Math.min(height, box.bottom + margin) - top;
  const ink = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) {
    let near = 0; // with the grey along its edges
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
      const [row, column] = [Math.min(Math.max(y + dy, 0), high - 1), Math.min(Math.max(x + dx, 0), wide - 1)];
      near ||= mask[(top + row) * width + left + column];
    }
    if (near) ink[y * wide + x] = amount[(top + y) * width + left + x];
  }
  return likeMnist(ink, wide, high);
}

// From the ink of one digit with nothing around it: 0 for paper, 1 for black.
function likeMnist(amount, width, height) {
  const fine = resized(amount, width, height, FINE / Math.max(width, height));
  const most = fine.values.reduce((a, b) => Math.max(a, b), -Infinity);
  const peak = quantile(fine.values.filter((value) => value > 0.25 * most), 0.75);
  const wide = fine.width + 2 * MARGIN, high = fine.height + 2 * MARGIN, mask = new Float32Array(wide * high);
  for (let y = 0; y < fine.height; y++) for (let x = 0; x < fine.width; x++) {
    mask[(y + MARGIN) * wide + x + MARGIN] = +(fine.values[y * fine.width + x] > peak / 2);
  }
  const inside = distances(mask, wide, high, 0), outside = distances(mask, wide, high, 1);
  const {top, left, bottom, right} = bounds(mask, wide, high, 0.5);
  const longer = Math.max(bottom - top, right - left);
  let sum = 0, count = 0;
  mask.forEach((value, i) => { if (value) { sum += inside[i]; count++; } });
  const stroke = 4 * sum / count - 2;
  let growth = 0;
  if (!(STROKE[0] <= stroke / longer && stroke / longer <= STROKE[1])) growth = (USUAL * longer - stroke) / (2 * (1 - USUAL));
  const shape = mask.map((value, i) => Math.min(Math.max((value ? inside[i] - 0.5 : 0.5 - outside[i]) + growth + 0.5, 0), 1));
  const box = bounds(shape, wide, high, 0.5), [across, down] = [box.right - box.left, box.bottom - box.top];
  const cut = new Float32Array(across * down);
  for (let y = 0; y < down; y++) {
    const from = (box.top + y) * wide + box.left;
    cut.set(shape.subarray(from, from + across), y * across);
  }
  return placed(resized(cut, across, down, BOX / Math.max(across, down)));
}

function placed({values, width, height}) {
  let sum = 0, across = 0, down = 0;
  values.forEach((value, i) => {
    sum += value;
    across += value * (i % width);
    down += value * Math.floor(i / width);
  });
  const at = (middle, side) => Math.min(Math.max(even(even(1000 * (SIDE / 2 - middle)) / 1000), 0), SIDE - side);
  const top = at(down / sum, height), left = at(across / sum, width), image = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    image[(top + y) * SIDE + left + x] = even(255 * Math.min(Math.max(values[y * width + x], 0), 1));
  }
  return image;
}

// The threshold that leaves the least variance within the two classes it makes (Otsu 1979).
function otsu(amount) {
  const most = Math.max(1e-6, amount.reduce((a, b) => Math.max(a, b), 0)), counts = new Float64Array(256);
  for (const value of amount) if (value >= 0) counts[Math.min(255, Math.floor(value / most * 256))]++;
  let total = 0, all = 0, below = 0, sum = 0, best = 0, chosen = 0;
  counts.forEach((count, i) => { total += count; all += count * (i + 0.5); });
  counts.forEach((count, i) => {
    below += count;
    sum += count * (i + 0.5);
    const above = total - below, between = below && above ? below * above * (sum / below - (all - sum) / above) ** 2 : 0;
    if (between > best) [best, chosen] = [between, i];
  });
  return (chosen + 1) / 256 * most;
}

// The smallest box around what is above the limit; null where nothing is.
function bounds(values, width, height, limit) {
  let [top, left, bottom, right] = [height, width, 0, 0];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (values[y * width + x] > limit) {
      [top, bottom, left, right] = [Math.min(top, y), y + 1, Math.min(left, x), Math.max(right, x + 1)];
    }
  }
  return bottom ? {top, left, bottom, right} : null;
}

// From the middle of each pixel to that of the nearest whose mask is `wanted`: along columns, then along rows.
function distances(mask, width, height, wanted) {
  const far = 4 * Math.max(width, height) ** 2, down = new Float32Array(mask.length), result = new Float32Array(mask.length);
  for (let x = 0; x < width; x++) {
    let last = -Infinity;
    for (let y = 0; y < height; y++) {
      if (mask[y * width + x] === wanted) last = y;
      down[y * width + x] = Math.min(far, (y - last) ** 2);
    }
    last = Infinity;
    for (let y = height - 1; y >= 0; y--) {
      if (mask[y * width + x] === wanted) last = y;
      down[y * width + x] = Math.min(down[y * width + x], (last - y) ** 2);
    }
  }
  for (let row = 0; row < mask.length; row += width) for (let x = 0; x < width; x++) {
    let least = down[row + x];
    for (let d = 1; d * d < least; d++) {
      if (x >= d) least = Math.min(least, down[row + x - d] + d * d);
      if (x + d < width) least = Math.min(least, down[row + x + d] + d * d);
    }
    result[row + x] = Math.sqrt(least);
  }
  return result;
}

// As Pillow scales a picture of float32: means where it becomes smaller, else bicubic (Keys 1981, a = -0.5).
function resized(values, width, height, scale) {
  const [wide, high] = [width, height].map((side) => Math.max(1, even(side * scale))), box = scale < 1;
  const across = along(values, width, height, wide, box, false);
  return {values: along(across, wide, height, high, box, true), width: wide, height: high};
}

// One axis of a picture, from `width` × `height`, to `size` pixels along it.
function along(values, width, height, size, box, vertical, store = Math.fround) {
  const side = vertical ? height : width;
  if (side === size) return values;
  const result = new Float32Array(vertical ? width * size : height * size), scale = side / size;
  const wider = Math.max(scale, 1), reach = (box ? 0.5 : 2) * wider;
  for (let o = 0; o < size; o++) {
    const middle = (o + 0.5) * scale, first = Math.max(0, Math.trunc(middle - reach + 0.5)), last = Math.min(side, Math.trunc(middle + reach + 0.5));
    const weights = [];
    for (let i = first; i < last; i++) weights.push((box ? flat : cubic)((i - middle + 0.5) / wider));
    const sum = weights.reduce((a, b) => a + b, 0);
    for (let line = 0; line < (vertical ? width : height); line++) {
      let value = 0;
      weights.forEach((weight, k) => { value += values[vertical ? (first + k) * width + line : line * width + first + k] * (weight / sum); });
      result[vertical ? o * width + line : line * size + o] = store(value);
    }
  }
  return result;
}

const flat = (x) => +(x > -0.5 && x <= 0.5);

function cubic(x) {
  const a = -0.5, d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

// All of a picture in the size of the network's images, which have nothing to do with digits; a byte a channel.
function wholeOf(grey, width, height, [channels, high, wide]) {
  const byte = (value) => Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
  const small = along(along(grey, width, height, wide, true, false, byte), wide, height, high, true, true, byte);
  const image = new Uint8Array(small.length * channels);
  small.forEach((value, i) => image.fill(value, i * channels, (i + 1) * channels));
  return image;
}

// With linear interpolation.
function quantile(values, share) {
  const sorted = Float32Array.from(values).sort(), at = (sorted.length - 1) * share, low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

// Rounded, halves to the even neighbour.
function even(x) {
  const low = Math.floor(x), rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 ? low + 1 : low;
}
