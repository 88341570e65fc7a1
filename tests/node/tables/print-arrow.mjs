// Reads a table with apache-arrow, and prints its columns with their types, then its rows as JSON lines.
import { readFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import './lz4.mjs';

const table = arrow.tableFromIPC(readFileSync(process.argv[2]));
console.log(table.schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', '));
const plain = (value) => (typeof value === 'bigint' ? `${value}` : Number.isNaN(value) ? 'NaN' : value);
for (const row of table) {
  console.log(JSON.stringify(Object.fromEntries(row.toArray().map((value, column) =>
    [table.schema.fields[column].name, plain(value)]))));
}
