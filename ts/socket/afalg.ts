// sendmsgAfalg(): the control messages of a kernel crypto operation (linux/if_alg.h,
// Documentation/crypto/userspace-if.rst).
import { bytesOf, int, MAX_INT, show } from "../base/check.js";
import type { Core } from "../context.js";
import { af_alg_iv } from "../struct/alg.js";
import type { AncillaryItem, Data } from "../base/types.js";

/** What sendmsgAfalg() takes. */
export interface AlgOptions {
  /** ALG_OP_ENCRYPT, ALG_OP_DECRYPT, ALG_OP_SIGN or ALG_OP_VERIFY. */
  op: number;
  /** The initialization vector. */
  iv?: Data | undefined;
  /** Bytes of associated data at the head of the message (AEAD). */
  assoclen?: number | undefined;
  /** MSG_*: MSG_MORE where more data follows. */
  flags?: number | undefined;
}

const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

/** The control messages for one operation. */
export function algControl(core: Core, options: AlgOptions): AncillaryItem[] {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`options must be an object with op, got ${show(options)}`);
  const { constants: c } = core;
  const { op, iv, assoclen } = options;
  const items: AncillaryItem[] = [[c.SOL_ALG, c.ALG_SET_OP, word(int("op", op, 0, MAX_INT))]];
  if (iv !== undefined) {
    const bytes = bytesOf("iv", iv);
    items.push([c.SOL_ALG, c.ALG_SET_IV, af_alg_iv(core).pack(bytes)]);
  }
  if (assoclen !== undefined)
    items.push([c.SOL_ALG, c.ALG_SET_AEAD_ASSOCLEN, word(int("assoclen", assoclen, 0, 0xffffffff))]);
  return items;
}
