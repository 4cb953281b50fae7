// Options of CAN_ISOTP: linux/can/isotp.h.
import { equal, test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes(
  "can_isotp_options",
  {
    flags: 0x102,
    frameTxtime: 50000,
    extAddress: 1,
    txpadContent: 0xcc,
    rxpadContent: 0xcd,
    rxExtAddress: 2,
  },
  {
    linux64: "02010000 50c30000 01 cc cd 02",
    linux64be: "00000102 0000c350 01 cc cd 02",
    ...nowhere,
  },
);
structBytes(
  "can_isotp_fc_options",
  { bs: 8, stmin: 0xf1, wftmax: 2 },
  { linux64: "08 f1 02", linux64be: "08 f1 02", ...nowhere },
);
structBytes(
  "can_isotp_ll_options",
  { mtu: 72, txDl: 64, txFlags: 1 },
  { linux64: "48 40 01", linux64be: "48 40 01", ...nowhere },
);

test("can_isotp: what need not be given, and what is out of range", () => {
  const { can_isotp_options, can_isotp_fc_options, can_isotp_ll_options } = codec.target("linux64").structs;
  equal(can_isotp_options.unpack(can_isotp_options.pack({ flags: 4 })), {
    flags: 4,
    frameTxtime: 0,
    extAddress: 0,
    txpadContent: 0,
    rxpadContent: 0,
    rxExtAddress: 0,
  });
  equal(can_isotp_fc_options.unpack(can_isotp_fc_options.pack({})), { bs: 0, stmin: 0, wftmax: 0 });
  throws(
    () => can_isotp_options.pack({ flags: 0, txpadContent: 256 }),
    RangeError,
    "can_isotp_options: txpadContent must be an integer 0..255, got 256",
  );
  throws(
    () => can_isotp_options.pack({ flags: 0, frameTxtime: 2 ** 32 }),
    RangeError,
    /frameTxtime must be an integer 0\.\.4294967295/,
  );
  throws(
    () => can_isotp_ll_options.pack({ mtu: 16 } as never),
    TypeError,
    "can_isotp_ll_options: txDl is missing",
  );
});
