// Writes tables with polars into a folder, and beside each the JSON lines that it must read as.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { lines, rows } from './rows.mjs';

const folder = process.argv[2];

const write = (name, frame, expected, compression = 'lz4') => {
  frame.writeIPC(join(folder, `${name}.feather`), { compression });
  writeFileSync(join(folder, `${name}.jsonl`), lines(expected));
};

// It makes nulls of BigInts, so that ids travel as text.
const frameOf = (values) => pl.DataFrame({
  id: pl.Series('id', values.map((row) => row.id.toString()), pl.Utf8),
  area: pl.Series('area', values.map((row) => row.area), pl.Float64),
  name: pl.Series('name', values.map((row) => row.name), pl.Utf8),
  wanted: pl.Series('wanted', values.map((row) => row.wanted), pl.Bool),
  tile: pl.Series('tile', values.map((row) => row.tile), pl.Int32),
}).withColumns(pl.col('id').cast(pl.Int64));

const some = rows(1000);
for (const compression of ['uncompressed', 'lz4', 'zstd']) {
  write(`polars-${compression}`, frameOf(some), some, compression);
}

// More rows than one window holds, pointing back and forth in the text buffers once they are sorted.
const many = rows(150_000);
write('polars-many', frameOf(many), many);
const sorted = frameOf(many).sort('name', false, true);
const order = sorted.getColumn('tile').toArray();
write('polars-sorted', sorted, order.map((tile) => many[tile + 3]), 'zstd');

const kinds = ['road', 'river', null, 'road', 'a kind of more than twelve bytes'];
write('polars-types', pl.DataFrame({
  kind: pl.Series('kind', kinds, pl.Utf8),
  day: pl.Series('day', [new Date(0), new Date(86400000), null, new Date(0), new Date(Date.UTC(2024, 1, 29))], pl.Date),
  list: pl.Series('list', [[1, 2], [], [3], [4, 5, 6], [7]], pl.List(pl.Int64)),
}).withColumns(pl.col('kind').cast(pl.Categorical)), [
  { kind: 'road', day: '1970-01-01', list: [1, 2] },
  { kind: 'river', day: '1970-01-02', list: [] },
  { kind: null, day: null, list: [3] },
  { kind: 'road', day: '1970-01-01', list: [4, 5, 6] },
  { kind: 'a kind of more than twelve bytes', day: '2024-02-29', list: [7] },
]);
