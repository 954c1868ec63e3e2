// What each layer gives, drawn: a tile a channel, a square a number, in two colours around 0.

const GAP = 3; // pixels between tiles

// Draws the steps that have a label into the list; {update()} draws those on the screen anew.
function layerMaps(list, program, values) {
  const layers = program.steps.flatMap((step, n) => step.label ? [{step, values: values[n + 1]}] : []);
  const dirty = new Set(), visible = new Set(), colours = () => ["--more", "--less", "--panel"].map(colourOf);
  layers.forEach((layer, n) => {
    const item = document.createElement("li"), head = document.createElement("div"), canvas = document.createElement("canvas");
    const name = document.createElement("span"), about = document.createElement("span"), shape = squares(layer.step.shape);
    head.className = "head";
    about.className = "about dim small";
    name.textContent = `${n + 1}. ${layer.step.label}`;
    head.append(name, about);
    item.append(head, canvas);
    list.append(item);
    Object.assign(layer, {canvas, about, ...shape, size: shapeText(layer.step.shape)});
    canvas.setAttribute("role", "img");
    for (const kind of ["pointermove", "pointerdown"]) canvas.addEventListener(kind, (event) => tell(layer, event));
    canvas.addEventListener("pointerleave", () => describe(layer));
    layer.item = item;
    describe(layer);
  });
  const watch = new IntersectionObserver((entries) => {
    for (const {target, isIntersecting} of entries) {
      const layer = layers.find(({item}) => item === target);
      visible[isIntersecting ? "add" : "delete"](layer);
    }
    paint();
  }, {rootMargin: "200px"});
  for (const {item} of layers) watch.observe(item);
  let width = 0, later = 0;
  new ResizeObserver(() => {
    if (list.clientWidth === width) return;
    width = list.clientWidth;
    for (const layer of layers) layOut(layer, width);
    update();
  }).observe(list);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);

  function paint() {
    const shades = colours();
    for (const layer of visible) {
      if (dirty.delete(layer)) drawLayer(layer, shades);
    }
  }
  function update() {
    for (const layer of layers) dirty.add(layer);
    paint();
    clearTimeout(later); // what is out of sight is told, too, but only once the pen rests
    later = setTimeout(() => layers.forEach(describe), 300);
  }
  return {update};
}

// How a layer's numbers are laid out: channels of rows and columns.
function squares(shape) {
  const sides = shape.slice(1);
  if (sides.length === 3) return {channels: sides[0], down: sides[1], across: sides[2]};
  if (sides.length === 2) return {channels: 1, down: sides[0], across: sides[1]};
  const count = sides.reduce((a, b) => a * b, 1);
  return {channels: count, down: 1, across: 1};
}

const shapeText = (shape) => shape.slice(1).join(" × ") || "1";

// Squares of whole pixels, as large as fit: a tile of at most 84 pixels, a layer of at most 190 where that can be.
function layOut(layer, width) {
  const {canvas, channels, down, across} = layer, ratio = Math.min(devicePixelRatio || 1, 2), single = down * across === 1;
  const gap = single ? 2 : GAP, most = Math.max(1, Math.min(16, Math.floor((single ? 16 : 84) / Math.max(down, across))));
  const fit = (square) => {
    const wide = across * square + gap, high = down * square + gap;
    const columns = Math.max(1, Math.min(channels, Math.floor((width + gap) / wide)));
    return {square, columns, wide, high, rows: Math.ceil(channels / columns)};
  };
  let laid = fit(most);
  while (laid.square > 2 && laid.rows * laid.high > 190) laid = fit(laid.square - 1);
  const {square, columns, wide, high, rows} = laid;
  Object.assign(layer, {square, columns, gap, ratio});
  canvas.width = (columns * wide - gap) * ratio;
  canvas.height = (rows * high - gap) * ratio;
  canvas.style.width = `${columns * wide - gap}px`;
}

function drawLayer(layer, shades) {
  const {canvas, values, channels, down, across, square, columns, gap, ratio} = layer;
  const wide = across * square + gap, high = down * square + gap, context = canvas.getContext("2d");
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const image = new ImageData(across, down), tile = new OffscreenCanvas(across, down), pen = tile.getContext("2d");
  context.imageSmoothingEnabled = false;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < down * across; i++) {
      const value = values[c * down * across + i], share = most ? Math.abs(value) / most : 0;
      const full = shades[value < 0 ? 1 : 0];
      for (let k = 0; k < 3; k++) image.data[4 * i + k] = shades[2][k] + (full[k] - shades[2][k]) * share;
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    const x = c % columns * wide, y = Math.floor(c / columns) * high;
    context.drawImage(tile, x * ratio, y * ratio, across * square * ratio, down * square * ratio);
  }
  describe(layer);
}

function describe({canvas, about, values, size, step}) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  about.textContent = `${size}, ${number(low)} to ${number(high)}`;
  canvas.setAttribute("aria-label", `${step.label}: ${size} numbers, ${number(low)} to ${number(high)}`);
}

function tell(layer, event) {
  const {values, channels, down, across, square, columns, gap, about, size} = layer;
  const wide = across * square + gap, high = down * square + gap;
  const [column, row] = [Math.floor(event.offsetX / wide), Math.floor(event.offsetY / high)];
  const x = Math.floor((event.offsetX - column * wide) / square), y = Math.floor((event.offsetY - row * high) / square);
  const channel = row * columns + column;
  if (channel < 0 || channel >= channels || x >= across || y >= down || x < 0 || y < 0) return;
  const place = [channels > 1 && (down * across > 1 ? `channel ${channel + 1}` : `number ${channel + 1}`),
    down * across > 1 && `row ${y + 1}, column ${x + 1}`].filter(Boolean).join(", ");
  about.textContent = `${size} · ${place}: ${number(values[(channel * down + y) * across + x])}`;
}

const number = (value) => (Math.abs(value) < 1e-4 && value ? value.toExponential(1) : value.toFixed(Math.abs(value) < 10 ? 3 : 1)).replace("-", "−");

// A colour of the page as numbers.
function colourOf(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}
