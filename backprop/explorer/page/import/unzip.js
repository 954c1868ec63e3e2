// The parts of a zip archive, inflated by the browser itself, no more of them than a limit, whatever the archive says.
const MOST_FILE = 20_000_000; // bytes
const MOST_UNPACKED = 60_000_000; // of all parts that are asked for
const MOST_PARTS = 2000;
const END = 0x06054b50,
  ENTRY = 0x02014b50,
  PART = 0x04034b50;

// `text` gives what a part holds, or null where there is none. An Error says what is wrong in a line.
export function openArchive(bytes) {
  if (bytes.length > MOST_FILE) throw new Error(`${count(bytes.length)} bytes; at most ${count(MOST_FILE)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    parts = directory(view, bytes);
  let left = MOST_UNPACKED;
  return {
    async text(name) {
      if (!parts.has(name)) return null;
      const whole = await inflated(parts.get(name), view, bytes, left);
      left -= whole.length;
      return new TextDecoder().decode(whole);
    },
  };
}

function directory(view, bytes) {
  const end = endOf(view),
    entries = view.getUint16(end + 10, true),
    parts = new Map();
  if (entries > MOST_PARTS) throw new Error(`${count(entries)} parts; at most ${count(MOST_PARTS)}`);
  let place = view.getUint32(end + 16, true);
  for (let number = 0; number < entries; number++) {
    if (place + 46 > bytes.length || view.getUint32(place, true) !== ENTRY) throw damaged();
    const field = (at) => view.getUint16(place + at, true);
    if (field(8) & 1) throw new Error("a workbook with a password; save it without");
    const title = new TextDecoder().decode(bytes.subarray(place + 46, place + 46 + field(28)));
    const [size, start] = [20, 42].map((at) => view.getUint32(place + at, true));
    parts.set(title, {method: field(10), size, start});
    place += 46 + field(28) + field(30) + field(32);
  }
  return parts;
}

function endOf(view) {
  for (let place = view.byteLength - 22; place >= Math.max(0, view.byteLength - 65_557); place--) {
    if (view.getUint32(place, true) === END) return place;
  }
  throw new Error("no workbook: .xlsx is needed, or CSV");
}

async function inflated({method, size, start}, view, bytes, most) {
  if (start + 30 > bytes.length || view.getUint32(start, true) !== PART) throw damaged();
  const first = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const packed = bytes.subarray(first, first + size);
  if (packed.length !== size || (method !== 0 && method !== 8)) throw damaged();
  const stream = new Blob([packed]).stream();
  const reader = (method === 8 ? stream.pipeThrough(new DecompressionStream("deflate-raw")) : stream).getReader();
  const chunks = [];
  let length = 0;
  for (;;) {
    const {done, value} = await reader.read().catch(() => {
      throw damaged();
    });
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw new Error(`the workbook unpacks to more than ${count(MOST_UNPACKED)} bytes; it is not read`);
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const damaged = () => new Error("the workbook is damaged: its archive cannot be read");
const count = (value) => value.toLocaleString("en");
