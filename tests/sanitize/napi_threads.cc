// Thread-safe functions of napi.h: what any thread may post to an environment.
#include "napi.h"

struct napi_threadsafe_function__ {
  napi_env env;
  napi_threadsafe_function_call_js callJs;
  napi_value function;
  void* context;
  napi_finalize finalize;
  void* finalizeData;
  size_t most;
  std::mutex mutex;
  std::condition_variable room;
  std::deque<void*> queue;
  size_t threads;
  bool closing = false, closed = false;
};

namespace {

// A function is deleted by whoever leaves last: the environment, or the last of its threads.
void leave(napi_threadsafe_function f, std::unique_lock<std::mutex>& lock) {
  bool last = f->closed && f->threads == 0;
  lock.unlock();
  if (last) delete f;
}

}  // namespace

void closeFunction(napi_threadsafe_function f) {
  std::unique_lock<std::mutex> lock(f->mutex);
  if (f->closed) return;
  f->closing = f->closed = true;
  std::deque<void*> left;
  left.swap(f->queue);
  f->room.notify_all();
  napi_env env = f->env;
  env->functions.erase(f);
  lock.unlock();
  for (void* data : left)
    if (f->callJs) f->callJs(nullptr, nullptr, f->context, data);
  if (f->finalize) f->finalize(env, f->finalizeData, f->context);
  lock.lock();
  leave(f, lock);
}

namespace {

void dispatch(napi_env env, napi_threadsafe_function f) {
  if (!env->functions.count(f)) return;
  std::unique_lock<std::mutex> lock(f->mutex);
  if (f->queue.empty()) return;
  void* data = f->queue.front();
  f->queue.pop_front();
  f->room.notify_one();
  lock.unlock();
  Scope scope(*env);
  if (f->callJs)
    f->callJs(env, f->function, f->context, data);
  else if (f->function && f->function->body)
    f->function->body(nullptr);
}

}  // namespace

extern "C" {

napi_status napi_create_threadsafe_function(napi_env env, napi_value function, napi_value, napi_value,
                                            size_t most, size_t threads, void* finalizeData,
                                            napi_finalize finalize, void* context,
                                            napi_threadsafe_function_call_js callJs,
                                            napi_threadsafe_function* result) {
  auto f = new napi_threadsafe_function__{};
  f->env = env, f->callJs = callJs, f->function = function, f->context = context;
  f->finalize = finalize, f->finalizeData = finalizeData, f->most = most, f->threads = threads;
  env->functions.insert(f);
  return *result = f, napi_ok;
}
napi_status napi_get_threadsafe_function_context(napi_threadsafe_function f, void** result) {
  return *result = f->context, napi_ok;
}
napi_status napi_call_threadsafe_function(napi_threadsafe_function f, void* data,
                                          napi_threadsafe_function_call_mode mode) {
  std::unique_lock<std::mutex> lock(f->mutex);
  while (f->most > 0 && f->queue.size() >= f->most && !f->closing) {
    if (mode == napi_tsfn_nonblocking) return napi_queue_full;
    f->room.wait(lock);
  }
  if (f->closing) {
    if (f->threads == 0) return napi_invalid_arg;
    f->threads--;
    leave(f, lock);
    return napi_closing;
  }
  f->queue.push_back(data);
  napi_env env = f->env;
  env->post([env, f] { dispatch(env, f); });
  return napi_ok;
}
napi_status napi_acquire_threadsafe_function(napi_threadsafe_function f) {
  std::lock_guard<std::mutex> lock(f->mutex);
  if (f->closing) return napi_closing;
  return f->threads++, napi_ok;
}
napi_status napi_release_threadsafe_function(napi_threadsafe_function f,
                                             napi_threadsafe_function_release_mode mode) {
  std::unique_lock<std::mutex> lock(f->mutex);
  if (f->threads == 0) return napi_invalid_arg;
  f->threads--;
  if (!f->closed && (f->threads == 0 || mode == napi_tsfn_abort)) {
    f->closing = true;
    f->room.notify_all();
    napi_env env = f->env;
    env->post([env, f] {
      if (env->functions.count(f)) closeFunction(f);
    });
    return napi_ok;
  }
  leave(f, lock);
  return napi_ok;
}
napi_status napi_ref_threadsafe_function(node_api_basic_env, napi_threadsafe_function) {
  return napi_ok;
}
napi_status napi_unref_threadsafe_function(node_api_basic_env, napi_threadsafe_function) {
  return napi_ok;
}

}  // extern "C"
