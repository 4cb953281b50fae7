// struct ctl_info: XNU bsd/sys/kern_control.h (MAX_KCTL_NAME 96).
import { test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

structBytes(
  "ctl_info",
  { id: 0x01020304, name: "com.apple.net.utun_control" },
  {
    linux64: null,
    linux64be: null,
    darwin64: `04030201 ${Buffer.from("com.apple.net.utun_control").toString("hex").padEnd(192, "0")}`,
    freebsd64: null,
    windows64: null,
  },
);

test("ctl_info: a name of 95 bytes is the longest", () => {
  const { ctl_info } = codec.target("darwin64").structs;
  ctl_info.pack({ name: "n".repeat(95) });
  throws(
    () => ctl_info.pack({ name: "n".repeat(96) }),
    RangeError,
    "ctl_info: name must be at most 95 bytes, got 96",
  );
});
