// Reads a table that we wrote with apache-arrow, and compares it with lines of JSON.
import { readFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import { compare } from './compare.mjs';
import './lz4.mjs';

const [path, expected] = process.argv.slice(2);
const table = arrow.tableFromIPC(readFileSync(path));
const finished = table.getChild('finished');
compare(expected, table.numRows, (row) => {
  const { id, share, name, wanted } = table.get(row);
  return { id, share, name, wanted, finished: finished.get(row) };
});
