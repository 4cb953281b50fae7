// AF_XDP: [interface, queueId, flags, sharedUmemFd] (linux/if_xdp.h). Python has no such family;
// flags are XDP_COPY and the like, and with XDP_SHARED_UMEM the descriptor is that of the socket
// whose memory is shared.
import { MAX_INT, uint } from "../base/check.js";
import { interfaceName, interfaceOf, wrongShape, type AddressFamily } from "../codec/address.js";
import type { XdpAddress } from "../base/types.js";

export const xdp: AddressFamily<XdpAddress> = {
  shape: "[interface: string, queueId: number, flags?: number, sharedUmemFd?: number]",
  layout: ["sockaddr_xdp", "family", "flags", "ifindex", "queueId", "sharedUmemFd"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length < 2 || address.length > 4)
      throw wrongShape(call, xdp, address);
    const { wire } = context;
    const [iface, queueId, bits = 0, fd = 0] = address as readonly unknown[];
    const queue = uint(call, "queueId", queueId, 0xffffffff);
    const flags = uint(call, "flags", bits, 0xffff);
    const shared = uint(call, "sharedUmemFd", fd, MAX_INT);
    const length = wire.calls.xdp_encode(
      wire.target,
      interfaceOf(context, iface, call),
      queue,
      flags,
      shared,
    );
    if (length < 0) throw new RangeError(`${wire.name} has no AF_XDP`);
    return length;
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.xdp_decode(wire.target, length);
    if (status < 0) return status;
    const queue = wire.word(1);
    const flags = wire.word(2);
    const shared = wire.word(3);
    return [interfaceName(context, wire.word(0)), queue, flags, shared];
  },
};
