// toWeb(): a stream socket as web streams: a byte stream to read, a stream to write, both closing it.
import type {
  ReadableByteStreamController, ReadableStream, UnderlyingByteSource, WritableStream, WritableStreamDefaultController,
} from "node:stream/web";
import { builtin } from "../../shim/builtin.js";
import { bytesOf } from "../check.js";
import * as io from "../io.js";
import type { Data } from "../types.js";
import type { PromiseEndpoint } from "./endpoint.js";
import type { CallOptions } from "./options.js";
import { closeWritten, endWriting, sendPieces } from "./writing.js";

const CHUNK = 65536;

export interface WebStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Data>;
}

export function toWeb(socket: PromiseEndpoint): WebStreams {
  const reading = new AbortController(), web = builtin("node:stream/web");
  let open = 2, source!: ReadableByteStreamController, sink!: WritableStreamDefaultController & CallOptions;
  const close = () => { if (--open === 0) closeWritten(socket); };
  /** What fails on one side is the end of both. */
  function fail(error: unknown): void {
    socket.close();
    source.error(error);
    sink.error(error);
  }
  const bytes: UnderlyingByteSource = {
    type: "bytes",
    autoAllocateChunkSize: CHUNK,
    start(controller: ReadableByteStreamController) { source = controller; },
    async pull() {
      const request = source.byobRequest!, view = request.view as Uint8Array;
      let n: number;
      try { n = await socket._perform(io.recvInto(socket, view, view.byteLength, 0), { signal: reading.signal }); } catch (error) {
        if (!reading.signal.aborted) fail(error);
        return;
      }
      if (n === 0) { source.close(); close(); }
      request.respond(n);
    },
    cancel() {
      reading.abort();
      close();
    },
  };
  const readable: ReadableStream<Uint8Array> = new web.ReadableStream(bytes);
  const writable = new web.WritableStream<Data>({
    start(controller) { sink = controller; },
    async write(chunk) {
      try { await socket._perform(sendPieces(socket, bytesOf("chunk", chunk)), { signal: sink.signal }); } catch (failed) {
        // An abort that found a part sent says so with an error of its own; a stream's error is the reason.
        const error: unknown = sink.signal?.aborted ? sink.signal.reason : failed;
        fail(error);
        throw error;
      }
    },
    close() { try { endWriting(socket); } finally { close(); } },
    abort: fail,
  }, { highWaterMark: 1 });
  return { readable, writable };
}
