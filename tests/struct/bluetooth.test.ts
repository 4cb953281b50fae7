// Linux include/net/bluetooth/hci_sock.h (struct hci_ufilter), bluetooth.h, l2cap.h, rfcomm.h,
// sco.h.
import { test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
const both = (text: string) => ({ linux64: text, linux64be: text, ...nowhere });
structBytes(
  "hci_filter",
  { typeMask: 0x10, eventMask: 0x0807060504030201n, opcode: 0x0c03 },
  {
    linux64: "10000000 01020304 05060708 030c 0000",
    linux64be: "00000010 04030201 08070605 030c 0000",
    ...nowhere,
  },
);
structBytes("bt_security", { level: 3, keySize: 16 }, both("03 10"));
structBytes("bt_voice", { setting: 0x0063 }, { linux64: "6300", linux64be: "0063", ...nowhere });
structBytes("bt_power", { forceActive: 1 }, both("01"));
structBytes(
  "l2cap_options",
  { omtu: 0x102, imtu: 0x304, flushTo: 0xffff, mode: 3, fcs: 1, maxTx: 5, txwinSize: 63 },
  {
    linux64: "0201 0403 ffff 03 01 05 00 3f00",
    linux64be: "0102 0304 ffff 03 01 05 00 003f",
    ...nowhere,
  },
);
const link = { hciHandle: 0x102, devClass: new Uint8Array([0x0c, 0x02, 0x5a]) };
for (const name of ["l2cap_conninfo", "rfcomm_conninfo", "sco_conninfo"] as const) {
  structBytes(name, link, { linux64: "0201 0c025a 00", linux64be: "0102 0c025a 00", ...nowhere });
}
structBytes("sco_options", { mtu: 64 }, { linux64: "4000", linux64be: "0040", ...nowhere });
structBytes(
  "bt_iso_qos",
  {
    cig: 0xff,
    cis: 0xfe,
    sca: 7,
    packing: 0,
    framing: 1,
    inInterval: 10000,
    inLatency: 10,
    inSdu: 40,
    inPhy: 2,
    inRtn: 3,
    outInterval: 7500,
    outLatency: 20,
    outSdu: 120,
    outPhy: 1,
    outRtn: 4,
  },
  {
    linux64: `ff fe 07 00 01 000000 10270000 0a00 2800 02 03 0000 4c1d0000 1400 7800 01 04 0000 ${"00".repeat(28)}`,
    linux64be: `ff fe 07 00 01 000000 00002710 000a 0028 02 03 0000 00001d4c 0014 0078 01 04 0000 ${"00".repeat(28)}`,
    ...nowhere,
  },
);

test("hci_filter: bad fields", () => {
  const { hci_filter } = codec.target("linux64").structs;
  throws(
    () => hci_filter.pack({ typeMask: 1, eventMask: 1 as never }),
    TypeError,
    "hci_filter: eventMask must be a bigint, got 1",
  );
  throws(
    () => hci_filter.pack({ typeMask: 1, eventMask: 2n ** 64n }),
    RangeError,
    "hci_filter: eventMask must be a bigint 0..18446744073709551615, got 18446744073709551616",
  );
  throws(() => hci_filter.pack({ typeMask: 1, eventMask: -1n }), RangeError, /eventMask must be/);
  throws(
    () => hci_filter.pack({ typeMask: 2 ** 32, eventMask: 0n }),
    RangeError,
    "hci_filter: typeMask must be an integer 0..4294967295, got 4294967296",
  );
  throws(
    () => hci_filter.pack({ typeMask: 0, eventMask: 0n, opcode: 65536 }),
    RangeError,
    "hci_filter: opcode must be an integer 0..65535, got 65536",
  );
  throws(() => hci_filter.pack(null as never), TypeError, "hci_filter must be an object, got null");
});

test("l2cap_conninfo: a class of device is three bytes", () => {
  throws(
    () => codec.target("linux64").structs.l2cap_conninfo.pack({ hciHandle: 1, devClass: new Uint8Array(2) }),
    RangeError,
    "l2cap_conninfo: devClass must be 3 bytes, got 2",
  );
});
