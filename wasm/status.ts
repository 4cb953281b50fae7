// What a codec call answers instead of a length: negative numbers, named by ts/codec/wire.ts.

/** The text is not a numeric address. */
export const BAD_TEXT: i32 = -1;
/** The bytes are too few, or a length field exceeds what is there. */
export const TOO_SHORT: i32 = -2;
/** The bytes are more than the structure can hold. */
export const TOO_LONG: i32 = -3;
/** The target has no such family, struct or field. */
export const UNSUPPORTED: i32 = -4;
/** The family field is another family's. */
export const WRONG_FAMILY: i32 = -5;
