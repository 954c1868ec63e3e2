// A zip archive of texts, deflated by the browser itself.

const CRC = Uint32Array.from({length: 256}, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// [[name, text or bytes], ...] as the bytes of an archive.
export async function zipped(parts) {
  const blocks = [],
    directory = [];
  let place = 0;
  for (const [name, content] of parts) {
    const title = new TextEncoder().encode(name);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const packed = await deflated(bytes);
    const shared = [20, 2048, 8, 0, 33, crc32(bytes), packed.length, bytes.length, title.length, 0];
    blocks.push(record(0x04034b50, SHARED, shared), title, packed);
    directory.push(record(0x02014b50, [2, ...SHARED, 2, 2, 2, 4, 4], [20, ...shared, 0, 0, 0, 0, place]), title);
    place += 30 + title.length + packed.length;
  }
  const size = directory.reduce((sum, {length}) => sum + length, 0);
  const end = record(0x06054b50, [2, 2, 2, 2, 4, 4, 2], [0, 0, parts.length, parts.length, size, place, 0]);
  return joined([...blocks, ...directory, end]);
}

// Version, flags (names in UTF-8), method, time, day (1 January 1980), checksum, both sizes, lengths of name and extra.
const SHARED = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2];

function record(signature, widths, values) {
  const bytes = new DataView(new ArrayBuffer(4 + widths.reduce((sum, width) => sum + width, 0)));
  bytes.setUint32(0, signature, true);
  let place = 4;
  widths.forEach((width, number) => {
    if (width === 2) bytes.setUint16(place, values[number], true);
    else bytes.setUint32(place, values[number], true);
    place += width;
  });
  return new Uint8Array(bytes.buffer);
}

export function deflated(bytes) {
  return through(bytes, new CompressionStream("deflate-raw"));
}

async function through(bytes, stream) {
  const whole = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await whole.arrayBuffer());
}

function joined(blocks) {
  const bytes = new Uint8Array(blocks.reduce((sum, {length}) => sum + length, 0));
  let place = 0;
  for (const block of blocks) {
    bytes.set(block, place);
    place += block.length;
  }
  return bytes;
}
