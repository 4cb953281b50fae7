// One edge-triggered epoll instance for all descriptors of an environment, itself polled by the environment's event loop.
// A descriptor is added once: no system call per wait, one entry into JavaScript per turn of the loop,
// where a uv_poll_t each would cost an epoll_ctl(2) and an entry per wait (epoll(7), "Questions and answers", on nesting).
#include "watch.h"
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>
#include <algorithm>
#include <cerrno>
#include "owned.h"

namespace watch {

// Shared with JavaScript.
enum Counter { WAITING, HELD, DISPATCHING };

struct Poller {
  uv_poll_t handle;
  State* state;
  napi_env env;
  napi_ref ready;       // ready(count): `triples` holds count [descriptor, events, generation]
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  int epoll;
  Ints triples, counters;
};

namespace {

constexpr int MOST = 1024;

// A number that is closed and used again keeps its registrations as long as a duplicate keeps the description:
// the generation tells whose an event is.
uint64_t pack(int fd, int generation) { return static_cast<uint64_t>(generation) << 32 | static_cast<uint32_t>(fd); }

void setHeld(Poller* p, bool held) {
  if (held == (p->counters.data[HELD] != 0)) return;
  p->counters.data[HELD] = held;
  auto handle = reinterpret_cast<uv_handle_t*>(&p->handle);
  if (held) uv_ref(handle); else uv_unref(handle);
}

// Enters JavaScript once for all that is ready. Afterwards (microtasks included) the loop is held as long as somebody waits.
void onReady(uv_poll_t* handle, int, int) {
  auto p = static_cast<Poller*>(handle->data);
  epoll_event events[MOST];
  int room = std::min<int>(MOST, p->triples.length / 3);
  int told = epoll_wait(p->epoll, events, room, 0);
  int count = 0;
  for (int i = 0; i < told; i++) {
    int fd = static_cast<int>(events[i].data.u64);
    int generation = static_cast<int>(events[i].data.u64 >> 32);
    if (!owned::current(*p->state, fd, generation)) continue;
    int32_t* triple = p->triples.data + 3 * count++;
    triple[0] = fd;
    triple[1] = static_cast<int>(events[i].events & ~EPOLLET);
    triple[2] = generation;
  }
  if (count == 0) return;
  napi_handle_scope scope;
  napi_value ready, number;
  if (napi_open_handle_scope(p->env, &scope) != napi_ok) return;
  napi_get_reference_value(p->env, p->ready, &ready);
  napi_create_int32(p->env, count, &number);
  p->counters.data[DISPATCHING] = 1;
  napi_status status = napi_make_callback(p->env, p->context, ready, ready, 1, &number, nullptr);
  p->counters.data[DISPATCHING] = 0;
  if (status == napi_pending_exception) {
    napi_value error;
    napi_get_and_clear_last_exception(p->env, &error);
    napi_fatal_exception(p->env, error);
  }
  setHeld(p, p->counters.data[WAITING] > 0);
  napi_close_handle_scope(p->env, scope);
}

// A worker that ends, or the process: the handle is closed before the environment goes.
void onCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto p = static_cast<Poller*>(data);
  p->state->poller = nullptr;
  uv_poll_stop(&p->handle);
  close(p->epoll);
  uv_close(reinterpret_cast<uv_handle_t*>(&p->handle), [](uv_handle_t* handle) {
    auto p = static_cast<Poller*>(handle->data);
    napi_remove_async_cleanup_hook(p->cleanup);
    delete p;
  });
}

}  // namespace

int start(State& s, napi_value ready, Ints triples, Ints counters) {
  if (s.poller || triples.length < 3 || counters.length < 3) return -EINVAL;
  uv_loop_t* loop;
  napi_value name;
  if (napi_get_uv_event_loop(s.env, &loop) != napi_ok) return -ENOSYS;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return -errno;
  auto p = new Poller{};
  p->state = &s, p->env = s.env, p->epoll = epoll, p->triples = triples, p->counters = counters;
  if (int failed = uv_poll_init(loop, &p->handle, epoll)) return close(epoll), delete p, failed;
  p->handle.data = p;
  napi_create_reference(s.env, ready, 1, &p->ready);
  napi_create_string_utf8(s.env, "berkeley-sockets", NAPI_AUTO_LENGTH, &name);
  napi_async_init(s.env, nullptr, name, &p->context);
  napi_add_async_cleanup_hook(s.env, onCleanup, p, &p->cleanup);
  uv_poll_start(&p->handle, UV_READABLE, onReady);
  uv_unref(reinterpret_cast<uv_handle_t*>(&p->handle));
  s.poller = p;
  return 0;
}

int watch(State& s, int fd, int events, int generation) {
  if (!s.poller) return -EINVAL;
  Descriptor* entry = owned::current(s, fd, generation);
  if (!entry) return -EBADF;
  epoll_event event{};
  event.events = static_cast<uint32_t>(events) | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  event.data.u64 = pack(fd, generation);
  int change = entry->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  int r = epoll_ctl(s.poller->epoll, change, fd, &event);
  // The number was closed behind our back, and then made anew: on the same description, or on another.
  if (r < 0 && errno == EEXIST) r = epoll_ctl(s.poller->epoll, EPOLL_CTL_MOD, fd, &event);
  else if (r < 0 && errno == ENOENT) r = epoll_ctl(s.poller->epoll, EPOLL_CTL_ADD, fd, &event);
  if (r < 0) return -errno;
  entry->watched = true;
  return 0;
}

void forget(State& s, int fd) {
  if (s.poller) epoll_ctl(s.poller->epoll, EPOLL_CTL_DEL, fd, nullptr);
}

int hold(State& s, int on) {
  if (!s.poller) return -EINVAL;
  setHeld(s.poller, on);
  return 0;
}

}  // namespace watch
