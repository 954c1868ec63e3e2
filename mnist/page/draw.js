// The page: strokes on paper become an image, the network reads it, and what it says is shown.

const element = (id) => document.getElementById(id);
const told = JSON.parse(element("network").textContent);
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const net = network(told, new Float32Array(bytesOf(told.words).buffer));
const [channels, height, width] = told.image;

const paper = element("paper"), LONG = 336; // pixels along the paper's longer side
paper.width = Math.round(LONG * Math.min(1, width / height));
paper.height = Math.round(LONG * Math.min(1, height / width));
const pen = paper.getContext("2d", {willReadFrequently: true}), PEN = LONG / 15;

const strokes = []; // lists of places, the last being drawn while the pen is down
let chosen = null; // the sample that was taken instead
let cursor = null; // where the keyboard's pen is
let waiting = false;
const times = [];

const maps = layerMaps(element("layers"), told, net.values);
const bars = [...element("bars").children].map((row) => ({row, bar: row.querySelector("i"), share: row.lastElementChild}));

// ---- the paper

function drawPaper() {
  pen.fillStyle = told.digits ? "#fff" : "#000";
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.strokeStyle = pen.fillStyle = told.digits ? "#000" : "#fff";
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    pen.arc(...stroke[0], PEN / 2, 0, 2 * Math.PI); // a dot, too, is drawn
    pen.fill();
    pen.beginPath();
    for (const place of stroke) pen.lineTo(...place);
    pen.stroke();
  }
}

function greyOf() {
  const {data} = pen.getImageData(0, 0, paper.width, paper.height), grey = new Uint8Array(paper.width * paper.height);
  for (let i = 0; i < grey.length; i++) grey[i] = data[4 * i];
  return grey;
}

const place = (event) => [event.offsetX * paper.width / paper.clientWidth, event.offsetY * paper.height / paper.clientHeight];

paper.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  paper.setPointerCapture(event.pointerId);
  forget();
  cursor = null;
  strokes.push([place(event)]);
  changed();
});
paper.addEventListener("pointermove", (event) => {
  if (!paper.hasPointerCapture(event.pointerId) || !strokes.length) return;
  for (const each of event.getCoalescedEvents?.() ?? []) strokes[strokes.length - 1].push(place(each));
  strokes[strokes.length - 1].push(place(event));
  changed();
});
paper.addEventListener("keydown", (event) => {
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  if (event.key === "Delete" || event.key === "Backspace") clear();
  else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) undo();
  else if (way) moveCursor(way, event.shiftKey);
  else return;
  event.preventDefault();
});
paper.addEventListener("blur", () => { cursor = null; changed(false); });
element("clear").addEventListener("click", clear);
element("undo").addEventListener("click", undo);

function moveCursor([x, y], draws) {
  forget();
  const from = cursor ?? {at: [paper.width / 2, paper.height / 2], down: false}, step = LONG / 28;
  const inside = (value, side) => Math.min(Math.max(value, PEN / 2), side - PEN / 2);
  const at = [inside(from.at[0] + x * step, paper.width), inside(from.at[1] + y * step, paper.height)];
  if (draws && !from.down) strokes.push([from.at]);
  if (draws) strokes[strokes.length - 1].push(at);
  cursor = {at, down: draws};
  changed();
}

function clear() {
  strokes.length = 0;
  forget();
  changed();
}

function undo() {
  if (chosen) return clear();
  strokes.pop();
  if (cursor) cursor.down = false;
  changed();
}

function forget() {
  if (!chosen) return;
  chosen = null;
  for (const button of document.querySelectorAll(".samples .on")) press(button, false);
}

function press(button, on) {
  button.classList.toggle("on", on);
  button.setAttribute("aria-pressed", on);
}

// ---- reading

function changed(reads = true) {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    if (chosen) pictureOn(paper, chosen.image, told.digits);
    else drawPaper();
    if (reads || cursor === null) read();
    if (cursor && !chosen) {
      pen.lineWidth = 2;
      pen.strokeStyle = "#0b57d0";
      pen.strokeRect(cursor.at[0] - PEN / 2, cursor.at[1] - PEN / 2, PEN, PEN);
    }
    element("undo").disabled = !strokes.length && !chosen;
  });
}

function read() {
  const start = performance.now();
  const image = chosen ? chosen.image : (!strokes.length ? null
    : told.digits ? digitOf(greyOf(), paper.width, paper.height) : wholeOf(greyOf(), paper.width, paper.height, told.image));
  if (!image) return nothing();
  const ready = performance.now(), shares = probabilities(net.run(image)), done = performance.now();
  pictureOn(element("seen"), image, false);
  show(shares);
  times.push(done - ready);
  if (times.length > 21) times.shift();
  const middle = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const several = times.length > 4 ? ` (median of ${times.length}: ${middle.toFixed(1)} ms)` : "";
  element("time").textContent = `Network: ${(done - ready).toFixed(1)} ms${several}`
    + (chosen ? "" : `; image for it: ${(ready - start).toFixed(1)} ms`);
  maps.update();
}

function show(shares) {
  if (!shares.every(Number.isFinite)) return mute("it gives no number");
  const most = shares.indexOf(Math.max(...shares)), name = told.classes[most];
  element("answer").textContent = name;
  element("sure").textContent = percent(shares[most]) + (chosen ? `, labelled ${told.classes[chosen.label]}` : "");
  shares.forEach((share, label) => {
    bars[label].bar.style.transform = `scaleX(${share})`;
    bars[label].share.textContent = percent(share);
    bars[label].row.classList.toggle("most", label === most);
  });
}

function mute(why) {
  element("answer").textContent = "\u00a0";
  element("sure").textContent = why;
  for (const {row, bar, share} of bars) {
    row.classList.remove("most");
    bar.style.transform = "scaleX(0)";
    share.textContent = "–";
  }
}

function nothing() {
  mute("nothing drawn yet");
  element("time").textContent = "\u00a0";
  const seen = element("seen"), blank = new Uint8Array(channels * height * width);
  net.run(blank);
  pictureOn(seen, blank, false);
  maps.update();
}

// Cut, not rounded, so that nothing short of all is 100 %.
const percent = (share) => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;

// The image's bytes on a canvas, as large as that; inverted they are ink on paper.
function pictureOn(canvas, image, inverted) {
  const small = new OffscreenCanvas(width, height), data = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) for (let k = 0; k < 4; k++) {
    const value = k === 3 ? 255 : image[channels === 3 ? 3 * i + k : i];
    data.data[4 * i + k] = inverted && k < 3 ? 255 - value : value;
  }
  small.getContext("2d").putImageData(data, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

// ---- images to take, and the proof that this is torch's network

for (const {image, label, wrong} of told.samples.map((sample) => ({...sample, image: bytesOf(sample.image)}))) {
  const button = document.createElement("button"), canvas = document.createElement("canvas"), name = told.classes[label];
  button.type = "button";
  [canvas.width, canvas.height] = [width, height];
  pictureOn(canvas, image, told.digits);
  button.setAttribute("aria-label", wrong ? `An image read wrong, labelled ${name}` : `A test image, ${name}`);
  button.title = wrong ? `labelled ${name}` : name;
  press(button, false);
  button.append(canvas);
  button.addEventListener("click", () => {
    strokes.length = 0;
    forget();
    cursor = null;
    chosen = {image, label};
    press(button, true);
    changed();
  });
  element(wrong ? "wrong" : "tests").append(button);
}

function prove() {
  if (!told.samples.length) {
    element("proof").textContent = `Weights: ${kilobytes(told.words)} of float32.`;
    return;
  }
  let apart = 0, same = 0;
  for (const {image, scores} of told.samples) {
    const found = [...net.run(bytesOf(image))];
    found.forEach((score, label) => { apart = Math.max(apart, Math.abs(score - scores[label])); });
    same += found.indexOf(Math.max(...found)) === scores.indexOf(Math.max(...scores));
  }
  const all = told.samples.length, right = same === all && apart <= 1e-4 * Math.max(1, ...told.samples.flatMap(({scores}) => scores.map(Math.abs)));
  element("proof").classList.toggle("off", !right);
  element("proof").textContent = `Compared with PyTorch on the ${all} images above, in this browser just now: ${same} of ${all} answers the same, `
    + `scores at most ${apart.toExponential(0)} apart. Weights: ${kilobytes(told.words)} of float32.`;
  read();
}

const kilobytes = (text) => `${Math.ceil(text.length * 3 / 4 / 1024).toLocaleString("en")} kB`;

drawPaper();
nothing();
setTimeout(prove);
