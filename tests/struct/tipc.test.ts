// TIPC's structs: linux/tipc.h; TIPC_ERRINFO by net/tipc/socket.c (tipc_sk_anc_data_recv).
import { throws, test } from "../suite.js";
import { bytes, codec, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes(
  "tipc_group_req",
  { type: 0x1234, instance: 5, scope: 2, flags: 3 },
  {
    linux64: "34120000 05000000 02000000 03000000",
    linux64be: "00001234 00000005 00000002 00000003",
    ...nowhere,
  },
);
structBytes(
  "tipc_service_range",
  { type: 0x1234, lower: 5, upper: 0xffffffff },
  {
    linux64: "34120000 05000000 ffffffff",
    linux64be: "00001234 00000005 ffffffff",
    ...nowhere,
  },
);
const handle = bytes("6162636465666768");
structBytes(
  "tipc_subscr",
  { type: 0x1234, lower: 5, upper: 6, timeout: 0xffffffff, filter: 2, handle },
  {
    linux64: "34120000 05000000 06000000 ffffffff 02000000 6162636465666768",
    linux64be: "00001234 00000005 00000006 ffffffff 00000002 6162636465666768",
    ...nowhere,
  },
);
structBytes(
  "tipc_event",
  {
    event: 1,
    foundLower: 7,
    foundUpper: 8,
    ref: 9,
    node: 0x1001001,
    type: 0x1234,
    lower: 5,
    upper: 6,
    timeout: 1000,
    filter: 2,
    handle,
  },
  {
    linux64:
      "01000000 07000000 08000000 09000000 01100001 34120000 05000000 06000000 e8030000 02000000 6162636465666768",
    linux64be:
      "00000001 00000007 00000008 00000009 01001001 00001234 00000005 00000006 000003e8 00000002 6162636465666768",
    ...nowhere,
  },
);
structBytes(
  "tipc_errinfo",
  { code: 1, length: 258 },
  { linux64: "01000000 02010000", linux64be: "00000001 00000102", ...nowhere },
);

test("tipc_subscr: bad values", () => {
  const { tipc_subscr, tipc_group_req } = codec.target("linux64").structs;
  const good = { type: 1, lower: 2, upper: 3, timeout: 4, filter: 5 };
  throws(
    () => tipc_subscr.pack({ ...good, handle: bytes("00") }),
    RangeError,
    "tipc_subscr: handle must be 8 bytes, got 1",
  );
  throws(
    () => tipc_subscr.pack({ ...good, timeout: -1 }),
    RangeError,
    "tipc_subscr: timeout must be an integer 0..4294967295, got -1",
  );
  throws(
    () => tipc_group_req.pack({ type: 1, instance: 2, scope: 2 } as never),
    TypeError,
    "tipc_group_req: flags is missing",
  );
});
