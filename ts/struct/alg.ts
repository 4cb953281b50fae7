// struct af_alg_iv (linux/if_alg.h): ALG_SET_IV. Its value is the initialization vector.
import { octets } from "../base/check.js";
import { headed, struct, type Bindable } from "../codec/layout.js";
import { lengthOf } from "../base/views.js";

const NAME = "af_alg_iv";

interface Head {
  ivlen: number;
}

/** The size is that of the length alone; the bytes come after it. */
export const af_alg_iv: Bindable<Uint8Array> = headed<Head, Uint8Array>(
  NAME,
  struct<Head>(NAME, "ivlen"),
  ({ wire }) => ({
    value: "a Uint8Array",
    split(value) {
      const bytes = octets(NAME, value);
      return [{ ivlen: lengthOf(bytes) }, bytes];
    },
    join({ ivlen }, rest) {
      if (ivlen !== rest.length) {
        throw new RangeError(
          `${NAME} is its length and as many bytes, got ${rest.length} of ${ivlen}: too ${rest.length < ivlen ? "few" : "many"}`,
        );
      }
      return wire.copy(rest);
    },
    rows: (_, rest) => [{ offset: 0, bytes: wire.copy(rest), name: "iv", value: wire.copy(rest) }],
  }),
);
