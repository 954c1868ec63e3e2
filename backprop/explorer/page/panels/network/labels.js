// Where the numbers of weights stand on their lines: apart from each other and from the units, or not at all.

const HEIGHT = 21;
const MOST_TRIED = 40; // lines between two columns; of more no label finds room

// Gives the edges between each two columns a `label` place; `labelled` says whether all of them have room.
export function placeLabels(edges, {radius, width, along, vertical}) {
  const gaps = Map.groupBy(
    edges.filter((one) => one.weight !== null),
    (one) => one.to.column,
  );
  const least = (radius + (vertical ? HEIGHT : width) / 2 + 2) / along; // clear of the unit that a line leaves
  for (const gap of gaps.values()) {
    let best = {room: -1, points: gap.map((one) => pointAlong(one, 0.5))};
    for (const shares of gap.length > MOST_TRIED ? [] : attempts(least, 1 - least)) {
      const points = gap.map((one) => pointAlong(one, shares[turn(one, shares.by)]));
      const room = roomOf(points, width);
      if (room > best.room + 0.02) best = {room, points};
    }
    gap.forEach((one, number) => Object.assign(one, {label: best.points[number], labelled: best.room >= 1}));
  }
}

// All labels at one share of the way; or at two, every other source's, target's, or those of straight lines.
function* attempts(from, to) {
  const shares = [];
  for (let share = from; share <= Math.max(to, from); share += 0.03) shares.push(share);
  for (const share of shares) yield Object.assign([share, share], {by: "source"});
  for (const by of ["straight", "source", "target", "both"]) {
    for (const one of shares)
      for (const other of shares) if (Math.abs(one - other) > 0.05) yield Object.assign([one, other], {by});
  }
}

function turn({from, to}, by) {
  if (by === "straight") return Math.min(Math.abs(from.x - to.x), Math.abs(from.y - to.y)) < 1 ? 1 : 0;
  return (by === "source" ? from.place : by === "target" ? to.place : from.place + to.place) % 2;
}

// The least distance of two labels, in their widths or heights; 1 where they touch.
function roomOf(points, width) {
  let least = 3;
  for (let one = 0; one < points.length; one++) {
    for (let other = 0; other < one; other++) {
      const across = Math.abs(points[one].x - points[other].x) / width,
        down = Math.abs(points[one].y - points[other].y) / HEIGHT;
      least = Math.min(least, Math.max(across, down));
    }
  }
  return least;
}

function pointAlong({from, bend, to}, share) {
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * bend.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * bend.y + share * share * to.y,
  };
}
