// One edge-triggered epoll instance for all descriptors of an environment; loop.h tells the event loop when
// it is readable. A descriptor is added once: no system call per wait, one entry into JavaScript per
// turn of the loop, where a uv_poll_t each would cost an epoll_ctl(2) and an entry per wait (epoll(7),
// "Questions and answers", on nesting).
#include "event_loop_poller.h"
#include <sys/epoll.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include "loop.h"
#include "fd_table.h"

namespace poller {

namespace {

constexpr int MAX_EVENTS = 1024;

// A number that is closed and used again keeps its registrations as long as a duplicate keeps the
// description: the generation tells which socket an event belongs to.
uint64_t pack(int fd, int generation) {
  return static_cast<uint64_t>(generation) << 32 | static_cast<uint32_t>(fd);
}

void setKeepsAlive(Poller* p, bool on) {
  if (on == (p->counters.data[KEEPS_ALIVE] != 0)) return;
  p->counters.data[KEEPS_ALIVE] = on;
  p->loop->keepAlive(on);
}

// After a dispatch, microtasks included, the loop is kept alive as long as a call waits.
void settle(Poller* p) {
  p->counters.data[DISPATCHING] = 0;
  setKeepsAlive(p, p->counters.data[WAITING] > 0);
}

// Writes what is ready into `triples`; returns how many.
int collect(Poller* p) {
  epoll_event events[MAX_EVENTS];
  int room = std::min<int>(MAX_EVENTS, p->triples.length / 3);
  int ready = epoll_wait(p->epoll, events, room, 0);
  int count = 0;
  for (int i = 0; i < ready; i++) {
    int fd = static_cast<int>(events[i].data.u64);
    int generation = static_cast<int>(events[i].data.u64 >> 32);
    if (!fd_table::current(*p->state, fd, generation)) continue;
    int32_t* triple = p->triples.data + 3 * count++;
    triple[0] = fd;
    triple[1] = static_cast<int>(events[i].events & ~EPOLLET);
    triple[2] = generation;
  }
  return count;
}

}  // namespace

// Enters JavaScript once for all that is ready.
void onReadable(Poller* p) {
  int count = collect(p);
  if (count == 0) return p->loop->rearm();
  napi_handle_scope scope;
  napi_value ready, number;
  if (napi_open_handle_scope(p->env, &scope) != napi_ok) return;
  napi_get_reference_value(p->env, p->ready, &ready);
  napi_create_int32(p->env, count, &number);
  p->counters.data[DISPATCHING] = 1;
  p->loop->enter(ready, number);
  if (p->loop->repeats()) settle(p);
  napi_close_handle_scope(p->env, scope);
}

void end(Poller* p) {
  close(p->epoll);
  napi_delete_reference(p->env, p->ready);
  p->state->poller = nullptr;
}

void report(napi_env env) {
  napi_value error;
  napi_get_and_clear_last_exception(env, &error);
  napi_fatal_exception(env, error);
}

int start(State& s, napi_value ready, Ints triples, Ints counters, int thread) {
  if (s.poller || triples.length < 3 || counters.length < 3) return -EINVAL;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return -errno;
  auto p = new Poller{};
  p->state = &s;
  p->env = s.env;
  p->epoll = epoll;
  p->triples = triples;
  p->counters = counters;
  if (int failed = thread ? onThread(p) : onLibuv(p)) {
    close(epoll);
    delete p;
    return failed;
  }
  napi_create_reference(s.env, ready, 1, &p->ready);
  s.poller = p;
  return 0;
}

int watch(State& s, int fd, int events, int generation) {
  if (!s.poller) return -EINVAL;
  Descriptor* entry = fd_table::current(s, fd, generation);
  if (!entry) return -EBADF;
  epoll_event event{};
  event.events = static_cast<uint32_t>(events) | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  event.data.u64 = pack(fd, generation);
  int change = entry->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  int r = epoll_ctl(s.poller->epoll, change, fd, &event);
  // Someone else closed the number and opened it anew: on the same description, or on another.
  if (r < 0 && errno == EEXIST)
    r = epoll_ctl(s.poller->epoll, EPOLL_CTL_MOD, fd, &event);
  else if (r < 0 && errno == ENOENT)
    r = epoll_ctl(s.poller->epoll, EPOLL_CTL_ADD, fd, &event);
  if (r < 0) return -errno;
  entry->watched = true;
  return 0;
}

void forget(State& s, int fd) {
  if (s.poller) epoll_ctl(s.poller->epoll, EPOLL_CTL_DEL, fd, nullptr);
}

int keepLoopAlive(State& s, int on) {
  if (!s.poller) return -EINVAL;
  setKeepsAlive(s.poller, on);
  return 0;
}

int rearm(State& s) {
  if (!s.poller) return -EINVAL;
  if (s.poller->loop->repeats()) return 0;
  settle(s.poller);
  s.poller->loop->rearm();
  return 0;
}

}  // namespace poller
