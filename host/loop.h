// What tells an environment that its poller's epoll instance is readable: libuv's loop (loop_uv.cc) where the
// runtime is Node, a thread (loop_thread.cc) where it is not.
#pragma once
#include "state.h"

namespace poller {

// Shared with JavaScript.
enum Counter { WAITING, KEEPS_ALIVE, DISPATCHING };

class Loop;

struct Poller {
  State* state;
  napi_env env;
  napi_ref ready;  // ready(count): `triples` holds count [descriptor, events, generation]
  Loop* loop;
  int epoll;
  Ints triples, counters;
};

class Loop {
 public:
  // Keeps the process alive, or lets it end.
  virtual void keepAlive(bool) = 0;
  // Calls ready(count). An exception of it is the runtime's to report, as one of any other callback.
  virtual void enter(napi_value ready, napi_value count) = 0;
  // Whether the instance is looked at again without being asked to (rearm).
  virtual bool repeats() const = 0;
  virtual void rearm() = 0;

 protected:
  ~Loop() = default;
};

// Fill in poller->loop; from then on it owns the poller, until the environment ends. Return 0 or -errno.
int onLibuv(Poller*);
int onThread(Poller*);

// The instance is readable: runs on the environment's own thread.
void onReadable(Poller*);
// The environment ends: the instance is closed, and no call finds the poller any more.
void end(Poller*);
// Reports the exception that a callback threw.
void report(napi_env);

}  // namespace poller
