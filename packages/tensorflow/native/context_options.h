// The configuration of the context that the vendored constructor makes.
#pragma once
#include "napi_values.h"

namespace deflow::engine {

// A serialised ConfigProto: numbers of threads, visible devices, growth of the GPU's memory. Empty: TensorFlow's defaults.
inline std::string &ContextConfiguration() {
  thread_local std::string bytes;
  return bytes;
}

// Stands in for TFE_NewContextOptions inside the vendored sources.
inline TFE_ContextOptions *NewContextOptions() {
  TFE_ContextOptions *options = TFE_NewContextOptions();
  const std::string &bytes = ContextConfiguration();
  if (bytes.empty()) return options;
  Status status(TF_NewStatus());
  TFE_ContextOptionsSetConfig(options, bytes.data(), bytes.size(), status.get());
  if (TF_GetCode(status.get()) == TF_OK) return options;
  TFE_DeleteContextOptions(options);
  throw BindingError("the configuration is no ConfigProto: ", status.get());
}

}  // namespace deflow::engine
