// Writes a table of so many rows and five columns with polars: uncompressed, lz4 and zstd.
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { firstId } from './rows.mjs';

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const make = (value) => Array.from({ length: count }, (_, row) => value(row));

const frame = pl.DataFrame({
  id: make((row) => (firstId + BigInt(row)).toString()),
  area: Float64Array.from(make((row) => row / 7)),
  name: make((row) => `name of row ${row}`),
  wanted: make((row) => row % 3 === 0),
  tile: Int32Array.from(make((row) => row % 4096)),
}).withColumns(pl.col('id').cast(pl.Int64));

for (const compression of ['uncompressed', 'lz4', 'zstd']) {
  frame.writeIPC(join(folder, `${compression}.feather`), { compression });
}
