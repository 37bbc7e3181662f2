// Work on one large array, shared out in blocks: the calling thread computes block after block, and threads that are free join it.
// It never waits for a thread to begin, so that a busy machine costs nothing but their help.
#pragma once
#include <immintrin.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "kernel_api.h"

namespace deflow::engine {

class SharedBlocks {
 public:
  using Body = void (*)(const void *arguments, int64_t first, int64_t last);

  SharedBlocks(Body body, const void *arguments, int64_t size, int64_t block)
      : body_(body), arguments_(arguments), size_(size), block_(block) {}

  // Computes the next block; false when none is left.
  bool Step() {
    const int64_t first = next_.fetch_add(block_, std::memory_order_relaxed);
    if (first >= size_) return false;
    body_(arguments_, first, std::min(size_, first + block_));
    return true;
  }

  int64_t Count() const { return (size_ + block_ - 1) / block_; }

  std::atomic<int> helpers{0};

 private:
  const Body body_;
  const void *const arguments_;
  const int64_t size_, block_;
  std::atomic<int64_t> next_{0};
};

// The threads that help. They live as long as the process.
class Helpers {
 public:
  static Helpers &Get() {
    static Helpers *helpers = new Helpers;
    return *helpers;
  }

  // Computes all blocks, with up to `threads` threads in all.
  void Compute(SharedBlocks &work, int threads) {
    const int wanted = static_cast<int>(std::min<int64_t>(threads, work.Count())) - 1;
    if (wanted > 0) Post(work, wanted);
    while (work.Step()) {
    }
    if (wanted <= 0) return;
    pthread_mutex_lock(&mutex_);
    Forget(work);
    pthread_mutex_unlock(&mutex_);
    while (work.helpers.load(std::memory_order_acquire) > 0) _mm_pause();
  }

 private:
  void Post(SharedBlocks &work, int wanted) {
    pthread_mutex_lock(&mutex_);
    open_.push_back(&work);
    while (started_ < wanted) {
      started_++;
      TF_ThreadOptions options;
      TF_DefaultThreadOptions(&options);
      TF_StartThread(&options, "deflow", [](void *helpers) { static_cast<Helpers *>(helpers)->Help(); }, this);
    }
    for (int i = 0; i < std::min(wanted, idle_); i++) pthread_cond_signal(&posted_);
    pthread_mutex_unlock(&mutex_);
  }

  void Forget(const SharedBlocks &work) {
    const auto found = std::find(open_.begin(), open_.end(), &work);
    if (found != open_.end()) open_.erase(found);
  }

  [[noreturn]] void Help() {
    pthread_mutex_lock(&mutex_);
    for (;;) {
      while (open_.empty()) {
        idle_++;
        pthread_cond_wait(&posted_, &mutex_);
        idle_--;
      }
      SharedBlocks &work = *open_.front();
      work.helpers.fetch_add(1, std::memory_order_relaxed);
      pthread_mutex_unlock(&mutex_);
      while (work.Step()) {
      }
      pthread_mutex_lock(&mutex_);
      Forget(work);
      work.helpers.fetch_sub(1, std::memory_order_release);
    }
  }

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t posted_ = PTHREAD_COND_INITIALIZER;
  std::vector<SharedBlocks *> open_;
  int started_ = 0, idle_ = 0;
};

}  // namespace deflow::engine
