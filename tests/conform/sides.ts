// The two sides that are compared: a connected descriptor as a net.Socket and as our stream, each
// with a peer that is a net.Socket.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AF_INET, AF_UNIX, SOCK_STREAM, Socket } from "../../ts/promises/index.js";
import { slow } from "../suite.js";

export const families = ["TCP", "AF_UNIX"] as const;
export type Family = (typeof families)[number];
export interface StreamOptions {
  allowHalfOpen?: boolean;
  highWaterMark?: number;
}

export const later = (milliseconds: number): Promise<void> =>
  new Promise(done => {
    setTimeout(done, milliseconds * slow);
  });

/** What a behaviour is run with: each side makes its own. */
export interface Side {
  readonly family: Family;
  /**
   * The stream under test, as the type whose members it should have, and its peer: half open,
   * nothing read yet.
   */
  connect(options?: StreamOptions): Promise<[stream: net.Socket, peer: net.Socket]>;
  /** Both ends of one connection as streams under test. */
  both(options?: StreamOptions): Promise<[net.Socket, net.Socket]>;
}

export interface Stage extends AsyncDisposable {
  readonly sides: { readonly net: Side; readonly ours: Side };
}

/** Both ends of a connection. */
async function descriptors(family: Family): Promise<[Socket, Socket]> {
  using listener: Socket = new Socket(family === "TCP" ? AF_INET : AF_UNIX, SOCK_STREAM);
  await listener.bind((family === "TCP" ? ["127.0.0.1", 0] : "") as never);
  listener.listen();
  const socket: Socket = new Socket(family === "TCP" ? AF_INET : AF_UNIX, SOCK_STREAM);
  const [[accepted]] = await Promise.all([
    listener.accept(),
    socket.connect(listener.getsockname() as never),
  ]);
  return [socket, accepted];
}

/** A listener of the family, and both sides' ways to it. */
export async function stage(family: Family): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "conform-"));
  const path = join(folder, "socket");
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const made = new Set<net.Socket>();
  if (family === "TCP") server.listen(0, "127.0.0.1");
  else server.listen(path);
  await once(server, "listening");
  const address: any = family === "TCP" ? ["127.0.0.1", (server.address() as net.AddressInfo).port] : path;
  let turn: Promise<unknown> = Promise.resolve();

  async function descriptor(): Promise<[Socket, net.Socket]> {
    const socket: Socket = new Socket(family === "TCP" ? AF_INET : AF_UNIX, SOCK_STREAM);
    // One at a time: the next connection is this one's.
    const connected = turn.then(async () => {
      const accepted = once(server, "connection") as Promise<[net.Socket]>;
      await socket.connect(address);
      return (await accepted)[0];
    });
    turn = connected;
    const peer = await connected;
    peer.on("error", () => {});
    return [socket, peer];
  }
  function side(make: (socket: Socket, options: StreamOptions) => unknown): Side {
    return {
      family,
      async connect(options = {}) {
        const [socket, peer] = await descriptor();
        const stream = make(socket, options) as net.Socket;
        for (const each of [stream, peer]) made.add(each);
        return [stream, peer];
      },
      async both(options = {}) {
        const [left, right] = (await descriptors(family)).map(each => make(each, options) as net.Socket) as [
          net.Socket,
          net.Socket,
        ];
        for (const each of [left, right]) made.add(each.on("error", () => {}));
        return [left, right];
      },
    };
  }
  return {
    sides: {
      net: side(
        (socket, options) => new net.Socket({ ...options, fd: socket.detach() } as net.SocketConstructorOpts),
      ),
      ours: side((socket, options) => socket.toDuplex(options)),
    },
    async [Symbol.asyncDispose]() {
      for (const each of made) if (!each.destroyed) each.on("error", () => {}).destroy();
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true });
      await later(1);
    },
  };
}

/** What a stream tells, in order. */
export class Recording {
  readonly lines: string[] = [];
  readonly #stream: net.Socket;

  constructor(
    stream: net.Socket,
    names: readonly string[] = ["end", "finish", "error", "close", "timeout", "drain"],
  ) {
    this.#stream = stream;
    for (const name of names) stream.on(name, (...args: unknown[]) => this.note(name, ...args.map(told)));
  }
  note(...words: unknown[]): void {
    this.lines.push(words.join(" "));
  }

  /** A callback that notes its error. */
  callback(name: string): (error?: Error | null) => void {
    return error => this.note(name, told(error));
  }

  /** All, once the stream is closed, or after so long. */
  async closed(most = 300): Promise<string[]> {
    const end = performance.now() + most * slow;
    while (!this.lines.some(line => line.startsWith("close")) && performance.now() < end) await later(1);
    await later(2);
    return [...this.lines, `destroyed ${this.#stream.destroyed}`];
  }
}

/** An argument as both sides should tell it. */
export function told(value: unknown): string {
  if (value instanceof Error) {
    const { code, syscall } = value as NodeJS.ErrnoException;
    return `${code}${syscall ? ` of ${syscall}` : ""}: ${value.message}`;
  }
  return Buffer.isBuffer(value) ? `${value.length} bytes` : String(value);
}

/** What a call throws, or "nothing". */
export function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return `${(error as Error).constructor.name} ${(error as NodeJS.ErrnoException).code}`;
  }
  return "nothing";
}
