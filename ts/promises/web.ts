// toWeb(): a stream socket as web streams: a byte stream to read, a stream to write, both closing
// it.
import { bytesOf } from "../base/check.js";
import type { Data } from "../base/types.js";
import type { PromiseEndpoint } from "./endpoint.js";
import { ReceiveInto } from "./operations.js";
import type { CallOptions } from "./call-options.js";
import { alone, Receiving } from "./receiving.js";
import { closeWritten, endWriting, StreamWrite } from "./half-close.js";

/** The two streams of a socket. */
export interface WebStreams {
  /** What comes. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What goes out. */
  readonly writable: WritableStream<Data>;
}

export function toWeb(socket: PromiseEndpoint): WebStreams {
  // A stream may be idle; the socket's timeout bounded its calls.
  socket.settimeout(null);
  const reading = new AbortController();
  const receiving = new Receiving(socket, alone);
  let open = 2;
  let source!: ReadableByteStreamController;
  let sink!: WritableStreamDefaultController & CallOptions;
  const close = () => {
    if (--open === 0) closeWritten(socket);
  };
  /** What fails on one side is the end of both. */
  function fail(error: unknown): void {
    socket.close();
    source.error(error);
    sink.error(error);
  }

  /**
   * Into the reader's own buffer, where it brings one; else a chunk that is as large as what came.
   */
  async function pull(): Promise<void> {
    const request = source.byobRequest;
    const view = request?.view as Uint8Array | undefined;
    if (request && view) {
      const n = await socket._perform(new ReceiveInto(socket, view, view.byteLength), {
        signal: reading.signal,
      });
      if (reading.signal.aborted) return;
      if (n === 0) ended();
      request.respond(n);
      return;
    }
    const chunk = await socket._perform(receiving, { signal: reading.signal });
    if (reading.signal.aborted) return;
    if (chunk !== null) source.enqueue(chunk);
    else {
      ended();
      source.byobRequest?.respond(0); // a reader with a buffer may have come meanwhile
    }
  }
  function ended(): void {
    source.close();
    close();
  }

  const readable: ReadableStream<Uint8Array> = new ReadableStream({
    type: "bytes",
    start(controller: ReadableByteStreamController) {
      source = controller;
    },
    async pull() {
      try {
        await pull();
      } catch (error) {
        if (!reading.signal.aborted) fail(error);
      }
    },
    cancel() {
      reading.abort();
      close();
    },
  });
  const writable = new WritableStream<Data>(
    {
      start(controller) {
        sink = controller;
      },
      async write(chunk) {
        const { signal } = sink;
        try {
          const sending = new StreamWrite(socket, [bytesOf("chunk", chunk)]);
          while (!(await socket._perform(sending, { signal })));
        } catch (failed) {
          // abort() has its own reason, whatever was sent
          const error = signal?.aborted ? signal.reason : failed;
          fail(error);
          throw error;
        }
      },
      close() {
        try {
          endWriting(socket);
        } finally {
          close();
        }
      },
      abort: fail,
    },
    { highWaterMark: 1 },
  );
  return { readable, writable };
}
