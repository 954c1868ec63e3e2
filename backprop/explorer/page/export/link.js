// What is explored as the text behind the # of an address, and back: deflated JSON in letters that an address may hold.

const MARK = "own="; // which link this is
const LONGEST = 30_000; // letters, past which programs cut addresses
const MOST_BYTES = 5_000_000; // of the JSON

// state: {network, rate, row}. An Error where it is too long for an address.
export async function linkOf(state) {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const link = `#${MARK}${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  if (link.length > LONGEST) {
    const count = link.length.toLocaleString("en");
    throw new Error(`too much for a link: ${count} letters; download TOML instead`);
  }
  return link;
}

// The state in an address's text; null where it holds none, an Error where it cannot be read.
export async function stateOf(hash) {
  if (!hash.startsWith(`#${MARK}`)) return null;
  try {
    const text = atob(
      hash
        .slice(MARK.length + 1)
        .replaceAll("-", "+")
        .replaceAll("_", "/"),
    );
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
  } catch {
    throw new Error("the link is cut or changed; nothing can be read from it");
  }
}

// The bytes through a stream, no more of them than a link can mean.
async function through(bytes, stream) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader(),
    chunks = [];
  let size = 0;
  for (;;) {
    const {done, value} = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) throw new Error("too long");
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
