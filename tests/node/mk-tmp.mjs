import { tableFromArrays, tableToIPC } from 'apache-arrow'; import { writeFileSync, readFileSync } from 'fs'
const rows = JSON.parse(readFileSync(0)); const cols = {}
for (const k of Object.keys(rows[0])) cols[k] = typeof rows[0][k] === 'number' ? Int32Array.from(rows.map(r => r[k])) : rows.map(r => r[k])
writeFileSync(process.argv[2], tableToIPC(tableFromArrays(cols), 'file'))
