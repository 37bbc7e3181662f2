// Tensors that own their memory.
#pragma once
#include <cstring>

#include "tensorflow/c/c_api.h"

namespace deflow::engine {

// Stands in for TF_NewTensor inside the vendored sources, which lend TensorFlow the memory of a typed array and give it back
// in the thread that frees the tensor: with functions on worker threads and variables that they update, that may be a thread
// where JavaScript must not be touched. A copy has no such end, and leaves the user's array alone.
inline TF_Tensor *NewCopiedTensor(TF_DataType dtype, const int64_t *shape, int rank, void *data, size_t bytes,
                                  void (*release)(void *data, size_t bytes, void *argument), void *argument) {
  TF_Tensor *tensor = TF_AllocateTensor(dtype, shape, rank, bytes);
  if (bytes > 0) std::memcpy(TF_TensorData(tensor), data, bytes);
  release(data, bytes, argument);
  return tensor;
}

}  // namespace deflow::engine
