// Elementwise operations on bfloat16 numbers, in place of TensorFlow's own kernels on processors with AVX-512 instructions for them:
// those of the released libraries are compiled for any processor, and a step in bfloat16 spends a tenth of its time there.
#pragma once

#if !defined(__linux__) || !defined(__x86_64__) || !(defined(__clang__) || __GNUC__ >= 10)
namespace deflow::engine::bfloat16 {
inline void RegisterKernels(int) {}
}  // namespace deflow::engine::bfloat16
#else
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "bfloat16_loops.h"
#include "broadcast.h"
#include "napi_values.h"
#include "shared_blocks.h"

namespace deflow::engine::bfloat16 {

using Tensor = std::unique_ptr<TF_Tensor, Deleter<TF_DeleteTensor>>;

// Elements that one thread computes at a time, and how many are worth waking others for.
constexpr int64_t kBlock = 16384, kShared = 131072;

inline int SchedulableThreads() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  return sched_getaffinity(0, sizeof processors, &processors) == 0 ? std::max(1, CPU_COUNT(&processors)) : 1;
}

// How many threads compute one operation.
inline int threads_of_operation = 1;

// Calls body(first, last) until all elements are computed.
template <class Body>
void ForBlocks(int64_t size, const Body &body) {
  SharedBlocks work(
      [](const void *body, int64_t first, int64_t last) {
        const NoDenormals no_denormals;
        (*static_cast<const Body *>(body))(first, last);
      },
      &body, size, kBlock);
  Helpers::Get().Compute(work, size < kShared ? 1 : threads_of_operation);
}

// One execution of a kernel: the first failure is kept and reported at the end.
class Execution {
 public:
  explicit Execution(TF_OpKernelContext *context) : context_(context), status_(TF_NewStatus()) {}
  ~Execution() {
    if (TF_GetCode(status_.get()) != TF_OK) TF_OpKernelContext_Failure(context_, status_.get());
  }

  bool Ok() const { return TF_GetCode(status_.get()) == TF_OK; }
  void Fail(const std::string &message) { TF_SetStatus(status_.get(), TF_INVALID_ARGUMENT, message.c_str()); }

  Tensor Input(int index) {
    TF_Tensor *tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_.get());
    return Tensor(tensor);
  }

  Shape InputShape(int index) {
    const Tensor tensor = Input(index);
    Shape shape(Ok() ? static_cast<size_t>(TF_NumDims(tensor.get())) : 0);
    for (size_t i = 0; i < shape.size(); i++) shape[i] = TF_Dim(tensor.get(), static_cast<int>(i));
    return shape;
  }

  // The output, in the memory of one of the first two inputs where nothing else needs it. No input may be held meanwhile.
  Tensor Output(const Shape &shape) {
    const int candidates[] = {0, 1}, count = std::min(2, TF_NumInputs(context_));
    int forwarded = 0;
    return Tensor(TF_ForwardInputOrAllocateOutput(context_, candidates, count, 0, shape.data(), static_cast<int>(shape.size()),
                                                  &forwarded, status_.get()));
  }

  int InputCount() const { return TF_NumInputs(context_); }

 private:
  TF_OpKernelContext *context_;
  Status status_;
};

inline uint16_t *Data(const Tensor &tensor) { return static_cast<uint16_t *>(TF_TensorData(tensor.get())); }

template <class Operation>
void ComputeBinary(void *, TF_OpKernelContext *context) {
  Execution execution(context);
  Broadcast broadcast;
  const Shape left = execution.InputShape(0), right = execution.InputShape(1);
  if (!execution.Ok()) return;
  if (!broadcast.Join(left, right)) return execution.Fail("the shapes of the two sides do not fit");
  const Tensor out = execution.Output(broadcast.shape), a = execution.Input(0), b = execution.Input(1);
  if (!execution.Ok()) return;
  const auto run = broadcast.inner.left == 0    ? Binary<Operation, Side::kScalar, Side::kArray>
                   : broadcast.inner.right == 0 ? Binary<Operation, Side::kArray, Side::kScalar>
                                                : Binary<Operation, Side::kArray, Side::kArray>;
  const uint16_t *from_a = Data(a), *from_b = Data(b);
  uint16_t *to = Data(out);
  ForBlocks(broadcast.size, [&](int64_t first, int64_t last) {
    broadcast.ForRuns(first, last, [&](int64_t left, int64_t right, int64_t at, int64_t count) {
      run(from_a + left, from_b + right, to + at, count);
    });
  });
}

// Sums from left to right, each rounded.
inline void ComputeAddN(void *, TF_OpKernelContext *context) {
  Execution execution(context);
  const Shape shape = execution.InputShape(0);
  for (int i = 1; i < execution.InputCount(); i++) {
    if (execution.InputShape(i) != shape) return execution.Fail("the shapes of the inputs differ");
  }
  const Tensor out = execution.Output(shape);
  std::vector<Tensor> inputs;
  for (int i = 0; i < execution.InputCount(); i++) inputs.push_back(execution.Input(i));
  if (!execution.Ok()) return;
  uint16_t *to = Data(out);
  if (inputs.size() == 1) {
    if (to != Data(inputs[0])) std::memcpy(to, Data(inputs[0]), TF_TensorByteSize(out.get()));
    return;
  }
  ForBlocks(TF_TensorElementCount(out.get()), [&](int64_t first, int64_t last) {
    constexpr int64_t part = 2048;
    for (int64_t at = first; at < last; at += part) {
      const int64_t count = std::min(part, last - at);
      const uint16_t *sum = Data(inputs[0]) + at;
      for (size_t i = 1; i < inputs.size(); i++) {
        Binary<Add, Side::kArray, Side::kArray>(sum, Data(inputs[i]) + at, to + at, count);
        sum = to + at;
      }
    }
  });
}

// The gradient of an activation: inputs are the gradient of its result, and the features; `run` computes a stretch.
template <class Run>
void ComputeGradient(TF_OpKernelContext *context, const Run &run) {
  Execution execution(context);
  const Shape shape = execution.InputShape(0);
  if (execution.Ok() && execution.InputShape(1) != shape) return execution.Fail("the shapes of gradients and features differ");
  const Tensor out = execution.Output(shape), gradients = execution.Input(0), features = execution.Input(1);
  if (!execution.Ok()) return;
  const uint16_t *from = Data(gradients), *where = Data(features);
  uint16_t *to = Data(out);
  ForBlocks(TF_TensorElementCount(out.get()),
            [&](int64_t first, int64_t last) { run(from + first, where + first, to + first, last - first); });
}

inline void ComputeReluGrad(void *, TF_OpKernelContext *context) { ComputeGradient(context, ReluGrad); }

inline void *CreateLeakyReluGrad(TF_OpKernelConstruction *construction) {
  const Status status(TF_NewStatus());
  float slope = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "alpha", &slope, status.get());
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return new uint16_t(Round(slope));
}

inline void ComputeLeakyReluGrad(void *slope, TF_OpKernelContext *context) {
  const uint16_t factor = *static_cast<uint16_t *>(slope);
  ComputeGradient(context, [factor](const uint16_t *gradients, const uint16_t *features, uint16_t *out, int64_t count) {
    LeakyReluGrad(gradients, features, out, count, factor);
  });
}

inline void Register(const char *operation, void (*compute)(void *, TF_OpKernelContext *),
                     void *(*create)(TF_OpKernelConstruction *) = nullptr) {
  const Status status(TF_NewStatus());
  const auto destroy = [](void *slope) { delete static_cast<uint16_t *>(slope); };
  TF_KernelBuilder *builder = TF_NewKernelBuilder(operation, "CPU", create, compute, destroy);
  TF_KernelBuilder_TypeConstraint(builder, "T", TF_BFLOAT16, status.get());
  Check(status.get());
  TF_KernelBuilder_Priority(builder, 1);
  TF_RegisterKernelBuilder((std::string("DeFlow") + operation).c_str(), builder, status.get());
  Check(status.get());
}

// Puts the kernels into TensorFlow's registry; 0 threads: one for each processor. Once a process, whatever binding asks first:
// TensorFlow refuses to choose between two kernels of one priority.
inline void RegisterKernels(int threads) {
  static const bool registered = [threads] {
    if (!__builtin_cpu_supports("avx512bf16") || TF_RegisterKernelBuilder == nullptr) return false;
    const std::string marker = "DEFLOW_BFLOAT16_KERNELS", process = std::to_string(getpid());
    const char *other = std::getenv(marker.c_str());
    if (other != nullptr && other == process) return false;
    setenv(marker.c_str(), process.c_str(), 1);
    threads_of_operation = threads > 0 ? threads : SchedulableThreads();
    Register("Add", ComputeBinary<Add>);
    Register("AddV2", ComputeBinary<Add>);
    Register("Sub", ComputeBinary<Sub>);
    Register("Mul", ComputeBinary<Mul>);
    Register("AddN", ComputeAddN);
    Register("ReluGrad", ComputeReluGrad);
    Register("LeakyReluGrad", ComputeLeakyReluGrad, CreateLeakyReluGrad);
    return true;
  }();
  static_cast<void>(registered);
}

}  // namespace deflow::engine::bfloat16
#endif
