// Requests to the kernel by netlink(7) on a promise socket: the steps of netlink/conversation.ts.
// One of those who wait receives, for all; each has its own signal.
import { OSError } from "../base/error.js";
import type { NetlinkAddress } from "../base/types.js";
import type { Core } from "../context.js";
import type { NetlinkCodec } from "../netlink.js";
import {
  Asked,
  collect,
  family,
  familyQuestion,
  interrupted,
  NLM_F_DUMP,
  question,
  type Conversation,
  type NetlinkRequest,
  type NetlinkRequestOptions,
  type Question,
  type Received,
  type Receiving,
  type Step,
  type Steps,
} from "../netlink/conversation.js";
import type { GenericFamily } from "../netlink/ctrl.js";
import type { NetlinkMessage } from "../netlink/message.js";
import { Conversations } from "../socket/netlink-request.js";
import { forgetAbort, onAbort } from "./abort.js";
import { readOptions, type CallOptions } from "./call-options.js";
import { ready } from "./poll.js";
import type { Socket, SocketClass } from "./socket.js";

/** What a request of the promise class takes beside `signal`. */
export type NetlinkCallOptions = NetlinkRequestOptions & CallOptions;

/** Messages and attributes, and requests on a promise socket. */
export interface PromiseNetlink extends NetlinkCodec {
  /**
   * `sendto(2)`, then `recvfrom(2)` until the answer is whole: asks the kernel by an AF_NETLINK
   * socket and resolves to its answers, without the acknowledgement or the NLMSG_DONE at the end. A
   * dump (NLM_F_DUMP) that changes interrupted is made anew, up to 10 times. Several requests of one
   * socket may be under way, and it may have joined groups: answers go to whoever asked. Its timeout
   * bounds each wait for an answer. The socket gets NETLINK_EXT_ACK, for the kernel's words in errors.
   * @throws the kernel's error, such as ENODEV, EPERM, EEXIST, with its words; EINTR for a dump that
   * never was consistent; ENOBUFS where messages were lost; EBADMSG for an answer that is cut off;
   * TimeoutError, EBADF.
   */
  request(
    socket: Socket<NetlinkAddress>,
    request: NetlinkRequest,
    options?: NetlinkCallOptions,
  ): Promise<NetlinkMessage[]>;
  /**
   * The same with NLM_F_DUMP, one answer after another as they come, for tables that are long. It
   * does not begin anew: at the end it throws EINTR if changes interrupted it. Whoever leaves it
   * early may go on with the socket: the kernel's next dump waits for the end of this one.
   */
  dump(
    socket: Socket<NetlinkAddress>,
    request: NetlinkRequest,
    options?: NetlinkCallOptions,
  ): AsyncGenerator<NetlinkMessage, void, undefined>;
  /**
   * CTRL_CMD_GETFAMILY: a family of generic netlink by its name, on a socket of NETLINK_GENERIC.
   * @throws ENOENT (no such family), as request().
   */
  getFamily(
    socket: Socket<NetlinkAddress>,
    name: string,
    options?: NetlinkCallOptions,
  ): Promise<GenericFamily>;
}

/** The calls of one module. */
export function bindRequests(core: Core, netlink: NetlinkCodec, kind: SocketClass): PromiseNetlink {
  const { host, errors } = core;
  const { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, POLLIN } = core.constants;
  const conversations = new Conversations(core, netlink, kind);

  /** Resolves when `what` does; rejects when the signal is aborted or the time is over. */
  function until(
    what: Promise<void>,
    seconds: number | null,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const end = () => {
        if (timer !== undefined) host.clearTimer(timer);
        if (signal !== undefined) forgetAbort(signal, failed);
      };
      const failed = (error: unknown) => {
        reject(error as Error);
        end();
      };
      const late = () => failed(errors.timeout("recvfrom"));
      const timer = seconds === null ? undefined : host.setTimer(late, Math.ceil(seconds * 1000));
      // Whoever is waited for holds the loop, if the socket does.
      timer?.unref();
      if (signal !== undefined) onAbort(signal, failed);
      void what.then(() => {
        resolve();
        end();
      });
    });
  }

  /** Seconds that a wait may still last. Of a non-blocking socket no call waits, nor those before it. */
  function rest(socket: Socket, since: number): number | null {
    const timeout = socket.gettimeout();
    return timeout === null || timeout === 0 ? null : Math.max(0, timeout - (host.now() - since) / 1000);
  }

  /** Waits for a datagram. */
  async function arrival(socket: Socket, since: number, given: CallOptions): Promise<void> {
    if (socket._pollNow(POLLIN) !== 0) return;
    const seconds = rest(socket, since);
    if (seconds === 0) throw errors.timeout("recvfrom");
    await ready(socket, POLLIN, given, seconds, "recvfrom");
  }

  /** Takes the next datagram, however long it is; `busy` after somebody else's receive. */
  async function receive(
    socket: Socket,
    conversation: Conversation,
    { waits, since }: Step & { do: "receive" },
    given: CallOptions,
  ): Promise<Received> {
    const mayWait = waits && socket.gettimeout() !== 0;
    const other = conversation.receiving;
    if (other !== undefined) {
      if (!mayWait && !other.takes && socket._pollNow(POLLIN) === 0) throw errors.named("EAGAIN", "recvfrom");
      await until(other.over, rest(socket, since), given.signal);
      return "busy";
    }
    let over = () => {};
    const receiving: Receiving = {
      over: new Promise(resolve => {
        over = resolve;
      }),
      takes: false,
    };
    conversation.receiving = receiving;
    const flags = mayWait ? 0 : MSG_DONTWAIT;
    try {
      if (mayWait) await arrival(socket, since, given);
      const length = await socket.recvInto(new Uint8Array(1), 1, MSG_PEEK | MSG_TRUNC | flags, given);
      receiving.takes = true;
      const buffer = conversation.room(length);
      const [n, address] = await socket.recvfromInto(buffer, buffer.length, flags, given);
      conversation.take(buffer.slice(0, n), address);
      return "taken";
    } catch (error) {
      conversation.lose(error);
      throw error;
    } finally {
      conversation.receiving = undefined;
      over();
    }
  }

  async function perform(
    socket: Socket,
    conversation: Conversation,
    step: Step,
    given: CallOptions,
  ): Promise<Received | undefined> {
    if (step.do === "turn") {
      await until(step.come, rest(socket, step.since), given.signal);
      return undefined;
    }
    if (step.do === "send") {
      await socket.sendto(step.bytes, step.address, given);
      return undefined;
    }
    try {
      return await receive(socket, conversation, step, given);
    } catch (error) {
      if (!step.waits && error instanceof OSError && error.code === "EAGAIN") return "empty";
      throw error;
    }
  }

  async function run<T>(
    socket: Socket,
    conversation: Conversation,
    steps: Steps<T>,
    given: CallOptions,
  ): Promise<T> {
    let step = steps.next();
    while (!step.done) {
      let result: Received | undefined;
      try {
        result = await perform(socket, conversation, step.value, given);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(result);
    }
    return step.value;
  }

  async function* answers(
    socket: Socket,
    conversation: Conversation,
    asking: Question,
    given: CallOptions,
  ): AsyncGenerator<NetlinkMessage, void, undefined> {
    const asked = new Asked(conversation, asking);
    try {
      await run(socket, conversation, asked.begin(), given);
      for (;;) {
        const answer = await run(socket, conversation, asked.next(), given);
        if (answer === undefined) break;
        yield answer;
      }
      if (asked.interrupted) throw interrupted(core, 1);
    } finally {
      asked.end();
    }
  }

  function read(options: unknown): [asked: NetlinkRequestOptions, given: CallOptions] {
    const { signal, ...asked } = readOptions<NetlinkCallOptions>(options, ["peer", "onOther"]);
    return [asked, signal === undefined ? {} : { signal }];
  }

  return {
    ...netlink,
    async request(socket, request, options) {
      const [asked, given] = read(options);
      const asking = question(request, asked);
      const conversation = conversations.of(socket);
      return run(socket, conversation, collect(conversation, asking), given);
    },
    dump(socket, request, options) {
      const [asked, given] = read(options);
      const asking = question(request, asked, NLM_F_DUMP);
      return answers(socket, conversations.of(socket), asking, given);
    },
    async getFamily(socket, name, options) {
      const [asked, given] = read(options);
      const asking = familyQuestion(core, netlink, name, asked);
      const conversation = conversations.of(socket);
      return run(socket, conversation, family(conversation, asking), given);
    },
  };
}
