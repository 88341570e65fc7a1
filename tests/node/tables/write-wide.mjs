// Writes a table of so many rows and columns with polars, compressed with zstd, into one record batch.
import pl from 'nodejs-polars';

const [path, rows, columns] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const numbers = (column) => Float64Array.from({ length: rows }, (_, row) => ((row * 7919 + column) % 10007) / 8);
pl.DataFrame(Array.from({ length: columns }, (_, column) => pl.Series(`x${column}`, numbers(column), pl.Float64)))
  .writeIPC(path, { compression: 'zstd' });
