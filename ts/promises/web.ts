// toWeb(): a stream socket as web streams: a byte stream to read, a stream to write, both closing it.
import type { ReadableByteStreamController, ReadableStream, UnderlyingByteSource, WritableStream } from "node:stream/web";
import { builtin } from "../../shim/builtin.js";
import { bytesOf } from "../check.js";
import * as io from "../io.js";
import type { Data } from "../types.js";
import type { PromiseEndpoint } from "./endpoint.js";

const CHUNK = 65536;

export interface WebStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Data>;
}

export function toWeb(socket: PromiseEndpoint): WebStreams {
  const { SHUT_WR } = socket._core.constants, web = builtin("node:stream/web");
  let open = 2;
  const close = () => { if (--open === 0) socket.close(); };
  const source: UnderlyingByteSource = {
    type: "bytes",
    autoAllocateChunkSize: CHUNK,
    async pull(controller: ReadableByteStreamController) {
      const request = controller.byobRequest!, view = request.view as Uint8Array;
      const n = await socket._perform(io.recvInto(socket, view, view.byteLength, 0));
      if (n === 0) { controller.close(); close(); }
      request.respond(n);
    },
    cancel() { close(); },
  };
  const readable: ReadableStream<Uint8Array> = new web.ReadableStream(source);
  const writable = new web.WritableStream<Data>({
    async write(chunk) { await socket._perform(io.sendall(socket, bytesOf("chunk", chunk), 0)); },
    close() { socket.shutdown(SHUT_WR); close(); },
    abort() { socket.close(); },
  }, { highWaterMark: 1 });
  return { readable, writable };
}
