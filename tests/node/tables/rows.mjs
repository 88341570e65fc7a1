// Rows that every writer here can write, and how they must read as JSON lines.

/** Ids that a float64 cannot hold. */
export const firstId = 864691135000000001n;

const names = ['Ørsted', 'müde', '東京', 'a "quoted" one', 'two\nlines', '', 'a name that is longer than twelve bytes'];

export const rows = (count) => Array.from({ length: count }, (_, row) => ({
  id: firstId + BigInt(row),
  area: row / 7,
  name: row % 5 === 4 ? null : `${names[row % names.length]}${row % 3 === 0 ? '' : row}`,
  wanted: row % 3 === 0 ? null : row % 2 === 0,
  tile: row - 3,
}));

/** JSON with exact integers. */
export const line = (value) => {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(line).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}:${line(part)}`).join(',')}}`;
  }
  return JSON.stringify(value);
};

export const lines = (values) => values.map((value) => `${line(value)}\n`).join('');
