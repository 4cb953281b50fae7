// Bun and Deno: a thread of the environment sleeps until the epoll instance is readable, and then has
// the runtime call onReadable() (napi_threadsafe_function).
//
// The thread waits on an outer instance that holds the inner one for one shot at a time. So at most one call
// is queued, no event is copied between threads, and a descriptor that becomes ready while JavaScript
// runs wakes no thread. JavaScript arms the next shot in the turn of the loop after the one that used this:
// armed at once, the next call would run in the same turn of Node's loop, and so on without end (seen:
// setImmediate starved by one long transfer).
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cerrno>
#include "loop.h"

namespace poller {

namespace {

class ThreadLoop final : public Loop {
 public:
  Poller* poller = nullptr;
  napi_threadsafe_function function = nullptr;
  pthread_t thread;
  int outer = -1;
  int quit = -1;       // an eventfd(2): the thread is to end
  bool ended = false;  // the environment ends, though a call may be queued

  void keepAlive(bool on) override {
    if (on)
      napi_ref_threadsafe_function(poller->env, function);
    else
      napi_unref_threadsafe_function(poller->env, function);
  }

  // The runtime opened a callback scope for us: microtasks and ticks run when onCall() has returned. No
  // exception may get there, since Node only warns of it and Deno drops it.
  void enter(napi_value ready, napi_value count) override {
    napi_value ignored;
    if (napi_call_function(poller->env, ready, ready, 1, &count, &ignored) == napi_pending_exception)
      report(poller->env);
  }

  bool repeats() const override { return false; }
  void rearm() override { watchInner(EPOLL_CTL_MOD); }

  int watchInner(int change) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLONESHOT;
    event.data.fd = poller->epoll;
    return epoll_ctl(outer, change, poller->epoll, &event);
  }

  int watchQuit() {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = quit;
    return epoll_ctl(outer, EPOLL_CTL_ADD, quit, &event);
  }

  void closeOwn() {
    if (outer >= 0) close(outer);
    if (quit >= 0) close(quit);
    outer = quit = -1;
  }
};

void* run(void* data) {
  auto loop = static_cast<ThreadLoop*>(data);
  for (;;) {
    epoll_event event;
    int count = epoll_wait(loop->outer, &event, 1, -1);
    if (count < 0 && errno != EINTR) return nullptr;
    if (count < 1) continue;
    if (event.data.fd == loop->quit) return nullptr;
    if (napi_call_threadsafe_function(loop->function, nullptr, napi_tsfn_nonblocking) != napi_ok)
      return nullptr;
  }
}

void onCall(napi_env env, napi_value, void* context, void*) {
  auto loop = static_cast<ThreadLoop*>(context);
  if (env && !loop->ended) onReadable(loop->poller);
}

// A worker that ends, or the process. Not an async hook: Deno frees one twice that is removed from within
// itself, as Node asks for.
void onCleanup(void* data) {
  auto loop = static_cast<ThreadLoop*>(data);
  loop->ended = true;
  uint64_t one = 1;
  while (write(loop->quit, &one, sizeof one) < 0 && errno == EINTR) continue;
  pthread_join(loop->thread, nullptr);
  end(loop->poller);
  loop->closeOwn();
  napi_release_threadsafe_function(loop->function, napi_tsfn_abort);
}

// Calls that were queued have been dropped by now.
void onFinalize(napi_env, void*, void* context) {
  auto loop = static_cast<ThreadLoop*>(context);
  delete loop->poller;
  delete loop;
}

// Signals are the program's own threads' to take.
int startThread(ThreadLoop* loop) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&loop->thread, nullptr, run, loop);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return -failed;
}

}  // namespace

int onThread(Poller* p) {
  auto loop = new ThreadLoop;
  loop->poller = p;
  loop->outer = epoll_create1(EPOLL_CLOEXEC);
  loop->quit = eventfd(0, EFD_CLOEXEC);
  if (loop->outer < 0 || loop->quit < 0 || loop->watchQuit() < 0 || loop->watchInner(EPOLL_CTL_ADD) < 0) {
    int failed = -errno;
    loop->closeOwn();
    delete loop;
    return failed;
  }
  napi_value name;
  napi_create_string_utf8(p->env, "berkeley-sockets", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(p->env, nullptr, nullptr, name, 0, 1, nullptr, onFinalize, loop, onCall,
                                      &loop->function) != napi_ok) {
    loop->closeOwn();
    delete loop;
    return -ENOSYS;
  }
  napi_unref_threadsafe_function(p->env, loop->function);
  if (int failed = startThread(loop)) {
    loop->poller = nullptr;  // the caller's still
    loop->closeOwn();
    napi_release_threadsafe_function(loop->function, napi_tsfn_abort);
    return failed;
  }
  p->loop = loop;
  napi_add_env_cleanup_hook(p->env, onCleanup, loop);
  return 0;
}

}  // namespace poller
