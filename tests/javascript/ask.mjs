// Calls functions of the explorer's modules: a line in is {module, name, values}, a line out {value} or {error}.
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

const page = pathToFileURL(`${process.argv[2]}/`);

function plain(key, value) {
  if (value instanceof Uint8Array) return {base64: Buffer.from(value).toString("base64")};
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function given(value) {
  return value?.base64 === undefined ? value : Uint8Array.from(Buffer.from(value.base64, "base64"));
}

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    const {module, name, values} = JSON.parse(line);
    const found = (await import(new URL(module, page)))[name];
    answer = {value: await found(...values.map(given)) ?? null};
  } catch (error) {
    answer = {error: error.message, stack: error.stack};
  }
  process.stdout.write(`${JSON.stringify(answer, plain)}\n`);
}
