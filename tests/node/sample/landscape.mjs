// A made-up landscape: fields, meadows, a river, a forest and a town. Only + - * / and integer hashes are used, so that
// every machine draws the same one.

// Reflectance x 10000 in blue, green, red and near infrared.
const covers = {
  water: [420, 460, 280, 150],
  forest: [260, 480, 300, 3000],
  meadow: [340, 720, 460, 3700],
  crop: [300, 660, 340, 4700],
  seedlings: [620, 960, 980, 2300],
  stubble: [820, 1240, 1620, 2750],
  soil: [900, 1220, 1560, 2180],
  roof: [980, 1060, 1480, 1750],
  street: [1040, 1120, 1190, 1330],
  garden: [420, 780, 620, 3000],
};

const crops = ['crop', 'crop', 'meadow', 'soil', 'stubble', 'seedlings', 'crop', 'soil'];

/** Land cover and reflectance of the pixel at a column and row, on a map of 400 x 240 pixels. */
export function pixel(column, row) {
  const cover = coverAt(column, row);
  const shade = 0.88 + 0.24 * noise(column / 9, row / 9, 7) + 0.10 * (hash(column, row, 8) - 0.5);
  return covers[cover].map((reflectance, band) =>
    Math.round(reflectance * shade + 60 * (hash(column, row, 20 + band) - 0.5)));
}

function coverAt(column, row) {
  const fromRiver = Math.abs(row - river(column));
  if (fromRiver < 3.2) return 'water';
  if (fromRiver < 6 && noise(column / 6, row / 6, 3) > 0.45) return 'forest';
  if (town(column, row) > 0.5) return inTown(column, row);
  if (isRoad(column, row)) return 'street';
  if (forest(column, row) > 0.5) return 'forest';
  return field(column, row);
}

const river = column => 196 - 0.28 * column + 34 * (noise(column / 70, 0, 1) - 0.5) + 9 * (noise(column / 24, 0, 2) - 0.5);

const forest = (column, row) =>
  0.95 - distance(column, row, 70, 45, 105, 62) + 0.9 * (noise(column / 22, row / 22, 4) - 0.5);

const town = (column, row) =>
  1.05 - distance(column, row, 300, 165, 92, 60) + 0.8 * (noise(column / 15, row / 15, 5) - 0.5);

const isRoad = (column, row) => Math.abs(row - 0.42 * column - 38) < 1.1;

function inTown(column, row) {
  if (column % 13 < 2 || row % 11 < 2) return 'street';
  return hash(Math.floor(column / 3), Math.floor(row / 3), 9) < 0.55 ? 'roof' : 'garden';
}

function field(column, row) {
  const along = column + 0.35 * row + 6 * noise(column / 40, row / 40, 6);
  const across = row - 0.22 * column + 6 * noise(column / 40, row / 40, 10);
  const strip = Math.floor(across / 26);
  const parcel = Math.floor((along + 31 * hash(strip, 0, 11)) / (22 + 24 * hash(strip, 1, 11)));
  const isHedge = across - 26 * strip < 1.6;
  if (isHedge && hash(strip, parcel, 12) < 0.5) return 'forest';
  return crops[Math.floor(crops.length * hash(strip, parcel, 13))];
}

/** 0 in the middle of an ellipse, 1 on its edge. */
function distance(column, row, atColumn, atRow, width, height) {
  const x = (column - atColumn) / width;
  const y = (row - atRow) / height;
  return Math.sqrt(x * x + y * y);
}

/** Smooth noise between 0 and 1, one wave per unit. */
function noise(x, y, seed) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smooth(x - left), smooth(y - top)];
  const mix = (a, b, share) => a + (b - a) * share;
  return mix(
    mix(hash(left, top, seed), hash(left + 1, top, seed), u),
    mix(hash(left, top + 1, seed), hash(left + 1, top + 1, seed), u), v);
}

const smooth = t => t * t * (3 - 2 * t);

/** A number from 0 up to 1 that looks random and is always the same. */
function hash(x, y, seed) {
  let bits = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 0x100000000;
}
