// The Python page's CAN example: prints each frame that comes in, sends it back, and after it a
// frame of its own. node can.js [interface] [frames]; ends after so many, without a number never. A
// virtual interface (as root):
//   modprobe vcan can_raw && ip link add vcan0 type vcan && ip link set vcan0 up
import { AF_CAN, CAN_MTU, CAN_RAW, OSError, SOCK_RAW, Socket, structs } from "berkeley-sockets";

const [name = "vcan0", frames = "Infinity"] = process.argv.slice(2);
const { can_frame } = structs;

using s = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
s.bind([name]);
console.log(`Listening on ${JSON.stringify(s.getsockname())}`);

function send(frame: Uint8Array): void {
  try {
    s.send(frame);
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    console.log(`Error sending CAN frame: ${error.message}`);
  }
}

for (let i = 0; i < Number(frames); i++) {
  const [bytes, from] = s.recvfrom(CAN_MTU);
  const { id, data } = can_frame.unpack(bytes);
  console.log(
    `Received on ${from?.[0]}: can_id=${id.toString(16)}, can_dlc=${data.length}, data=${Buffer.from(data).toString("hex")}`,
  );
  send(bytes);
  send(can_frame.pack({ id: 0x01, data: Uint8Array.of(1, 2, 3) }));
}
