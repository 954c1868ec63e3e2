// Recurrent layers, one way through a sequence: x is (steps, batch, size), what comes out (steps, batch, hidden).

const CELLS = {
  rnn_tanh: {gates: 1, next: (own, from) => Math.tanh(own[0] + from[0])},
  rnn_relu: {gates: 1, next: (own, from) => Math.max(own[0] + from[0], 0)},
  gru: {gates: 3, next: (own, from, before) => {
    const reset = logistic(own[0] + from[0]), keep = logistic(own[1] + from[1]);
    return (1 - keep) * Math.tanh(own[2] + reset * from[2]) + keep * before;
  }},
  lstm: {gates: 4, next: (own, from, before, cells, at) => {
    const [input, forget, candidate, output] = own.map((value, gate) => value + from[gate]);
    cells[at] = logistic(forget) * cells[at] + logistic(input) * Math.tanh(candidate);
    return logistic(output) * Math.tanh(cells[at]);
  }},
};

const logistic = (x) => 1 / (1 + Math.exp(-x));

// The weights of the gates lie one behind the other, as torch has them: W (gates · hidden, size), U (gates · hidden, hidden).
KERNELS.recurrent = (out, step, x, start, cell, W, U, b, c) => {
  const {name, steps, batch, size, hidden, backward} = step, {gates, next} = CELLS[name];
  const state = Float64Array.from(start), cells = Float64Array.from(cell), fresh = new Float64Array(hidden);
  const own = new Array(gates), from = new Array(gates);
  for (let t = 0; t < steps; t++) for (let n = 0; n < batch; n++) {
    const row = (backward ? steps - 1 - t : t) * batch + n;
    for (let h = 0; h < hidden; h++) {
      for (let gate = 0; gate < gates; gate++) {
        const line = gate * hidden + h;
        let [of, by] = b ? [b[line], c[line]] : [0, 0];
        for (let i = 0; i < size; i++) of += W[line * size + i] * x[row * size + i];
        for (let i = 0; i < hidden; i++) by += U[line * hidden + i] * state[n * hidden + i];
        [own[gate], from[gate]] = [of, by];
      }
      fresh[h] = next(own, from, state[n * hidden + h], cells, n * hidden + h);
    }
    state.set(fresh, n * hidden);
    out.set(fresh, row * hidden);
  }
};
