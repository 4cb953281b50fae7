// Linux: descriptors are born close-on-exec (accept4(2), SOCK_CLOEXEC, MSG_CMSG_CLOEXEC), sendfile(2) takes
// an offset.
#include "sys.h"
#include "fd_table.h"
#include <limits.h>
#include <linux/filter.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <cerrno>
#include <cstring>
#include <vector>

namespace {

int check(ssize_t r) {
  return r < 0 ? -errno : static_cast<int>(r);
}

// The views of a JavaScript array as an iovec list. Returns 0 or -errno.
int gather(State& s, napi_value buffers, std::vector<iovec>& out) {
  uint32_t count;
  if (napi_get_array_length(s.env, buffers, &count) != napi_ok) return -EINVAL;
  if (count > IOV_MAX) return -EMSGSIZE;
  out.resize(count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value item;
    napi_typedarray_type type;
    if (napi_get_element(s.env, buffers, i, &item) != napi_ok ||
        napi_get_typedarray_info(s.env, item, &type, &out[i].iov_len, &out[i].iov_base, nullptr, nullptr) !=
            napi_ok ||
        type != napi_uint8_array)
      return -EINVAL;
  }
  return 0;
}

// Whether a socket's family has no names at all, as AF_ALG: asking for the peer's makes accept4(2) fail
// (net/socket.c, do_accept).
bool nameless(int fd) {
  sockaddr_storage name;
  socklen_t room = sizeof name;
  bool none = getsockname(fd, reinterpret_cast<sockaddr*>(&name), &room) < 0 && errno == EOPNOTSUPP;
  errno = ECONNABORTED;
  return none;
}

}  // namespace

namespace sys {

int socket(State& s, int family, int type, int protocol) {
  return fd_table::opened(s, check(::socket(family, type | SOCK_CLOEXEC, protocol)));
}

int socketpair(State& s, int family, int type, int protocol, Ints out) {
  if (out.length < 2) return -EINVAL;
  int fds[2];
  if (::socketpair(family, type | SOCK_CLOEXEC, protocol, fds) < 0) return -errno;
  for (int i = 0; i < 2; i++) out.data[i] = fd_table::opened(s, fds[i]);
  return 0;
}

int accept(State& s, int fd, int nonblocking) {
  if (!s.block.data) return -EINVAL;
  socklen_t room = s.block.room;
  int flags = SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
  int r = ::accept4(fd, reinterpret_cast<sockaddr*>(s.block.address()), &room, flags);
  if (r < 0 && errno == ECONNABORTED && nameless(fd)) r = ::accept4(fd, nullptr, nullptr, flags), room = 0;
  if (r < 0) return -errno;
  s.block.setAddressLength(room);
  return fd_table::opened(s, r);
}

int recvmsg(State& s, int fd, napi_value buffers, Bytes control, int flags) {
  std::vector<iovec> parts;
  if (int failed = gather(s, buffers, parts)) return failed;
  if (!s.block.data) return -EINVAL;
  msghdr m{};
  m.msg_name = s.block.address();
  m.msg_namelen = s.block.room;
  m.msg_iov = parts.data();
  m.msg_iovlen = parts.size();
  m.msg_control = control.data;
  m.msg_controllen = control.length;
  ssize_t r = ::recvmsg(fd, &m, flags | MSG_CMSG_CLOEXEC);
  // AF_PACKET, CAN_ISOTP and CAN_J1939 refuse flags that they don't know; they carry no descriptors.
  if (r < 0 && errno == EINVAL) r = ::recvmsg(fd, &m, flags);
  if (r < 0) return -errno;
  s.block.setAddressLength(m.msg_namelen);
  s.block.setControlLength(m.msg_controllen);
  // The kernel echoes MSG_CMSG_CLOEXEC; the caller sees it only if it asked for it.
  s.block.setFlags(m.msg_flags & ~(MSG_CMSG_CLOEXEC & ~flags));
  return static_cast<int>(r);
}

int sendmsg(State& s, int fd, napi_value buffers, Bytes control, int flags, int addressLength) {
  std::vector<iovec> parts;
  if (int failed = gather(s, buffers, parts)) return failed;
  if (addressLength != 0 && !s.block.holds(addressLength)) return -EINVAL;
  msghdr m{};
  if (addressLength > 0) m.msg_name = s.block.address(), m.msg_namelen = addressLength;
  m.msg_iov = parts.data();
  m.msg_iovlen = parts.size();
  m.msg_control = control.data;
  m.msg_controllen = control.length;
  return check(::sendmsg(fd, &m, flags));
}

int attachFilter(State&, int fd, int name, Bytes instructions) {
  if (instructions.length % sizeof(sock_filter) != 0 ||
      instructions.length / sizeof(sock_filter) > BPF_MAXINSNS)
    return -EINVAL;
  // The kernel copies them, but asks for their alignment.
  std::vector<sock_filter> list(instructions.length / sizeof(sock_filter));
  if (!list.empty()) std::memcpy(list.data(), instructions.data, instructions.length);
  sock_fprog program{static_cast<unsigned short>(list.size()), list.data()};
  return check(::setsockopt(fd, SOL_SOCKET, name, &program, sizeof program));
}

int sendfile(State&, int out, int in, int64_t offset, int64_t count) {
  off_t at = offset;
  return check(::sendfile(out, in, &at, count));
}

}  // namespace sys
