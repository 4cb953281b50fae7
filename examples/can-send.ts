// Sends a CAN frame to the interface on which can.ts listens, and prints the two that come back:
// node can-send.js [interface]
import { AF_CAN, CAN_MTU, CAN_RAW, SOCK_RAW, Socket, structs } from "berkeley-sockets";

const [name = "vcan0"] = process.argv.slice(2);
const { can_frame } = structs;

using s = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
s.settimeout(10);
s.bind([name]);
s.send(can_frame.pack({ id: 0x18da10f1, eff: true, data: Buffer.from("Hello") }));
for (let i = 0; i < 2; i++) {
  const { id, data } = can_frame.unpack(s.recv(CAN_MTU));
  console.log(`Received can_id=${id.toString(16)}, ${JSON.stringify(Buffer.from(data).toString("latin1"))}`);
}
