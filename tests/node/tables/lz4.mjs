// LZ4 for apache-arrow, which brings no codec of its own: frames without checksums of their content.
import * as arrow from 'apache-arrow';

const unpackBlock = (block, out, to) => {
  let at = 0;
  const more = (length) => {
    if (length < 15) return length;
    let byte;
    do {
      byte = block[at++];
      length += byte;
    } while (byte === 255);
    return length;
  };
  while (at < block.length) {
    const token = block[at++];
    for (let count = more(token >> 4); count > 0; count--) out[to++] = block[at++];
    if (at >= block.length) break;
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    for (let count = more(token & 15) + 4; count > 0; count--, to++) out[to] = out[to - distance];
  }
  return to;
};

const decode = (frame) => {
  // Of an empty buffer Apache.Arrow writes the length alone, and apache-arrow asks for nothing to be unpacked.
  if (frame.length === 0) return frame;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const blocks = [];
  let length = 0;
  for (let at = 7; ;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) break;
    const block = frame.subarray(at, at + (size & 0x7fffffff));
    blocks.push([size >>> 31 === 1, block]);
    length += 1 << 16;
    at += block.length;
  }
  const out = new Uint8Array(length);
  let to = 0;
  for (const [isStored, block] of blocks) {
    if (isStored) out.set(block, to);
    to = isStored ? to + block.length : unpackBlock(block, out, to);
  }
  return out.subarray(0, to);
};

arrow.compressionRegistry.set(arrow.CompressionType.LZ4_FRAME, { decode });
