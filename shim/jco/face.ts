// The adapter's interfaces as objects of JavaScript, in jco's form: what a host program uses itself, and
// what a guest that jco made can import.
import type { Adapter } from "./adapter.js";
import { WitError } from "./error.js";
import type { Handles } from "./memory.js";
import type { Address, Codec, ControlMessage, Datagram, Message, Socket, Sockets } from "./values.js";

export function codecOf(adapter: Adapter): Codec {
  const none: Handles = { lift: handle => handle, lower: () => 0 };
  const call = adapter.functions("codec", none) as Record<string, never>;
  return {
    encodeAddress: call["encode-address"]!,
    decodeAddress: call["decode-address"]!,
    pton: call.pton!,
    ntop: call.ntop!,
    encodeControl: call["encode-control"]!,
    decodeControl: call["decode-control"]!,
  };
}

const NONE = -1;

export function socketsOf(adapter: Adapter): Sockets {
  /** Representations of sockets that nobody has any more are dropped. */
  const collected = new FinalizationRegistry<number>(representation => adapter.drop(representation));
  const call = adapter.functions("sockets", {
    lift: representation => new GuestSocket(representation),
    lower: socket => GuestSocket.representation(socket),
  });
  /** A method's function, found once. */
  const method = (name: string): ((self: Socket, ...args: unknown[]) => never) =>
    call[`[method]socket.${name}`] as never;
  const methods = {
    bind: method("bind"),
    connect: method("connect"),
    listen: method("listen"),
    accept: method("accept"),
    shutdown: method("shutdown"),
    getsockname: method("getsockname"),
    getpeername: method("getpeername"),
    recv: method("recv"),
    recvfrom: method("recvfrom"),
    recvmsg: method("recvmsg"),
    receiveMany: method("receive-many"),
    send: method("send"),
    sendto: method("sendto"),
    sendmsg: method("sendmsg"),
    sendMany: method("send-many"),
    getsockopt: method("getsockopt"),
    setsockopt: method("setsockopt"),
    ioctl: method("ioctl"),
    duplicate: method("duplicate"),
    isNonblocking: method("is-nonblocking"),
    setNonblocking: method("set-nonblocking"),
    close: method("close"),
  };

  class GuestSocket implements Socket {
    /** NONE once it was dropped. */
    #representation: number;

    constructor(representation: number) {
      this.#representation = representation;
      collected.register(this, representation, this);
    }
    static representation(socket: unknown): number {
      if (!(socket instanceof GuestSocket)) throw new TypeError("a Socket of this adapter expected");
      if (socket.#representation === NONE) throw new WitError("the socket was dropped", "ebadf");
      return socket.#representation;
    }
    static open(family: number, kind: number, protocol: number): GuestSocket {
      return call["[static]socket.open"]!(family, kind, protocol) as GuestSocket;
    }
    static pair(family: number, kind: number, protocol: number): [GuestSocket, GuestSocket] {
      return call["[static]socket.pair"]!(family, kind, protocol) as [GuestSocket, GuestSocket];
    }

    bind(address: Address): void {
      methods.bind(this, address);
    }
    connect(address: Address): void {
      methods.connect(this, address);
    }
    listen(backlog: number): void {
      methods.listen(this, backlog);
    }
    accept(): [Socket, Address] {
      return methods.accept(this);
    }
    shutdown(how: number): void {
      methods.shutdown(this, how);
    }
    getsockname(): Address {
      return methods.getsockname(this);
    }
    getpeername(): Address {
      return methods.getpeername(this);
    }
    recv(length: number, flags: number): Uint8Array {
      return methods.recv(this, length, flags);
    }
    recvfrom(length: number, flags: number): [Uint8Array, Address] {
      return methods.recvfrom(this, length, flags);
    }
    recvmsg(length: number, controlLength: number, flags: number): Message {
      return methods.recvmsg(this, length, controlLength, flags);
    }
    receiveMany(count: number, length: number, controlLength: number, flags: number): Datagram[] {
      return methods.receiveMany(this, count, length, controlLength, flags);
    }
    send(data: Uint8Array, flags: number): number {
      return methods.send(this, data, flags);
    }
    sendto(data: Uint8Array, flags: number, address: Address): number {
      return methods.sendto(this, data, flags, address);
    }
    sendmsg(
      data: Uint8Array,
      control: readonly ControlMessage[],
      rights: readonly Socket[],
      flags: number,
      address: Address,
    ): number {
      return methods.sendmsg(this, data, control, rights, flags, address);
    }
    sendMany(datagrams: readonly Datagram[], flags: number): number {
      return methods.sendMany(this, datagrams, flags);
    }
    getsockopt(level: number, name: number, length: number): Uint8Array {
      return methods.getsockopt(this, level, name, length);
    }
    setsockopt(level: number, name: number, value: Uint8Array): void {
      methods.setsockopt(this, level, name, value);
    }
    ioctl(request: number, argument: Uint8Array): Uint8Array {
      return methods.ioctl(this, request, argument);
    }
    duplicate(): Socket {
      return methods.duplicate(this);
    }
    isNonblocking(): boolean {
      return methods.isNonblocking(this);
    }
    setNonblocking(on: boolean): void {
      methods.setNonblocking(this, on);
    }
    close(): void {
      methods.close(this);
    }
    [Symbol.dispose](): void {
      const representation = this.#representation;
      if (representation === NONE) return;
      this.#representation = NONE;
      collected.unregister(this);
      adapter.drop(representation);
    }
  }

  return {
    Socket: GuestSocket,
    constants: call.constants as Sockets["constants"],
    poll: call.poll as Sockets["poll"],
  };
}
