// Slot i of a batch is the i-th part of each view: of data, names and control bytes, and four words
// [data length, name length, control length, flags].
#include "batch.h"
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>

namespace {

enum Word { LENGTH, NAME, CONTROL, FLAGS, WORDS };
constexpr int MAX_MESSAGES = 1024;  // UIO_MAXIOV, more than which sendmmsg(2) does not take

struct Slots {
  mmsghdr headers[MAX_MESSAGES];
  iovec parts[MAX_MESSAGES];
  size_t total;
  size_t size = 0;
  size_t nameSize = 0;
  size_t controlSize = 0;

  Slots(Bytes data, Bytes names, Bytes control, Ints words) : total(words.length / WORDS) {
    if (total == 0) return;
    size = data.length / total;
    nameSize = names.length / total;
    controlSize = control.length / total;
  }
  bool holds(int first, int count) const {
    return first >= 0 && count >= 0 && count <= MAX_MESSAGES && static_cast<size_t>(first) + count <= total;
  }

  void set(int i, int slot, Bytes data, size_t length, Bytes names, size_t name, Bytes control,
           size_t controls) {
    parts[i] = {data.data + slot * size, std::min(length, size)};
    msghdr& header = headers[i].msg_hdr;
    header = {};
    if (name > 0) {
      header.msg_name = names.data + slot * nameSize;
      header.msg_namelen = std::min(name, nameSize);
    }
    if (controls > 0) {
      header.msg_control = control.data + slot * controlSize;
      header.msg_controllen = std::min(controls, controlSize);
    }
    header.msg_iov = &parts[i];
    header.msg_iovlen = 1;
  }
};

}  // namespace

namespace batch {

int recvmmsg(State&, int fd, Bytes data, Bytes names, Bytes control, Ints words, int count, int flags) {
  Slots slots(data, names, control, words);
  if (!slots.holds(0, count)) return -EINVAL;
  for (int i = 0; i < count; i++)
    slots.set(i, i, data, slots.size, names, slots.nameSize, control, slots.controlSize);
  // Without MSG_WAITFORONE a blocking descriptor would wait until every slot is filled.
  int n = ::recvmmsg(fd, slots.headers, count, flags | MSG_WAITFORONE | MSG_CMSG_CLOEXEC, nullptr);
  // Families that refuse flags they don't know carry no descriptors (sys_linux.cc).
  if (n < 0 && errno == EINVAL) n = ::recvmmsg(fd, slots.headers, count, flags | MSG_WAITFORONE, nullptr);
  if (n < 0) return -errno;
  for (int i = 0; i < n; i++) {
    int32_t* slot = words.data + i * WORDS;
    const msghdr& header = slots.headers[i].msg_hdr;
    slot[LENGTH] = slots.headers[i].msg_len;
    slot[NAME] = header.msg_namelen;
    slot[CONTROL] = header.msg_controllen;
    slot[FLAGS] = header.msg_flags & ~MSG_CMSG_CLOEXEC;
  }
  return n;
}

int sendmmsg(State&, int fd, Bytes data, Bytes names, Bytes control, Ints words, int first, int count,
             int flags) {
  Slots slots(data, names, control, words);
  if (!slots.holds(first, count)) return -EINVAL;
  for (int i = 0; i < count; i++) {
    const int32_t* slot = words.data + (first + i) * WORDS;
    slots.set(i, first + i, data, slot[LENGTH], names, slot[NAME], control, slot[CONTROL]);
  }
  int n = ::sendmmsg(fd, slots.headers, count, flags);
  return n < 0 ? -errno : n;
}

}  // namespace batch
