// TensorFlow functions: graphs that the eager context runs like one operation.
#pragma once
#include "napi_values.h"

namespace deflow::engine {

using Buffer = std::unique_ptr<TF_Buffer, Deleter<TF_DeleteBuffer>>;
using Function = std::unique_ptr<TF_Function, Deleter<TF_DeleteFunction>>;
using Graph = std::unique_ptr<TF_Graph, Deleter<TF_DeleteGraph>>;
using ImportOptions = std::unique_ptr<TF_ImportGraphDefOptions, Deleter<TF_DeleteImportGraphDefOptions>>;

inline tfnodejs::TFJSBackend *Backend(napi_env env) {
  auto *backend = tfnodejs::GetTFJSBackend(env);
  if (backend == nullptr) throw BindingError("TensorFlow has not been started in this thread");
  return backend;
}

inline TF_Operation *Operation(TF_Graph *graph, const std::string &name) {
  TF_Operation *operation = TF_GraphOperationByName(graph, name.c_str());
  if (operation == nullptr) throw BindingError("the graph has no node '" + name + "'");
  return operation;
}

// 'node' and 'node:2' name the first and the third output of a node.
inline TF_Output Output(TF_Graph *graph, const std::string &name) {
  const size_t colon = name.rfind(':');
  const int index = colon == std::string::npos ? 0 : std::atoi(name.c_str() + colon + 1);
  TF_Operation *operation = Operation(graph, name.substr(0, colon));
  if (index < 0 || index >= TF_OperationNumOutputs(operation)) throw BindingError("the graph has no output '" + name + "'");
  return {operation, index};
}

inline std::vector<TF_Output> Outputs(napi_env env, TF_Graph *graph, napi_value names) {
  std::vector<TF_Output> outputs;
  for (napi_value name : Elements(env, names)) outputs.push_back(Output(graph, Text(env, name)));
  return outputs;
}

// defineFunction(name, graphDef: Uint8Array, inputs: string[], outputs: string[], controlOutputs?: string[]):
// nodes named in controlOutputs run although no output needs them.
inline napi_value DefineFunction(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [name, graphDef, inputNames, outputNames, controlNames] = Arguments<5>(env, info);
    auto *backend = Backend(env);
    const std::string function_name = Text(env, name), context = "function '" + function_name + "': ";
    const std::string bytes = Bytes(env, graphDef);
    Status status(TF_NewStatus());
    Graph graph(TF_NewGraph());
    Buffer buffer(TF_NewBufferFromString(bytes.data(), bytes.size()));
    ImportOptions options(TF_NewImportGraphDefOptions());
    TF_GraphImportGraphDef(graph.get(), buffer.get(), options.get(), status.get());
    Check(status.get(), context);

    const auto inputs = Outputs(env, graph.get(), inputNames), outputs = Outputs(env, graph.get(), outputNames);
    std::vector<const TF_Operation *> controls;
    for (napi_value control : Elements(env, controlNames)) controls.push_back(Operation(graph.get(), Text(env, control)));
    // -1: the body is every node of the graph.
    Function function(TF_GraphToFunctionWithControlOutputs(
        graph.get(), function_name.c_str(), 0, -1, nullptr, static_cast<int>(inputs.size()), inputs.data(),
        static_cast<int>(outputs.size()), outputs.data(), nullptr, static_cast<int>(controls.size()), controls.data(),
        nullptr, nullptr, nullptr, status.get()));
    Check(status.get(), context);
    TFE_ContextAddFunction(backend->tfe_context_, function.get(), status.get());
    Check(status.get(), context);
    return nullptr;
  });
}

// removeFunction(name): forgets a function; calls of it that run at the moment finish.
inline napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [name] = Arguments<1>(env, info);
    Status status(TF_NewStatus());
    TFE_ContextRemoveFunction(Backend(env)->tfe_context_, Text(env, name).c_str(), status.get());
    Check(status.get());
    return nullptr;
  });
}

}  // namespace deflow::engine
