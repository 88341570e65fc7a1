// Writes tables with apache-arrow as a JSON file describes them: [{ path, columns: [{ name, type, values }] }].
import { readFileSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';

const types = {
  int64: [new arrow.Int64(), BigInt],
  uint64: [new arrow.Uint64(), BigInt],
  int32: [new arrow.Int32(), Number],
  float64: [new arrow.Float64(), Number],
  utf8: [new arrow.Utf8(), String],
  bool: [new arrow.Bool(), Boolean],
};

// Counted in their unit since 1970.
const times = {
  'timestamp[us]': new arrow.TimestampMicrosecond(),
  'timestamp[us, UTC]': new arrow.TimestampMicrosecond('UTC'),
  'timestamp[ns]': new arrow.TimestampNanosecond(),
  'duration[ns]': new arrow.DurationNanosecond(),
};

const vectorOf = ({ type, values }) => {
  if (type in times) {
    return arrow.makeVector(arrow.makeData({ type: times[type], data: BigInt64Array.from(values.map(BigInt)) }));
  }
  const [arrowType, convert] = types[type];
  return arrow.vectorFromArray(values.map((value) => (value === null ? null : convert(value))), arrowType);
};

for (const { path, columns } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const vectors = columns.map((column) => [column.name, vectorOf(column)]);
  writeFileSync(path, arrow.tableToIPC(new arrow.Table(Object.fromEntries(vectors)), 'file'));
}
