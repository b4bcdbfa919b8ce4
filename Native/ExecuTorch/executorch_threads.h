// The threads of an inference.
#pragma once

#include <executorch/extension/threadpool/threadpool_guard.h>

#include <mutex>
#include <string>

#include "executorch_failure.h"

// The packages of ExecuTorch have the library of its pool, and not its header.
namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  size_t get_thread_count() const;
  bool _unsafe_reset_threadpool(uint32_t count);
};
ThreadPool *get_threadpool();
}  // namespace executorch::extension::threadpool

namespace executorch_shim {

/// The one pool of a process. Methods keep a pointer into it, so it must not change while there are any.
struct Threads {
  std::mutex mutex;
  uint32_t users = 0;
};

class ThreadsInUse {
 public:
  ThreadsInUse(Threads &threads, uint32_t count) : threads_(threads), count_(count) {
    apply();
    if (count == 1) return;
    const std::lock_guard lock(threads.mutex);
    auto *pool = executorch::extension::threadpool::get_threadpool();
    if (!pool) throw Failure(ASSAY_ENGINE_UNAVAILABLE, "ExecuTorch does not know this processor");
    if (pool->get_thread_count() != count) {
      if (threads.users) throw Failure(ASSAY_BAD_REQUEST, "another model runs on another number of threads");
      pool->_unsafe_reset_threadpool(count);
    }
    ++threads.users;
  }

  ~ThreadsInUse() {
    if (count_ == 1) return;
    const std::lock_guard lock(threads_.mutex);
    --threads_.users;
  }

  ThreadsInUse(const ThreadsInUse &) = delete;
  ThreadsInUse &operator=(const ThreadsInUse &) = delete;

  /// For the calling thread: whether it uses the pool. Without it, sessions on several threads do not wait for each other.
  void apply() const { executorch::extension::threadpool::NoThreadPoolGuard::set_enabled(count_ == 1); }

 private:
  Threads &threads_;
  const uint32_t count_;
};

}  // namespace executorch_shim
