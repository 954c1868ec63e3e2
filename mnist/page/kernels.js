// The kernels that a network's steps name, on flat arrays of float32. A kernel is given the array to fill, its step and
// its inputs; shapes are known beforehand, so that nothing is allocated while an image is read.

// What an activation is, in the words of torch.nn.functional; settings as the operation has them.
const EACH = {
  relu: () => (x) => x > 0 ? x : 0,
  relu6: () => (x) => Math.min(Math.max(x, 0), 6),
  leaky_relu: (slope) => (x) => x > 0 ? x : slope * x,
  elu: (alpha, scale, inner) => (x) => x > 0 ? scale * x : scale * alpha * Math.expm1(inner * x),
  celu: (alpha) => (x) => x > 0 ? x : alpha * Math.expm1(x / alpha),
  selu: () => (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  silu: () => (x) => x / (1 + Math.exp(-x)),
  mish: () => (x) => x * Math.tanh(softplus(x)),
  gelu: () => (x) => x * (1 + erf(x / Math.SQRT2)) / 2,
  gelu_tanh: () => (x) => x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  hardswish: () => (x) => x * Math.min(Math.max(x + 3, 0), 6) / 6,
  hardsigmoid: () => (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  hardtanh: (low, high) => (x) => Math.min(Math.max(x, low), high),
  hardshrink: (limit) => (x) => Math.abs(x) > limit ? x : 0,
  softshrink: (limit) => (x) => x > limit ? x - limit : x < -limit ? x + limit : 0,
  softplus: (beta, limit) => (x) => beta * x > limit ? x : softplus(beta * x) / beta,
  threshold: (limit, value) => (x) => x > limit ? x : value,
  log_sigmoid: () => (x) => -softplus(-x),
  sigmoid: () => (x) => 1 / (1 + Math.exp(-x)),
  tanh: () => Math.tanh,
  abs: () => Math.abs,
  atan: () => Math.atan,
  ceil: () => Math.ceil,
  cos: () => Math.cos,
  erf: () => erf,
  exp: () => Math.exp,
  floor: () => Math.floor,
  log: () => Math.log,
  log1p: () => Math.log1p,
  neg: () => (x) => -x,
  reciprocal: () => (x) => 1 / x,
  rsqrt: () => (x) => 1 / Math.sqrt(x),
  sign: () => Math.sign,
  sin: () => Math.sin,
  sqrt: () => Math.sqrt,
  square: () => (x) => x * x,
  tan: () => Math.tan,
};

const BOTH = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  maximum: Math.max,
  minimum: Math.min,
  eq: (a, b) => +(a === b),
  ne: (a, b) => +(a !== b),
  lt: (a, b) => +(a < b),
  le: (a, b) => +(a <= b),
  gt: (a, b) => +(a > b),
  ge: (a, b) => +(a >= b),
};

// A row, from `from` to before `to`, as one number.
const REDUCE = {
  sum: total,
  mean: (x, from, to) => total(x, from, to) / (to - from),
  amax: (x, from, to) => { let most = x[from]; for (let i = from; i < to; i++) most = Math.max(most, x[i]); return most; },
  amin: (x, from, to) => { let least = x[from]; for (let i = from; i < to; i++) least = Math.min(least, x[i]); return least; },
  norm: (x, from, to) => { let sum = 0; for (let i = from; i < to; i++) sum += x[i] * x[i]; return Math.sqrt(sum); },
  logsumexp,
  var: variance,
  std: (x, from, to, less) => Math.sqrt(variance(x, from, to, less)),
};

const KERNELS = {
  each(out, {name, settings}, x) {
    const f = EACH[name](...settings);
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
  },
  prelu(out, {inner}, x, slopes) {
    for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? x[i] : slopes[Math.floor(i / inner) % slopes.length] * x[i];
  },
  both(out, {name}, a, b) {
    const f = BOTH[name];
    for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i]);
  },
  with_number(out, {name, number, first}, x) {
    const f = BOTH[name];
    for (let i = 0; i < out.length; i++) out[i] = first ? f(x[i], number) : f(number, x[i]);
  },
  where(out, step, condition, a, b) {
    for (let i = 0; i < out.length; i++) out[i] = condition[i] ? a[i] : b[i];
  },
  scale(out, {inner}, x, scales, shifts) {
    for (let start = 0, c = 0; start < out.length; start += inner, c = (c + 1) % scales.length) {
      for (let i = start; i < start + inner; i++) out[i] = x[i] * scales[c] + shifts[c];
    }
  },
  // The numbers of x in another order, some of them often or never: how far apart neighbours along each axis lie.
  view(out, {shape, first, strides}, x) {
    const axis = shape.length - 1, size = axis < 0 ? 1 : shape[axis], step = axis < 0 ? 0 : strides[axis];
    const at = new Array(shape.length).fill(0);
    for (let o = 0, from = first; o < out.length; ) {
      for (let i = 0, p = from; i < size; i++, p += step) out[o++] = x[p];
      for (let a = axis - 1; a >= 0; a--) {
        from += strides[a];
        if (++at[a] < shape[a]) break;
        from -= shape[a] * strides[a];
        at[a] = 0;
      }
    }
  },
  // Places count from 1; 0 is the fill.
  take(out, {fill}, x, places) {
    const numbers = new Int32Array(places.buffer, places.byteOffset, places.length);
    for (let i = 0; i < out.length; i++) out[i] = numbers[i] ? x[numbers[i] - 1] : fill;
  },
  join(out, {sizes}, ...parts) {
    const whole = sizes.reduce((a, b) => a + b, 0);
    for (let start = 0, row = 0; start < out.length; start += whole, row++) {
      let at = start;
      parts.forEach((part, k) => {
        out.set(part.subarray(row * sizes[k], (row + 1) * sizes[k]), at);
        at += sizes[k];
      });
    }
  },
  reduce(out, {name, size, less}, x) {
    for (let i = 0; i < out.length; i++) out[i] = REDUCE[name](x, i * size, (i + 1) * size, less);
  },
  softmax(out, {size}, x) {
    for (let from = 0; from < out.length; from += size) {
      const sum = logsumexp(x, from, from + size);
      for (let i = from; i < from + size; i++) out[i] = Math.exp(x[i] - sum);
    }
  },
  log_softmax(out, {size}, x) {
    for (let from = 0; from < out.length; from += size) {
      const sum = logsumexp(x, from, from + size);
      for (let i = from; i < from + size; i++) out[i] = x[i] - sum;
    }
  },
  normalise(out, {size, epsilon, centred}, x) {
    for (let from = 0; from < out.length; from += size) {
      const mean = centred ? total(x, from, from + size) / size : 0;
      let squares = 0;
      for (let i = from; i < from + size; i++) squares += (x[i] - mean) ** 2;
      const scale = 1 / Math.sqrt(squares / size + epsilon);
      for (let i = from; i < from + size; i++) out[i] = (x[i] - mean) * scale;
    }
  },
  // Weights are (features, size), as torch has them.
  linear(out, {size}, x, weights, bias) {
    const features = weights.length / size;
    for (let o = 0; o < out.length; o++) {
      const row = Math.floor(o / features) * size, w = (o % features) * size;
      let sum = bias ? bias[o % features] : 0;
      for (let i = 0; i < size; i++) sum += x[row + i] * weights[w + i];
      out[o] = sum;
    }
  },
  matmul(out, {rows, size, columns}, a, b) {
    out.fill(0);
    for (let m = 0; m * rows * columns < out.length; m++) {
      for (let r = 0; r < rows; r++) for (let k = 0; k < size; k++) {
        const w = a[(m * rows + r) * size + k], from = (m * size + k) * columns, to = (m * rows + r) * columns;
        for (let c = 0; c < columns; c++) out[to + c] += w * b[from + c];
      }
    }
  },
  // Each channel's plane is gone over once for every eight weights, over an input with its padding laid around it.
  conv(out, step, x, weights, bias) {
    const {sides: [height, width], window: [kh, kw], stride: [sy, sx], padding: [py, px], dilation: [dy, dx], groups} = step;
    const channels = step.shape[1], inputs = x.length / (height * width) / groups, each = channels / groups;
    let across = step.shape[step.shape.length - 1], down = out.length / channels / across;
    const high = Math.max((down - 1) * sy + (kh - 1) * dy + 1, height + py), wide = Math.max((across - 1) * sx + (kw - 1) * dx + 1, width + px);
    const padded = high * wide > height * width ? laid(x, step, inputs * groups, high, wide) : x;
    const taps = inputs * kh * kw, places = new Int32Array(Math.ceil(taps / 8) * 8), w = new Float64Array(places.length);
    for (let t = 0; t < taps; t++) places[t] = (Math.floor(t / kw / kh) * high + Math.floor(t / kw) % kh * dy) * wide + t % kw * dx;
    let rowStep = sy * wide;
    if (kh * kw * sy * sx === 1 && padded === x) [across, down, rowStep] = [across * down, 1, 0];
    for (let c = 0, start = 0; c < channels; c++) {
      const source = Math.floor(c / each) * inputs * high * wide;
      for (let t = 0; t < taps; t++) w[t] = weights[c * taps + t];
      for (let row = 0; row < down; row++, start += across) {
        const end = start + across;
        out.fill(bias ? bias[c] : 0, start, end);
        for (let t = 0; t < taps; t += 8) {
          const from = source + row * rowStep;
          const w0 = w[t], w1 = w[t + 1], w2 = w[t + 2], w3 = w[t + 3], w4 = w[t + 4], w5 = w[t + 5], w6 = w[t + 6], w7 = w[t + 7];
          let p0 = from + places[t], p1 = from + places[t + 1], p2 = from + places[t + 2], p3 = from + places[t + 3];
          let p4 = from + places[t + 4], p5 = from + places[t + 5], p6 = from + places[t + 6], p7 = from + places[t + 7];
          for (let o = start, p = 0; o < end; o++, p += sx) {
            out[o] += w0 * padded[p0 + p] + w1 * padded[p1 + p] + w2 * padded[p2 + p] + w3 * padded[p3 + p]
              + w4 * padded[p4 + p] + w5 * padded[p5 + p] + w6 * padded[p6 + p] + w7 * padded[p7 + p];
          }
        }
      }
    }
  },
  pool(out, step, x) {
    const {name, sides: [height, width], window: [kh, kw], stride: [sy, sx], padding: [py, px], dilation: [dy, dx]} = step;
    const across = step.shape[step.shape.length - 1], planes = x.length / (height * width), down = out.length / planes / across;
    const most = name === "max";
    for (let c = 0, o = 0; c < planes; c++) for (let oy = 0; oy < down; oy++) for (let ox = 0; ox < across; ox++, o++) {
      const top = oy * sy - py, left = ox * sx - px;
      let value = most ? -Infinity : 0, count = 0;
      for (let ky = 0; ky < kh; ky++) {
        const y = top + ky * dy;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kw; kx++) {
          const at = left + kx * dx;
          if (at < 0 || at >= width) continue;
          const v = x[(c * height + y) * width + at];
          if (most) value = v > value ? v : value;
          else value += v;
          count++;
        }
      }
      // with padding counted, a window ends where the padding does
      if (step.counted) count = (Math.min(top + kh, height + py) - top) * (Math.min(left + kw, width + px) - left);
      out[o] = most ? value : value / (step.divisor || count);
    }
  },
  adaptive_pool(out, step, x) {
    const {name, sides: [height, width]} = step, planes = x.length / (height * width);
    const across = step.shape[step.shape.length - 1], down = out.length / planes / across, most = name === "max";
    for (let c = 0, o = 0; c < planes; c++) for (let oy = 0; oy < down; oy++) for (let ox = 0; ox < across; ox++, o++) {
      const [top, bottom] = [Math.floor(oy * height / down), Math.ceil((oy + 1) * height / down)];
      const [left, right] = [Math.floor(ox * width / across), Math.ceil((ox + 1) * width / across)];
      let value = most ? -Infinity : 0;
      for (let y = top; y < bottom; y++) for (let at = left; at < right; at++) {
        const v = x[(c * height + y) * width + at];
        value = most ? Math.max(value, v) : value + v;
      }
      out[o] = most ? value : value / ((bottom - top) * (right - left));
    }
  },
};

// The planes of x within larger ones, 0 around them; the array is kept with the step.
function laid(x, step, planes, high, wide) {
  const {sides: [height, width], padding: [py, px]} = step;
  const around = step.laid ??= new Float32Array(planes * high * wide);
  for (let c = 0; c < planes; c++) for (let y = 0; y < height; y++) {
    const from = (c * height + y) * width;
    around.set(x.subarray(from, from + width), (c * high + y + py) * wide + px);
  }
  return around;
}

function total(x, from, to) {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i];
  return sum;
}

function logsumexp(x, from, to) {
  const most = REDUCE.amax(x, from, to);
  if (most === -Infinity) return most;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(x[i] - most);
  return most + Math.log(sum);
}

function variance(x, from, to, less) {
  const mean = total(x, from, to) / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (x[i] - mean) ** 2;
  return squares / (to - from - less);
}

function softplus(x) {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

// By its series near 0 and its continued fraction beyond: right to 1e-12.
function erf(x) {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-16 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

// A network: {run(pixels) -> scores, values}. Pixels are bytes, (height, width) or (height, width, 3); values[n + 1] is
// what step n gave last.
function network(program, words) {
  const tensors = [];
  let at = 0;
  for (const shape of program.tensors) {
    const size = shape.reduce((a, b) => a * b, 1);
    tensors.push(words.subarray(at, at + size));
    at += size;
  }
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  const values = [new Float32Array(size(program.image)), ...program.steps.map(({shape}) => new Float32Array(size(shape)))];
  const calls = program.steps.map((step, n) => {
    const inputs = step.inputs.map((number) => number < 0 ? tensors[-number - 1] : values[number]);
    return () => KERNELS[step.kernel](values[n + 1], step, ...inputs);
  });
  function run(pixels) {
    const [channels, height, width] = program.image, plane = height * width, image = values[0];
    for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) {
      const light = Math.fround(Math.fround(pixels[i * channels + c] / 255) - Math.fround(program.mean[c]));
      image[c * plane + i] = light / Math.fround(program.deviation[c]);
    }
    for (const call of calls) call();
    return values[program.gives];
  }
  return {run, values};
}

// Of a network's scores: logits, or log-probabilities, of which this is the identity's exponential.
function probabilities(scores) {
  const sum = logsumexp(scores, 0, scores.length);
  return Array.from(scores, (score) => Math.exp(score - sum));
}
