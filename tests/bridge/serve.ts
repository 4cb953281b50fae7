// Makes the calls that bridge.py asks for, one at a time, each on a descriptor that comes with it.
// Standard input is the connection.
import * as sockets from "../../ts/index.js";

const { Socket, AF_UNIX, SOCK_STREAM, SOL_SOCKET, SCM_RIGHTS, MSG_WAITALL } = sockets;
const channel = new Socket(AF_UNIX, SOCK_STREAM, 0, 0);

interface Request {
  call: string;
  socket: null | { family: number; type: number; proto: number; timeout: number | null };
  args: unknown[];
}

/**
 * JSON has neither bytes nor large numbers; descriptors are named by their place in the message.
 */
function decode(fds: number[]) {
  return (_: string, value: any): unknown => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    if ("$bytes" in value) return Buffer.from(value.$bytes, "latin1");
    if ("$int" in value) return BigInt(value.$int);
    if ("$fds" in value) {
      const numbers = new Int32Array(value.$fds.map((i: number) => fds[i]!));
      return Buffer.concat([new Uint8Array(numbers.buffer), Buffer.from(value.tail, "latin1")]);
    }
    return value;
  };
}

function encode(value: unknown): unknown {
  if (value && typeof value === "object" && "$fds" in value) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("latin1") };
  if (typeof value === "bigint") return { $int: String(value) };
  if (Array.isArray(value)) return value.map(encode);
  return value ?? null;
}

/** What needs more than the method of that name; `given` takes descriptors that go back. */
function perform(s: any, call: string, args: any[], given: number[]): unknown {
  const take = (socket: any) => given.push(socket.detach()) - 1;
  switch (call) {
    case "socket":
      return take(new Socket(...args));
    case "socketpair":
      return sockets.socketpair(...(args as [])).map(take);
    case "accept": {
      const [socket, address] = s.accept();
      return [take(socket), address];
    }
    case "recvInto":
    case "recvfromInto": {
      const buffer = new Uint8Array(args[0]);
      const result = s[call](buffer, args[1], args[2]);
      const n = Array.isArray(result) ? result[0] : result;
      return [n, buffer.subarray(0, n), Array.isArray(result) ? result[1] : null];
    }
    case "recvmsg":
    case "recvmsgInto": {
      const into = call === "recvmsgInto";
      const buffers = into ? args[0].map((n: number) => new Uint8Array(n)) : undefined;
      const [data, control, flags, address] = s[call](into ? buffers : args[0], args[1], args[2]);
      const items = control.map(([level, type, bytes]: [number, number, Buffer]) =>
        level === SOL_SOCKET && type === SCM_RIGHTS
          ? [
              level,
              type,
              {
                $fds: Array.from(
                  { length: bytes.length >> 2 },
                  (_, i) => given.push(bytes.readInt32LE(4 * i)) - 1,
                ),
                tail: bytes.toString("latin1", bytes.length & ~3),
              },
            ]
          : [level, type, encode(bytes)],
      );
      return [data, items, flags, address, buffers];
    }
    default:
      return s ? s[call](...args) : (sockets as any)[call](...args);
  }
}

for (;;) {
  const [head, fds] = sockets.recvFds(channel, 4, 250, MSG_WAITALL);
  if (head.length === 0) break;
  const text = channel.recv(head.readUInt32LE(), MSG_WAITALL);
  const given: number[] = [];
  let s: any = null;
  let answer: object;
  try {
    const { call, socket, args } = JSON.parse(String(text), decode(fds)) as Request;
    if (socket) {
      s = new Socket(socket.family, socket.type, socket.proto, fds[0]);
      s.settimeout(socket.timeout);
    }
    answer = { result: encode(perform(s, call, args, given)) };
  } catch (e) {
    const { name, message, errno, code } = e as Error & { errno?: number; code?: string };
    answer = { error: { name, message, errno, code } };
  }
  if (s && s.fileno() >= 0) s.detach(); // closed below, once
  for (const fd of fds) sockets.close(fd);
  const body = Buffer.from(JSON.stringify(answer));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  if (given.length) sockets.sendFds(channel, [length], given);
  else channel.sendall(length);
  channel.sendall(body);
  for (const fd of given) sockets.close(fd);
}
channel.close();
