// The Firebase storage emulator's Google Cloud Storage API on loopback and a free port; ends with whoever holds its stdin.
const net = require('node:net');
const { StorageEmulator } = require('firebase-tools/lib/emulator/storage/index.js');
const { EmulatorRegistry } = require('firebase-tools/lib/emulator/registry.js');

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function main() {
  const port = await freePort();
  const emulator = new StorageEmulator({ projectId: 'demo', host: '127.0.0.1', port, rules: {}, auto_download: false });
  // Rules need a Java program, and Google's API does not ask them.
  emulator._rulesRuntime.start = async () => {};
  emulator._rulesManager.start = async () => {};
  await EmulatorRegistry.start(emulator);
  console.log('ready', `http://127.0.0.1:${port}`);
  process.stdin.on('end', () => process.exit()).resume();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
