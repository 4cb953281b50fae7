// The Python page's recvmsg_into: one message scattered over three buffers.
import { socketpair } from "berkeley-sockets";

const [s1, s2] = socketpair();
using _1 = s1;
using _2 = s2;
const b1 = Buffer.from("----");
const b2 = Buffer.from("0123456789");
const b3 = Buffer.from("--------------");
console.log("Sent", s1.send("Mary had a little lamb"), "bytes");
const [nbytes, ancdata, flags] = s2.recvmsgInto([b1, b2.subarray(2, 9), b3]);
console.log("Received", nbytes, "bytes,", ancdata.length, "control messages, flags", flags);
console.log([b1, b2, b3].map(String));
