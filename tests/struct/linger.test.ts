// struct linger: bits/socket.h; winsock2.h (u_short).
import { AF_INET, SOCK_STREAM, SOL_SOCKET, SO_LINGER, Socket, structs } from "../../ts/index.js";
import { equal, test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

structBytes(
  "linger",
  { onoff: 1, linger: 258 },
  {
    linux64: "01000000 02010000",
    linux64be: "00000001 00000102",
    darwin64: "01000000 02010000",
    freebsd64: "01000000 02010000",
    windows64: "0100 0201",
  },
);

test("linger: set and read on a socket", () => {
  using s = new Socket(AF_INET, SOCK_STREAM);
  s.setsockopt(SOL_SOCKET, SO_LINGER, structs.linger.pack({ onoff: 1, linger: 5 }));
  equal(structs.linger.unpack(s.getsockopt(SOL_SOCKET, SO_LINGER, structs.linger.size)), {
    onoff: 1,
    linger: 5,
  });
});

test("linger: values out of range, of another kind, missing, too many", () => {
  const { linger } = codec.target("windows64").structs;
  throws(
    () => linger.pack({ onoff: 1, linger: 65536 }),
    RangeError,
    "linger: linger must be an integer 0..65535, got 65536",
  );
  throws(
    () => linger.pack({ onoff: -1, linger: 0 }),
    RangeError,
    "linger: onoff must be an integer 0..65535, got -1",
  );
  throws(
    () => linger.pack({ onoff: "1" as never, linger: 0 }),
    TypeError,
    'linger: onoff must be a number, got "1"',
  );
  throws(() => linger.pack({ onoff: 1 } as never), TypeError, "linger: linger is missing");
  throws(
    () => linger.pack({ onoff: 1, linger: 1, seconds: 1 } as never),
    TypeError,
    "windows64 has no linger.seconds",
  );
  throws(() => linger.pack(5 as never), TypeError, "linger must be an object, got 5");
  throws(() => linger.unpack("abcd" as never), TypeError, 'linger must be a Uint8Array, got "abcd"');
  throws(
    () => linger.unpack(new Uint8Array(8)),
    RangeError,
    "linger is 4 bytes on windows64, got 8: too many",
  );
  throws(
    () => codec.target("linux64").structs.linger.pack({ onoff: 2 ** 31, linger: 0 }),
    RangeError,
    "linger: onoff must be an integer -2147483648..2147483647, got 2147483648",
  );
});

test("linger: a getter that packs another struct harms nothing", () => {
  const { linger } = codec.target("linux64").structs;
  const value = {
    get onoff() {
      linger.pack({ onoff: 9, linger: 9 });
      return 1;
    },
    linger: 2,
  };
  equal(linger.unpack(linger.pack(value)), { onoff: 1, linger: 2 });
});
