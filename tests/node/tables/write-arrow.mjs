// Writes tables with apache-arrow into a folder, and beside each the JSON lines that it must read as.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { lines, rows } from './rows.mjs';

const folder = process.argv[2];

const write = (name, table, expected) => {
  writeFileSync(join(folder, `${name}.feather`), arrow.tableToIPC(table, 'file'));
  writeFileSync(join(folder, `${name}.jsonl`), lines(expected));
};

const column = (type, values) => arrow.vectorFromArray(values, type);

const tableOf = (values) => new arrow.Table({
  id: column(new arrow.Int64(), values.map((row) => row.id)),
  area: column(new arrow.Float64(), values.map((row) => row.area)),
  name: column(new arrow.Utf8(), values.map((row) => row.name)),
  wanted: column(new arrow.Bool(), values.map((row) => row.wanted)),
  tile: column(new arrow.Int32(), values.map((row) => row.tile)),
});

const some = rows(1000);
write('arrow-flat', tableOf(some), some);
write('arrow-batches', tableOf(some.slice(0, 10)).concat(tableOf(some.slice(10, 11)), tableOf(some.slice(11))), some);
write('arrow-no-rows', tableOf([]), []);

const day = Date.UTC(2024, 1, 29);
const typed = [
  {
    i8: -128, u8: 255, i16: -32768, u16: 65535, u32: 4294967295, u64: 18446744073709551615n,
    f16: 0.5, f32: 1.25, big: 'large', date: '2024-02-29', ms: '2024-02-29T00:00:00.001', us: '2024-02-29T00:00:00.000001Z',
    time: '00:00:01.5', bytes: 'AQID', fixed: 'BAUG', kind: 'road', nothing: null,
    list: [1, null, 3], pair: [0.5, 1.5], place: { x: 1, y: 'two' },
  },
  {
    i8: 127, u8: 0, i16: 32767, u16: 0, u32: 0, u64: 0n,
    f16: -2, f32: -0.25, big: '', date: '1969-12-31', ms: '1969-12-31T23:59:59.999', us: '1970-01-01T00:00:00Z',
    time: '23:59:59', bytes: '', fixed: 'AAAA', kind: 'river', nothing: null,
    list: [], pair: [-1, 12345.678], place: { x: null, y: '' },
  },
  {
    i8: null, u8: null, i16: null, u16: null, u32: null, u64: null,
    f16: null, f32: null, big: null, date: null, ms: null, us: null,
    time: null, bytes: null, fixed: null, kind: 'road', nothing: null,
    list: null, pair: null, place: null,
  },
];
const field = (name, type) => new arrow.Field(name, type, true);
write('arrow-types', new arrow.Table({
  i8: column(new arrow.Int8(), [-128, 127, null]),
  u8: column(new arrow.Uint8(), [255, 0, null]),
  i16: column(new arrow.Int16(), [-32768, 32767, null]),
  u16: column(new arrow.Uint16(), [65535, 0, null]),
  u32: column(new arrow.Uint32(), [4294967295, 0, null]),
  u64: column(new arrow.Uint64(), [18446744073709551615n, 0n, null]),
  f16: column(new arrow.Float16(), [0.5, -2, null]),
  f32: column(new arrow.Float32(), [1.25, -0.25, null]),
  big: column(new arrow.LargeUtf8(), ['large', '', null]),
  date: column(new arrow.DateDay(), [new Date(day), new Date(-86400000), null]),
  ms: column(new arrow.TimestampMillisecond(), [day + 1, -1, null]),
  us: column(new arrow.TimestampMicrosecond('Europe/Paris'), [day + 0.001, 0, null]),
  time: column(new arrow.TimeMillisecond(), [1500, 86399000, null]),
  bytes: column(new arrow.Binary(), [Uint8Array.of(1, 2, 3), new Uint8Array(), null]),
  fixed: column(new arrow.FixedSizeBinary(3), [Uint8Array.of(4, 5, 6), new Uint8Array(3), null]),
  kind: column(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), ['road', 'river', 'road']),
  nothing: column(new arrow.Null(), [null, null, null]),
  list: column(new arrow.List(field('item', new arrow.Int32())), [[1, null, 3], [], null]),
  pair: column(new arrow.FixedSizeList(2, field('item', new arrow.Float64())), [[0.5, 1.5], [-1, 12345.678], null]),
  place: column(new arrow.Struct([field('x', new arrow.Int16()), field('y', new arrow.Utf8())]),
    [{ x: 1, y: 'two' }, { x: null, y: '' }, null]),
}), typed);
