/* A real S3-compatible store on this machine, which checks signatures, with one bucket. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";

const S3rver = createRequire(import.meta.url)("@20minutes/s3rver");

const run = promisify(execFile);

/* The keys that it knows. */
export const keys = { key: "S3RVER", secret: "S3RVER" };

/* { origin, host, put(path, type, bytes), stop() } */
export async function store(bucket) {
  const directory = mkdtempSync(join(tmpdir(), "vestibule-store-"));
  const server = new S3rver({ address: "127.0.0.1", port: 0, directory, silent: true, allowMismatchedSignatures: false,
    configureBuckets: [{ name: bucket }] });
  const { port } = await server.run();
  const host = `127.0.0.1:${port}`, origin = `http://${host}`;
  return {
    host, origin,
    async put(path, type, bytes) {
      const file = join(directory, "upload");
      writeFileSync(file, bytes);
      await run("curl", ["--silent", "--show-error", "--fail", "--request", "PUT", "--aws-sigv4", "aws:amz:us-east-1:s3",
        "--user", `${keys.key}:${keys.secret}`, "--header", `Content-Type: ${type}`, "--header",
        "x-amz-content-sha256: UNSIGNED-PAYLOAD", "--data-binary", `@${file}`, `${origin}/${bucket}/${path}`]);
    },
    async stop() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

/* As PNG has it. */
function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

/* A picture of so many pixels, in one colour. */
export function picture(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8; // bits; grey
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(height * (width + 1), 0))), chunk("IEND", Buffer.alloc(0))]);
}
