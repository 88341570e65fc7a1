// SQS and S3 on loopback and a free port; ends with the process that holds its stdin.
import { buildApp } from 'fauxqs';

// S3 lists keys in the order of their bytes, the emulator in that of a dictionary.
String.prototype.localeCompare = function (other) {
  return Buffer.compare(Buffer.from(String(this)), Buffer.from(other));
};

const built = buildApp({ logger: false });
const app = built.app ?? built;
console.log('ready', await app.listen({ port: 0, host: '127.0.0.1' }));
process.stdin.on('end', () => process.exit()).resume();
