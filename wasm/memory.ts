// The scratch area: where callers write arguments and read results. All of it is static, nothing is ever allocated.
// It holds for one synchronous stretch of write, call, read; the offsets are exported as globals.

/** The message block shared with the host (host/state.h):
 *
 *    0        4        8        12       16
 *    +--------+--------+--------+--------+---------------------------+
 *    | address| control| msg    | unused | the address, 256 bytes    |
 *    | length | length | flags  |        |                           |
 *    +--------+--------+--------+--------+---------------------------+
 */
export const MESSAGE: usize = memory.data(16 + 256, 16);
export const MESSAGE_SIZE: usize = 16 + 256;
export const ADDRESS: usize = MESSAGE + 16;
export const ADDRESS_SIZE: usize = 256;

/** Text in and out: numeric addresses, one byte a character; one byte more, for a zero after the text. */
export const TEXT: usize = memory.data(128 + 1, 16);
export const TEXT_SIZE: usize = 128;

/** Values of a struct's fields, one cell a field: an integer as i64, or up to 16 raw bytes. */
export const CELLS: usize = memory.data(128 * 16, 16);
export const CELL_SIZE: usize = 16;
export const CELL_COUNT: usize = 128;

/** The image of a struct or of a control message's header. */
export const IMAGE: usize = memory.data(1024, 16);
export const IMAGE_SIZE: usize = 1024;

// @ts-ignore: decorator
@inline export function cell(i: i32): usize { return CELLS + <usize>i * CELL_SIZE; }
