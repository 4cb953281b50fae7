// A lookup on the thread pool, as a promise (napi_create_async_work). When an environment ends,
// lookups that have begun still finish; JavaScript can't run by then, so nothing is done with their answers.
#pragma once
#include <node_api.h>
#include <memory>
#include <utility>
#include "js_value.h"

namespace async_work {

template <class Request, class Result>
struct Job {
  Result (*look)(const Request&);
  napi_value (*answer)(napi_env, const Result&);
  Request request;
  Result result;
  napi_async_work work;
  napi_deferred deferred;

  static void execute(napi_env, void* data) {
    auto job = static_cast<Job*>(data);
    job->result = job->look(job->request);
  }

  static void complete(napi_env env, napi_status, void* data) {
    std::unique_ptr<Job> job(static_cast<Job*>(data));
    napi_delete_async_work(env, job->work);
    napi_value value = job->answer(env, job->result), error;
    if (value)
      napi_resolve_deferred(env, job->deferred, value);
    else if (napi_get_and_clear_last_exception(env, &error) == napi_ok)
      napi_reject_deferred(env, job->deferred, error);
  }
};

// The promise of answer(look(request)).
template <class Request, class Result>
napi_value promise(napi_env env, Result (*look)(const Request&), Request request,
                   napi_value (*answer)(napi_env, const Result&)) {
  using value::check;
  auto job = std::make_unique<Job<Request, Result>>(
      Job<Request, Result>{look, answer, std::move(request), {}, nullptr, nullptr});
  napi_value promise, name;
  if (!check(env, napi_create_string_utf8(env, "berkeley-sockets", NAPI_AUTO_LENGTH, &name))) return nullptr;
  if (!check(env,
             napi_create_async_work(env, nullptr, name, job->execute, job->complete, job.get(), &job->work)))
    return nullptr;
  if (!check(env, napi_create_promise(env, &job->deferred, &promise)) ||
      !check(env, napi_queue_async_work(env, job->work))) {
    napi_delete_async_work(env, job->work);
    return nullptr;
  }
  job.release();  // complete()'s
  return promise;
}

}  // namespace async_work
