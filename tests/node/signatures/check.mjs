// Signs requests once more, with the signer of AWS's SDK for JavaScript, and compares the signatures.
// node check.mjs CAPTURED.json prints "same" or "different" for each request, a line each.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

// 20260131T235959Z
const dateOf = (text) => new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));

// What the signer makes itself, from session and body.
const made = ['x-amz-security-token', 'x-amz-content-sha256'];

async function compare({ method, path, headers, body, credentials }) {
  const authorization = headers.authorization;
  const [, scope, names] = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=[0-9a-f]{64}$/.exec(authorization);
  const [key, , region, service] = scope.split('/');
  if (key !== credentials.accessKeyId) throw new Error(`signed by ${key}`);
  const signed = names.split(';');
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const request = {
    method,
    protocol: 'http:',
    hostname: headers.host,
    path,
    query: {},
    headers: Object.fromEntries(signed.filter((name) => !made.includes(name)).map((name) => [name, headers[name]])),
    body: Buffer.from(body, 'base64'),
  };
  const result = await signer.sign(request, { signingDate: dateOf(headers['x-amz-date']), signableHeaders: new Set(signed) });
  const again = result.headers.authorization;
  return again.replaceAll(' ', '') === authorization.replaceAll(' ', '') ? 'same' : 'different';
}

for (const captured of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  console.log(await compare(captured));
}
