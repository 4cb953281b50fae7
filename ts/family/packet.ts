// AF_PACKET: [interface, proto, pkttype, hatype, addr] (packet(7)). proto is in host order here, in
// network order on the wire.
import { show, uint } from "../base/check.js";
import { interfaceName, interfaceOf, wrongShape, type AddressFamily } from "../codec/address.js";
import type { PacketAddress } from "../base/types.js";
import { isBytes, lengthOf } from "../base/views.js";

const MAX_ADDR = 8;

export const packet: AddressFamily<PacketAddress> = {
  shape: "[interface: string, proto: number, pkttype?: number, hatype?: number, addr?: Uint8Array]",
  layout: ["sockaddr_ll", "family", "protocol", "ifindex", "hatype", "pkttype", "halen", "addr"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length < 2 || address.length > 5)
      throw wrongShape(call, packet, address);
    const { wire } = context;
    const [iface, protocol, packetType = 0, hardwareType = 0, octets] = address as readonly unknown[];
    const proto = uint(call, "proto", protocol, 0xffff);
    const pkttype = uint(call, "pkttype", packetType, 0xff);
    const hatype = uint(call, "hatype", hardwareType, 0xffff);
    const addr = octets ?? new Uint8Array(0);
    if (!isBytes(addr)) throw new TypeError(`${call}: addr must be a Uint8Array, got ${show(addr)}`);
    const size = lengthOf(addr);
    if (size > MAX_ADDR) throw new RangeError(`${call}: addr must be 0..${MAX_ADDR} bytes, got ${size}`);
    const length = wire.calls.packet_encode(
      wire.target,
      interfaceOf(context, iface, call),
      proto,
      pkttype,
      hatype,
      size,
    );
    if (length < 0) throw new RangeError(`${wire.name} has no AF_PACKET`);
    wire.bytes.set(addr, wire.packetAddr);
    return length;
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.packet_decode(wire.target, length);
    if (status < 0) return status;
    const proto = wire.word(1);
    const pkttype = wire.word(2);
    const hatype = wire.word(3);
    const addr = wire.take(wire.packetAddr, wire.word(4));
    return [interfaceName(context, wire.signedWord(0)), proto, pkttype, hatype, addr];
  },
};
