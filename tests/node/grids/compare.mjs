// Compares points in degrees and in metres of UTM with what proj4 makes of each, and prints the largest distances in metres:
// those of the metres, then those of the degrees. A line of the file: {"zone":31,"lon":0.5,"lat":45,"x":303087.1,"y":4985916.5}
import { readFileSync } from 'node:fs';
import proj4 from 'proj4';

const metresOfDegree = 111319.5;
const converters = new Map();
const converterOf = (zone) => {
  if (!converters.has(zone)) converters.set(zone, proj4(`+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`));
  return converters.get(zone);
};

const worst = [0, 0];
for (const line of readFileSync(process.argv[2], 'utf8').trimEnd().split('\n')) {
  const { zone, lon, lat, x, y } = JSON.parse(line);
  const [east, north] = converterOf(zone).forward([lon, lat]);
  worst[0] = Math.max(worst[0], Math.hypot(east - x, north - y));
  const [longitude, latitude] = converterOf(zone).inverse([x, y]);
  const turn = ((longitude - lon + 540) % 360) - 180;
  const distance = Math.hypot(turn * Math.cos((lat * Math.PI) / 180), latitude - lat) * metresOfDegree;
  worst[1] = Math.max(worst[1], distance);
}
console.log(worst.join('\n'));
