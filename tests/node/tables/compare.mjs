import { readFileSync } from 'node:fs';

/** Compares rows with lines of JSON: ids exactly, instants to the millisecond. */
export const compare = (path, count, rowAt) => {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (lines.length !== count) throw new Error(`${count} rows instead of ${lines.length}`);
  lines.forEach((line, row) => {
    const { share, name, wanted, finished } = JSON.parse(line);
    const id = /"id":(\d+)/.exec(line)?.[1] ?? null;
    const expected = [id, share, name, wanted, finished === null ? null : Date.parse(finished)];
    const found = rowAt(row);
    const actual = [found.id?.toString() ?? null, found.share, found.name, found.wanted,
      found.finished === null ? null : Math.floor(found.finished)];
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      throw new Error(`row ${row}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  });
};
