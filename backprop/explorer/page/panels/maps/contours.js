// Lines of equal height through a grid: marching squares, each line as one SVG path of short pieces.

// Path data over a square of 0 to `width` by 0 to `height`, y downwards as the rows are.
export function contour(values, size, level, width, height) {
  const parts = [];
  const stepX = width / (size - 1),
    stepY = height / (size - 1);
  for (let row = 0; row < size - 1; row++) {
    for (let column = 0; column < size - 1; column++) {
      const corners = [
        values[row * size + column],
        values[row * size + column + 1],
        values[(row + 1) * size + column + 1],
        values[(row + 1) * size + column],
      ];
      const below = corners[0] < level;
      if (corners.every((corner) => corner < level === below)) continue;
      const crossings = [];
      for (let side = 0; side < 4; side++) {
        const [one, other] = [corners[side], corners[(side + 1) % 4]];
        if (one < level === other < level) continue;
        crossings.push(along(side, (level - one) / (other - one)));
      }
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [from, to] = [crossings[pair], crossings[pair + 1]].map(
          ([x, y]) => `${((column + x) * stepX).toFixed(1)} ${((row + y) * stepY).toFixed(1)}`,
        );
        parts.push(`M${from}L${to}`);
      }
    }
  }
  return parts.join("");
}

const along = (side, share) =>
  [
    [share, 0],
    [1, share],
    [1 - share, 1],
    [0, 1 - share],
  ][side];
