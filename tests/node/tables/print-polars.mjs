// Reads a table with polars, and prints its columns with their types, then its rows as JSON lines.
import { readFileSync } from 'node:fs';
import pl from 'nodejs-polars';

const frame = pl.readIPC(readFileSync(process.argv[2]));
const typeOf = (name) => `${frame.getColumn(name).dtype}`.replace(/^DataType\((.*)\)$/, '$1');
console.log(frame.columns.map((name) => `${name}: ${typeOf(name)}`).join(', '));
// It rounds int64 when it hands values out, but not when it makes text of them.
const exact = frame.withColumns(...frame.columns.map((name) => pl.col(name).cast(pl.Utf8)));
for (const row of exact.toRecords()) console.log(JSON.stringify(row));
