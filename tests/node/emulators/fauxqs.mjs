// SQS and S3 on loopback and a free port; ends with whoever holds its stdin.
import { buildApp } from 'fauxqs';

const built = buildApp({ logger: false });
const app = built.app ?? built;
console.log('ready', await app.listen({ port: 0, host: '127.0.0.1' }));
process.stdin.on('end', () => process.exit()).resume();
