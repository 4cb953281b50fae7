/* What the C guests share: short names for what wit-bindgen made, and checks that end a guest. */
#ifndef BERKELEY_GUEST_H
#define BERKELEY_GUEST_H

#include "bindings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef berkeley_sockets_sockets_own_socket_t own_socket;
typedef berkeley_sockets_sockets_borrow_socket_t socket_handle;
typedef berkeley_sockets_sockets_address_t address;
typedef berkeley_sockets_sockets_error_code_t error_code;

/* The families and types of Linux. */
enum { UNIX = 1, INET = 2, NETLINK = 16, STREAM = 1, DATAGRAM = 2, RAW = 3, SEQPACKET = 5 };

static inline socket_handle borrowed(own_socket own) {
  return berkeley_sockets_sockets_borrow_socket(own);
}

/* What a guest ends with, once its output is written. */
static inline int finished(int status) {
  fflush(stdout);
  return status;
}

/* Ends the guest where a call failed. */
static inline void must(bool ok, const char* call, error_code code) {
  if (ok) return;
  printf("%s: error %d\n", call, (int)code);
  exit(finished(1));
}

static inline own_socket opened(int32_t family, int32_t kind) {
  own_socket own;
  error_code code = 0;
  must(berkeley_sockets_sockets_static_socket_open(family, kind, 0, &own, &code), "open", code);
  return own;
}

/* An address of IPv4; the text must live as long as it. */
static inline address inet(const char* host, uint16_t port) {
  address to;
  memset(&to, 0, sizeof to);
  to.tag = BERKELEY_SOCKETS_TYPES_ADDRESS_INET;
  to.val.inet.host.ptr = (uint8_t*)host;
  to.val.inet.host.len = strlen(host);
  to.val.inet.port = port;
  return to;
}

static inline bindings_list_u8_t bytes_of(const void* data, size_t length) {
  bindings_list_u8_t list = {(uint8_t*)data, length};
  return list;
}

#endif
