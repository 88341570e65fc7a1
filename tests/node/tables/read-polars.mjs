// Reads a table that we wrote with polars, and compares it with lines of JSON.
import { readFileSync } from 'node:fs';
import pl from 'nodejs-polars';
import { compare } from './compare.mjs';

const [path, expected] = process.argv.slice(2);
// It rounds int64 when it hands values out, but not when it makes text of them.
const frame = pl.readIPC(readFileSync(path)).withColumns(pl.col('id').cast(pl.Utf8));
const rows = frame.toRecords();
compare(expected, rows.length, (row) => ({
  ...rows[row],
  id: rows[row].id === null ? null : BigInt(rows[row].id),
  finished: rows[row].finished === null ? null : Number(rows[row].finished),
}));
