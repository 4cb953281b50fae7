// The calls that every POSIX system has in the same form: bind(2), connect(2), recv(2), send(2), fcntl(2), ….
#include "sys.h"
#include "call.h"
#include "fd_table.h"
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace {

int check(ssize_t r) {
  return r < 0 ? -errno : static_cast<int>(r);
}

bool holds(Bytes buffer, int length) {
  return length >= 0 && static_cast<size_t>(length) <= buffer.length;
}

sockaddr* addressOf(State& s) {
  return reinterpret_cast<sockaddr*>(s.block.address());
}

template <int (*Call)(int, sockaddr*, socklen_t*)>
int name(State& s, int fd) {
  if (!s.block.data) return -EINVAL;
  socklen_t length = s.block.room;
  int r = Call(fd, addressOf(s), &length);
  if (r < 0) return -errno;
  s.block.setAddressLength(length);
  return 0;
}

}  // namespace

namespace sys {

int bind(State& s, int fd, int addressLength) {
  return s.block.holds(addressLength) ? check(::bind(fd, addressOf(s), addressLength)) : -EINVAL;
}
int connect(State& s, int fd, int addressLength) {
  return s.block.holds(addressLength) ? check(::connect(fd, addressOf(s), addressLength)) : -EINVAL;
}
int listen(State&, int fd, int backlog) {
  return check(::listen(fd, backlog));
}
int shutdown(State&, int fd, int how) {
  return check(::shutdown(fd, how));
}
int close(State& s, int fd) {
  fd_table::forget(s, fd);
  return check(::close(fd));
}
int getsockname(State& s, int fd) {
  return name<::getsockname>(s, fd);
}
int getpeername(State& s, int fd) {
  return name<::getpeername>(s, fd);
}

// A view that holds less than the call was given was transferred or shrunk while the call waited: taking 0
// for its length would look like the end of a stream.
int recv(State&, int fd, Bytes buffer, int length, int flags) {
  if (!holds(buffer, length)) return -EFAULT;
  return check(::recv(fd, buffer.data, length, flags));
}

int recvEach(State& s, Ints calls, napi_value buffers, int count) {
  if (count < 0 || static_cast<size_t>(count) * 2 > calls.length) return -EINVAL;
  for (int i = 0; i < count; i++) {
    int32_t* c = calls.data + 2 * i;
    napi_value value;
    Bytes buffer;
    bool known = napi_get_element(s.env, buffers, i, &value) == napi_ok &&
                 call::Arg<Bytes>::read(s.env, value, &buffer);
    c[1] = known ? recv(s, c[0], buffer, c[1], MSG_DONTWAIT) : -EINVAL;
  }
  return count;
}

int recvfrom(State& s, int fd, Bytes buffer, int length, int flags) {
  if (!holds(buffer, length)) return -EFAULT;
  if (!s.block.data) return -EINVAL;
  socklen_t room = s.block.room;
  ssize_t r = ::recvfrom(fd, buffer.data, length, flags, addressOf(s), &room);
  if (r < 0) return -errno;
  s.block.setAddressLength(room);
  return static_cast<int>(r);
}

int send(State&, int fd, Bytes data, int flags) {
  return check(::send(fd, data.data, data.length, flags));
}

int sendto(State& s, int fd, Bytes data, int flags, int addressLength) {
  if (!s.block.holds(addressLength)) return -EINVAL;
  return check(::sendto(fd, data.data, data.length, flags, addressOf(s), addressLength));
}

int read(State&, int fd, Bytes buffer, int length) {
  return holds(buffer, length) ? check(::read(fd, buffer.data, length)) : -EFAULT;
}

int64_t lseek(State&, int fd, int64_t offset, int whence) {
  off_t r = ::lseek(fd, offset, whence);
  return r < 0 ? -errno : r;
}

int getsockopt(State&, int fd, int level, int name, Bytes buffer) {
  socklen_t length = buffer.length;
  return ::getsockopt(fd, level, name, buffer.data, &length) < 0 ? -errno : static_cast<int>(length);
}

int setsockopt(State&, int fd, int level, int name, Bytes value, int length) {
  if (value.data && !holds(value, length)) return -EFAULT;
  return check(::setsockopt(fd, level, name, value.data, length));
}

int ioctl(State&, int fd, int64_t request, Bytes argument, int number) {
  unsigned long code = static_cast<unsigned long>(request);
  if (!argument.data) return check(::ioctl(fd, code, static_cast<long>(number)));
  // Only the request knows how much is written: a short buffer goes through a longer one.
  alignas(16) uint8_t room[1024] = {};
  if (argument.length >= sizeof room) return check(::ioctl(fd, code, argument.data));
  std::memcpy(room, argument.data, argument.length);
  int r = check(::ioctl(fd, code, room));
  std::memcpy(argument.data, room, argument.length);
  return r;
}

int dup(State& s, int fd, int owned) {
  int copy = check(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return owned ? fd_table::opened(s, copy) : copy;
}

int isNonblocking(State&, int fd) {
  int flags = ::fcntl(fd, F_GETFL);
  return flags < 0 ? -errno : (flags & O_NONBLOCK) != 0;
}

int setNonblocking(State&, int fd, int on) {
  return check(::ioctl(fd, FIONBIO, &on));
}

int isInheritable(State&, int fd) {
  int flags = ::fcntl(fd, F_GETFD);
  return flags < 0 ? -errno : (flags & FD_CLOEXEC) == 0;
}

int setInheritable(State&, int fd, int on) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return -errno;
  return check(::fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}

}  // namespace sys
