// An interval timer of one thread, whose signal makes the system calls that block there return early.
#pragma once
#include <signal.h>
#include <time.h>

struct State;

namespace interrupt {

class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  ~Timer();
  // Ticks every so many milliseconds from now on, 0: no more. Returns 0 or -errno.
  int every(int milliseconds);
  // How often it has ticked since it was last asked.
  int ticks();

 private:
  int create();
  timer_t timer_{};
  bool created_ = false;
  volatile sig_atomic_t ticked_ = 0;  // only the handler writes it
  int seen_ = 0;
};

int interruptible(State&, int milliseconds);
int interruptions(State&);

}  // namespace interrupt
