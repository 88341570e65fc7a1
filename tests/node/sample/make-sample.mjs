// Makes the raster of the sample that ships with the template; its table is made by tests/Engine.Tests/Tables/SampleTable.cs.
// Usage: node make-sample.mjs FOLDER

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pixel } from './landscape.mjs';

const bands = ['blue', 'green', 'red', 'near infrared'];
const windows = { rows: 12, columns: 20, height: 20, width: 20 };
const lines = windows.rows * windows.height;
const samples = windows.columns * windows.width;

const folder = process.argv[2];
mkdirSync(join(folder, 'sample'), { recursive: true });
writeFileSync(join(folder, 'sample', 'landscape.bsq'), raster());
writeFileSync(join(folder, 'sample', 'landscape.hdr'), header());

/** Band after band, each line by line: uint16, little-endian. */
function raster() {
  const bytes = Buffer.alloc(bands.length * lines * samples * 2);
  for (let line = 0; line < lines; line++)
    for (let sample = 0; sample < samples; sample++)
      pixel(sample, line).forEach((reflectance, band) =>
        bytes.writeUInt16LE(reflectance, ((band * lines + line) * samples + sample) * 2));
  return bytes;
}

function header() {
  return `ENVI
description = {A made-up landscape for trying things out. Reflectance x 10000.}
samples = ${samples}
lines = ${lines}
bands = ${bands.length}
header offset = 0
file type = ENVI Standard
data type = 12
interleave = bsq
byte order = 0
map info = {UTM, 1, 1, 385000, 5415000, 10, 10, 33, North, WGS-84, units=Meters}
coordinate system string = {PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]}
band names = {${bands.join(', ')}}
wavelength units = Nanometers
wavelength = {490, 560, 665, 842}
reflectance scale factor = 10000
`;
}
