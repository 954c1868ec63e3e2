// Numbers as text: four significant digits, a true minus, exponents for the very large and small.

export function shown(value, digits = 4) {
  if (value === undefined || value === null) return "";
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  let text = String(value);
  if (text.length <= digits + 1 + (value < 0)) return text.replace("-", "−");
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(digits - 2).split("e");
    text = `${mantissa.replace(/\.?0+$/, "")}e${Number(exponent)}`;
  } else if (Number.isInteger(value)) {
    text = String(value);
  } else {
    text = value.toFixed(Math.max(0, Math.min(8, digits - 1 - Math.floor(Math.log10(size || 1)))));
    if (text.includes(".") && text.length > digits + 2) text = String(Number(Number(value).toPrecision(digits)));
  }
  return text.replaceAll("-", "−");
}

// As many decimals as four significant digits of a number below 1 need: columns of a table stay aligned.
export function fixed(value, decimals = 4) {
  if (!Number.isFinite(value)) return shown(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -decimals || size >= 1e5)) return shown(value, 3);
  const before = size < 100 ? 0 : Math.floor(Math.log10(size)) - 1; // digits that take the room of decimals
  return value.toFixed(Math.max(0, decimals - before)).replace("-", "−");
}
