// timer_create(2) with SIGEV_THREAD_ID: the signal reaches the thread that waits, and no other.
#include "interrupt.h"
#include "state.h"
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace {

// Its coming is all that is wanted: without SA_RESTART a call that blocks then returns.
void tick(int, siginfo_t* info, void*) {
  if (info->si_code == SI_TIMER) *static_cast<volatile sig_atomic_t*>(info->si_value.sival_ptr) += 1;
}

// A real-time signal that this process does not use, from the highest down; its handler is set for good
// (the addon is never unloaded).
int chosen() {
  for (int number = SIGRTMAX - 1; number >= SIGRTMIN; number--) {
    struct sigaction now;
    if (sigaction(number, nullptr, &now) < 0 || (now.sa_flags & SA_SIGINFO) || now.sa_handler != SIG_DFL)
      continue;
    struct sigaction mine = {};
    mine.sa_sigaction = tick;
    mine.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&mine.sa_mask);
    if (sigaction(number, &mine, nullptr) == 0) return number;
  }
  return -EAGAIN;
}

}  // namespace

namespace interrupt {

int Timer::create() {
  static const int number = chosen();
  if (number < 0) return number;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  int failed = pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  if (failed) return -failed;
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = number;
  event.sigev_value.sival_ptr = const_cast<sig_atomic_t*>(&ticked_);
  event.sigev_notify_thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) < 0) return -errno;
  created_ = true;
  return 0;
}

Timer::~Timer() {
  if (created_) timer_delete(timer_);
}

int Timer::every(int milliseconds) {
  if (!created_) {
    if (milliseconds <= 0) return 0;
    int failed = create();
    if (failed < 0) return failed;
  }
  timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  itimerspec spec = {time, time};
  return timer_settime(timer_, 0, &spec, nullptr) < 0 ? -errno : 0;
}

int Timer::ticks() {
  int n = ticked_ - seen_;
  seen_ += n;
  return n;
}

int interruptible(State& s, int milliseconds) {
  return milliseconds < 0 ? -EINVAL : s.timer.every(milliseconds);
}
int interruptions(State& s) {
  return s.timer.ticks();
}

}  // namespace interrupt
