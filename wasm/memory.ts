// The scratch area: where callers write arguments and read results. All of it is static, nothing is
// ever allocated. Its content is valid for one synchronous stretch of write, call, read; the
// offsets are exported as globals.
//
//   0         16               TABLES_END              MESSAGE   TEXT   CELLS   IMAGE            END
//   +---------+----------------+-----------------------+---------+------+-------+----------------+
//   | nothing | tables         | nothing               | the scratch area                        |
//   +---------+----------------+-----------------------+---------+------+-------+----------------+
//   It is above the tables and ends with the memory: an access past its end traps, and can't reach
//   the tables.

const END: usize = 0x10000;

/** The image of a struct or of a control message's header. */
export const IMAGE_SIZE: usize = 1024;
export const IMAGE: usize = END - IMAGE_SIZE;

/** Values of a struct's fields, one cell a field: an integer as i64, or up to 16 raw bytes. */
export const CELL_SIZE: usize = 16;
export const CELL_COUNT: usize = 128;
export const CELLS: usize = IMAGE - CELL_SIZE * CELL_COUNT;

/**
 * Text in and out: numeric addresses, one byte a character; more bytes after it, for a zero after
 * the text.
 */
export const TEXT_SIZE: usize = 128;
export const TEXT: usize = CELLS - TEXT_SIZE - 16;

/** The message block shared with the host (host/state.h):
 *
 *    0        4        8        12       16
 *    +--------+--------+--------+--------+---------------------------+
 *    | address| control| msg    | unused | the address, 256 bytes    |
 *    | length | length | flags  |        |                           |
 *    +--------+--------+--------+--------+---------------------------+
 */
export const ADDRESS_SIZE: usize = 256;
export const MESSAGE_SIZE: usize = 16 + ADDRESS_SIZE;
export const MESSAGE: usize = TEXT - MESSAGE_SIZE;
export const ADDRESS: usize = MESSAGE + 16;

/** Where the tables end. */
export const TABLES_END: usize = __heap_base;

export function cell(i: i32): usize {
  return CELLS + <usize>i * CELL_SIZE;
}
