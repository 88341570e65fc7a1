// Writes tables with apache-arrow as a JSON file describes them: [{ path, columns: [{ name, type, values }] }].
import { readFileSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';

const types = {
  int64: [new arrow.Int64(), BigInt],
  int32: [new arrow.Int32(), Number],
  float64: [new arrow.Float64(), Number],
  utf8: [new arrow.Utf8(), String],
  bool: [new arrow.Bool(), Boolean],
};

for (const { path, columns } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const vectors = columns.map(({ name, type, values }) => {
    const [arrowType, convert] = types[type];
    return [name, arrow.vectorFromArray(values.map((value) => (value === null ? null : convert(value))), arrowType)];
  });
  writeFileSync(path, arrow.tableToIPC(new arrow.Table(Object.fromEntries(vectors)), 'file'));
}
