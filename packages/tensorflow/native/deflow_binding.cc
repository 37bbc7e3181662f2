// The native half of the engine: the binding of tfjs-node (vendor/tfjs-node, two files) and the calls that it lacks,
// compiled as one unit so that both share one eager context.
//
// The module exports start(options), which makes the context and gives back the binding, and nothing else:
// a context cannot be configured after it was made.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <node_api.h>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"

#include "context_options.h"
#include "copied_tensors.h"
#include "portable_libstdcxx.h"

// The class keeps its context and its tensors to itself, and registers itself as the module.
#define TFE_NewContextOptions deflow::engine::NewContextOptions
#define TF_NewTensor deflow::engine::NewCopiedTensor
#define private public
#include "vendor/tfjs-node/tfjs_backend.h"
#undef private
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "vendor/tfjs-node/tfjs_backend.cc"
#include "vendor/tfjs-node/tfjs_binding.cc"
#undef TFE_NewContextOptions
#undef TF_NewTensor

#include "bfloat16_kernels.h"
#include "collectives.h"
#include "devices.h"
#include "function_calls.h"
#include "function_definitions.h"
#include "graph_building.h"
#include "memory_use.h"

namespace deflow::engine {

// TensorFlow's mixed-precision rewriter leaves float32 what comes after the operations of this list, up to the next convolution or
// product. Recordings put one of these, which does nothing, before the arithmetic that updates the state.
void KeepUpdatesInFloat32() {
  const char *list = "TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_DENYLIST_ADD";
  const char *given = std::getenv(list);
  const std::string ours = "PlaceholderWithDefault", before = given == nullptr ? "" : given;
  if (before.find(ours) == std::string::npos) setenv(list, before.empty() ? ours.c_str() : (before + "," + ours).c_str(), 1);
}

// start({ configProto?: Uint8Array, threads?: number }): the binding, over a context made with that serialised ConfigProto; as many
// threads compute an operation of ours, 0 for all processors.
napi_value Start(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [options] = Arguments<1>(env, info);
    void *started = nullptr;
    Check(env, napi_get_instance_data(env, &started));
    if (started != nullptr) throw BindingError("TensorFlow has been started already in this thread");

    KeepUpdatesInFloat32();
    const napi_value threads = Property(env, options, "threads");
    bfloat16::RegisterKernels(Missing(env, threads) ? 0 : Integer(env, threads));
    ContextConfiguration() = Bytes(env, Property(env, options, "configProto"));
    napi_value binding;
    Check(env, napi_create_object(env, &binding));
    tfnodejs::InitTFNodeJSBinding(env, binding);
    if (ExceptionPending(env)) return nullptr;
    Define(env, binding,
           {{"collectGarbage", CollectGarbage},
            {"defineFunction", DefineFunction},
            {"removeFunction", RemoveFunction},
            {"runFunction", RunFunction},
            {"runFunctionAsync", RunFunctionAsync},
            {"enableCollectives", EnableCollectives},
            {"listDevices", ListDevices},
            {"graphCreate", GraphCreate},
            {"graphNode", GraphNode},
            {"graphConstant", GraphConstant},
            {"graphSetShape", GraphSetShape},
            {"graphDefine", GraphDefine},
            {"graphDelete", GraphDelete}});
    ForgetStartingCode();
    return binding;
  });
}

}  // namespace deflow::engine

NAPI_MODULE_INIT() {
  return deflow::engine::Guard(env, [&] {
    deflow::engine::Define(env, exports, {{"start", deflow::engine::Start}});
    return exports;
  });
}
