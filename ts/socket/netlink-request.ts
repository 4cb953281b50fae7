// Requests to the kernel by netlink(7) on a blocking socket: the steps of netlink/conversation.ts,
// each done at once.
import { show } from "../base/check.js";
import { OSError } from "../base/error.js";
import type { NetlinkAddress } from "../base/types.js";
import type { Core } from "../context.js";
import type { NetlinkCodec } from "../netlink.js";
import {
  Asked,
  collect,
  Conversation,
  family,
  familyQuestion,
  interrupted,
  NLM_F_DUMP,
  question,
  type NetlinkRequest,
  type NetlinkRequestOptions,
  type NetlinkSocket,
  type Question,
  type Received,
  type Step,
  type Steps,
} from "../netlink/conversation.js";
import type { GenericFamily } from "../netlink/ctrl.js";
import type { NetlinkMessage } from "../netlink/message.js";
import type { Socket } from "./socket.js";

/** Messages and attributes, and requests on a blocking socket. */
export interface Netlink extends NetlinkCodec {
  /**
   * `sendto(2)`, then `recvfrom(2)` until the answer is whole: asks the kernel by an AF_NETLINK
   * socket and gives its answers, without the acknowledgement or the NLMSG_DONE at the end. A dump
   * (NLM_F_DUMP) that changes interrupted is made anew, up to 10 times. The socket may have joined
   * groups, and may be in the midst of `dump()`: answers go to whoever asked. Its timeout bounds
   * each wait. The socket gets NETLINK_EXT_ACK, for the kernel's words in errors.
   * @throws the kernel's error, such as ENODEV, EPERM, EEXIST, with its words; EINTR for a dump that
   * never was consistent; ENOBUFS where messages were lost; EBADMSG for an answer that is cut off;
   * TimeoutError, EAGAIN (non-blocking), EBADF.
   */
  request(
    socket: Socket<NetlinkAddress>,
    request: NetlinkRequest,
    options?: NetlinkRequestOptions,
  ): NetlinkMessage[];
  /**
   * The same with NLM_F_DUMP, one answer after another as they come, for tables that are long. It
   * does not begin anew: at the end it throws EINTR if changes interrupted it. Whoever leaves it
   * early may go on with the socket: the kernel's next dump waits for the end of this one.
   */
  dump(
    socket: Socket<NetlinkAddress>,
    request: NetlinkRequest,
    options?: NetlinkRequestOptions,
  ): Generator<NetlinkMessage, void, undefined>;
  /**
   * CTRL_CMD_GETFAMILY: a family of generic netlink by its name, on a socket of NETLINK_GENERIC.
   * @throws ENOENT (no such family), as request().
   */
  getFamily(socket: Socket<NetlinkAddress>, name: string, options?: NetlinkRequestOptions): GenericFamily;
}

/** The conversations of the sockets of one class. */
export class Conversations {
  readonly #core: Core;
  readonly #netlink: NetlinkCodec;
  readonly #kind: abstract new (
    ...args: never[]
  ) => object;
  readonly #kept = new WeakMap<object, Conversation>();

  constructor(core: Core, netlink: NetlinkCodec, kind: abstract new (...args: never[]) => object) {
    this.#core = core;
    this.#netlink = netlink;
    this.#kind = kind;
  }

  /**
   * That of a socket.
   * @throws TypeError for what is no AF_NETLINK socket of this class.
   */
  of(socket: NetlinkSocket): Conversation {
    const given: unknown = socket;
    if (!(given instanceof this.#kind) || socket.family !== this.#core.constants.AF_NETLINK)
      throw new TypeError(
        `socket must be an AF_NETLINK Socket of this module, got ${given instanceof this.#kind ? `one of family ${socket.family}` : show(given)}`,
      );
    let conversation = this.#kept.get(socket);
    if (conversation === undefined) {
      conversation = new Conversation(this.#core, this.#netlink, socket);
      this.#kept.set(socket, conversation);
    }
    return conversation;
  }
}

const KEYS: readonly string[] = ["peer", "onOther"];

function checked(options: unknown = {}): NetlinkRequestOptions {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`options must be a plain object such as { onOther }, got ${show(options)}`);
  for (const key of Object.keys(options))
    if (!KEYS.includes(key)) throw new TypeError(`options has no ${show(key)}: it takes ${KEYS.join(", ")}`);
  return options;
}

/** The calls of one module. */
export function bindRequests(core: Core, netlink: NetlinkCodec): Netlink {
  const { MSG_PEEK, MSG_TRUNC } = core.constants;
  const conversations = new Conversations(core, netlink, core.Socket);

  /** The next datagram, however long it is. */
  function receive(socket: Socket, conversation: Conversation): [data: Uint8Array, address: unknown] {
    try {
      const length = socket.recvInto(new Uint8Array(1), 1, MSG_PEEK | MSG_TRUNC);
      const buffer = conversation.room(length);
      const [n, address] = socket.recvfromInto(buffer, buffer.length);
      return [buffer.subarray(0, n), address];
    } catch (error) {
      conversation.lose(error);
      throw error;
    }
  }

  /** That which is there. */
  function receiveNow(
    socket: Socket,
    conversation: Conversation,
  ): [data: Uint8Array, address: unknown] | undefined {
    // With a timeout a call waits in spite of MSG_DONTWAIT, as CPython's do.
    const timeout = socket.gettimeout();
    socket.settimeout(0);
    try {
      return receive(socket, conversation);
    } catch (error) {
      if (error instanceof OSError && error.code === "EAGAIN") return undefined;
      throw error;
    } finally {
      socket.settimeout(timeout);
    }
  }

  function perform(socket: Socket, conversation: Conversation, step: Step): Received | undefined {
    // Only who asks from within an onOther has others before it, and those wait for it.
    if (step.do === "turn") return undefined;
    if (step.do === "send") {
      socket.sendto(step.bytes, step.address);
      return undefined;
    }
    const received = step.waits ? receive(socket, conversation) : receiveNow(socket, conversation);
    if (received === undefined) return "empty";
    conversation.take(...received);
    return "taken";
  }

  function run<T>(socket: Socket, conversation: Conversation, steps: Steps<T>): T {
    let step = steps.next();
    while (!step.done) {
      let result: Received | undefined;
      try {
        result = perform(socket, conversation, step.value);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(result);
    }
    return step.value;
  }

  function* answers(
    socket: Socket,
    conversation: Conversation,
    asking: Question,
  ): Generator<NetlinkMessage, void, undefined> {
    const asked = new Asked(conversation, asking);
    try {
      run(socket, conversation, asked.begin());
      for (;;) {
        const answer = run(socket, conversation, asked.next());
        if (answer === undefined) break;
        yield answer;
      }
      if (asked.interrupted) throw interrupted(core, 1);
    } finally {
      asked.end();
    }
  }

  return {
    ...netlink,
    request(socket, request, options) {
      const asking = question(request, checked(options));
      const conversation = conversations.of(socket);
      return run(socket, conversation, collect(conversation, asking));
    },
    dump(socket, request, options) {
      const asking = question(request, checked(options), NLM_F_DUMP);
      return answers(socket, conversations.of(socket), asking);
    },
    getFamily(socket, name, options) {
      const asking = familyQuestion(core, netlink, name, checked(options));
      const conversation = conversations.of(socket);
      return run(socket, conversation, family(conversation, asking));
    },
  };
}
