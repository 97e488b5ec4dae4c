// Sends a file with the unmodified tus-js-client: node client.mjs URL TOKEN FILE DELIVERY [PARALLEL]
// Prints one JSON object a line: {"offset"} for every acknowledgement, and {"done"} or {"problem"} at the end.
import { createReadStream } from "node:fs";
import { basename } from "node:path";

import { Upload } from "tus-js-client";

const [endpoint, token, path, delivery, parallel] = process.argv.slice(2);
const tell = (told) => console.log(JSON.stringify(told));
const upload = new Upload(createReadStream(path), {
  endpoint,
  chunkSize: Number(process.env.TUS_CHUNK),
  parallelUploads: Number(parallel ?? 1),
  retryDelays: Array(300).fill(1000),
  headers: { Authorization: `Bearer ${token}` },
  metadata: { delivery, path: `DCIM/${basename(path)}` },
  onBeforeRequest: (request) => {
    const body = request.getHeader("Upload-Offset");
    if (request.getMethod() === "PATCH") tell({ sends: Number(body) });
  },
  onAfterResponse: (request, answer) => {
    const offset = answer.getHeader("Upload-Offset");
    if (offset !== undefined) tell({ method: request.getMethod(), status: answer.getStatus(), offset: Number(offset) });
  },
  onSuccess: () => tell({ done: upload.url }),
  onError: (error) => tell({ problem: String(error) }),
});
upload.start();
