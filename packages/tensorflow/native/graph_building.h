// Graphs built node by node. Nothing is computed meanwhile: TensorFlow infers types and shapes.
//
// Tensors of a graph have ids of their own, counted from 0; nodes are numbered from 0, constants and operations alike.
#pragma once
#include "memory_use.h"
#include "operation_signatures.h"

namespace deflow::engine {

struct OpenGraph {
  Graph graph{TF_NewGraph()};
  std::vector<TF_Operation *> nodes;
  std::vector<TF_Output> tensors;

  TF_Output Tensor(int32_t id) const {
    if (id < 0 || static_cast<size_t>(id) >= tensors.size()) throw BindingError("the graph has no tensor " + std::to_string(id));
    return tensors[static_cast<size_t>(id)];
  }
  TF_Operation *Node(int32_t number) const {
    if (number < 0 || static_cast<size_t>(number) >= nodes.size()) {
      throw BindingError("the graph has no node " + std::to_string(number));
    }
    return nodes[static_cast<size_t>(number)];
  }
};

inline std::unordered_map<int32_t, OpenGraph> &OpenGraphs() {
  thread_local std::unordered_map<int32_t, OpenGraph> graphs;
  return graphs;
}

inline OpenGraph &FindGraph(napi_env env, napi_value id) {
  const auto found = OpenGraphs().find(Integer(env, id));
  if (found == OpenGraphs().end()) throw BindingError("no graph is open under this number");
  return found->second;
}

inline double Number(napi_env env, napi_value value) {
  double number = 0;
  Check(env, napi_get_value_double(env, value, &number), "a number");
  return number;
}

inline napi_value ToNumber(napi_env env, double number) {
  napi_value value;
  Check(env, napi_create_double(env, number, &value));
  return value;
}

template <class T>
std::vector<T> Numbers(napi_env env, napi_value array) {
  std::vector<T> numbers;
  for (napi_value element : Elements(env, array)) numbers.push_back(static_cast<T>(Number(env, element)));
  return numbers;
}

// A node under construction. TensorFlow frees an unfinished one only by finishing it.
class NewNode {
 public:
  NewNode(OpenGraph &graph, const std::string &operation)
      : graph_(graph), description_(TF_NewOperation(graph.graph.get(), operation.c_str(),
                                                    ("n" + std::to_string(graph.nodes.size())).c_str())) {}
  ~NewNode() {
    if (description_ != nullptr) TF_FinishOperation(description_, Status(TF_NewStatus()).get());
  }
  TF_OperationDescription *get() const { return description_; }

  TF_Operation *Finish(const std::string &context) {
    Status status(TF_NewStatus());
    TF_Operation *node = TF_FinishOperation(std::exchange(description_, nullptr), status.get());
    Check(status.get(), context);
    graph_.nodes.push_back(node);
    return node;
  }

 private:
  OpenGraph &graph_;
  TF_OperationDescription *description_;
};

// An attribute as executeOp takes it: { name, type, value }. One that the operation does not have is left out, as there.
inline void SetAttribute(napi_env env, TF_OperationDescription *node, const OperationSignature &signature, napi_value attribute) {
  const std::string name = Text(env, Property(env, attribute, "name"));
  const auto found = signature.attributes.find(name);
  if (found == signature.attributes.end()) return;
  const std::string &type = found->second;
  const napi_value value = Property(env, attribute, "value");
  if (type == "string") {
    const std::string text = Text(env, value);
    TF_SetAttrString(node, name.c_str(), text.data(), text.size());
  } else if (type == "bool") {
    bool truth = false;
    Check(env, napi_get_value_bool(env, value, &truth), "a boolean");
    TF_SetAttrBool(node, name.c_str(), truth);
  } else if (type == "int") {
    TF_SetAttrInt(node, name.c_str(), static_cast<int64_t>(Number(env, value)));
  } else if (type == "float") {
    TF_SetAttrFloat(node, name.c_str(), static_cast<float>(Number(env, value)));
  } else if (type == "type") {
    TF_SetAttrType(node, name.c_str(), static_cast<TF_DataType>(Integer(env, value)));
  } else if (type == "shape" || type == "list(int)") {
    const auto numbers = Numbers<int64_t>(env, value);
    const int count = static_cast<int>(numbers.size());
    if (type == "shape") TF_SetAttrShape(node, name.c_str(), numbers.data(), count);
    else TF_SetAttrIntList(node, name.c_str(), numbers.data(), count);
  } else if (type == "list(float)") {
    const auto numbers = Numbers<float>(env, value);
    TF_SetAttrFloatList(node, name.c_str(), numbers.data(), static_cast<int>(numbers.size()));
  } else {
    throw BindingError("the attribute '" + name + "' has the type " + type + ", which a graph of this binding cannot hold");
  }
}

inline void AddInputs(TF_OperationDescription *node, const OperationSignature &signature, const std::vector<TF_Output> &inputs) {
  size_t lists = 0, at = 0;
  for (const bool list : signature.input_is_list) lists += list ? 1 : 0;
  const size_t single = signature.input_is_list.size() - lists;
  if (lists > 1 || inputs.size() < single || (lists == 0 && inputs.size() > single)) {
    throw BindingError("the operation does not take " + std::to_string(inputs.size()) + " inputs");
  }
  for (const bool list : signature.input_is_list) {
    const size_t count = list ? inputs.size() - single : 1;
    if (list) TF_AddInputList(node, inputs.data() + at, static_cast<int>(count));
    else TF_AddInput(node, inputs[at]);
    at += count;
  }
}

// { id, dtype, shape }, the shape being null where TensorFlow cannot tell it.
inline napi_value DescribeTensor(napi_env env, OpenGraph &graph, TF_Output output) {
  Status status(TF_NewStatus());
  const int rank = TF_GraphGetTensorNumDims(graph.graph.get(), output, status.get());
  Check(status.get());
  std::vector<int64_t> sizes(rank > 0 ? static_cast<size_t>(rank) : 0);
  if (rank > 0) TF_GraphGetTensorShape(graph.graph.get(), output, sizes.data(), rank, status.get());
  Check(status.get());
  bool known = rank >= 0;
  for (const int64_t size : sizes) known = known && size >= 0;

  graph.tensors.push_back(output);
  napi_value tensor, shape;
  if (known) {
    Check(env, napi_create_array_with_length(env, sizes.size(), &shape));
    for (uint32_t i = 0; i < sizes.size(); i++) {
      Check(env, napi_set_element(env, shape, i, ToNumber(env, static_cast<double>(sizes[i]))));
    }
  } else {
    Check(env, napi_get_null(env, &shape));
  }
  Check(env, napi_create_object(env, &tensor));
  Check(env, napi_set_named_property(env, tensor, "id", ToNumber(env, static_cast<double>(graph.tensors.size() - 1))));
  Check(env, napi_set_named_property(env, tensor, "dtype", ToNumber(env, TF_OperationOutputType(output))));
  Check(env, napi_set_named_property(env, tensor, "shape", shape));
  return tensor;
}

inline napi_value DescribeNode(napi_env env, OpenGraph &graph, TF_Operation *node, uint32_t outputs) {
  napi_value result, tensors;
  Check(env, napi_create_object(env, &result));
  Check(env, napi_create_array_with_length(env, outputs, &tensors));
  for (uint32_t i = 0; i < outputs; i++) {
    Check(env, napi_set_element(env, tensors, i, DescribeTensor(env, graph, {node, static_cast<int>(i)})));
  }
  Check(env, napi_set_named_property(env, result, "node", ToNumber(env, static_cast<double>(graph.nodes.size() - 1))));
  Check(env, napi_set_named_property(env, result, "outputs", tensors));
  return result;
}

// graphCreate(): the number of a new, empty graph
inline napi_value GraphCreate(napi_env env, napi_callback_info) {
  return Guard(env, [&] {
    thread_local int32_t next = 0;
    OpenGraphs()[++next];
    return ToNumber(env, next);
  });
}

// graphNode(graph, operation, attributes, inputs: id[], controls: node[], outputCount): { node, outputs: [{ id, dtype, shape }] }
// The nodes in controls run before it.
inline napi_value GraphNode(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    const auto [number, operation, attributes, inputs, controls, outputs] = Arguments<6>(env, info);
    OpenGraph &graph = FindGraph(env, number);
    const std::string name = Text(env, operation);
    const OperationSignature &signature = Signature(graph.graph.get(), name);
    std::vector<TF_Output> tensors;
    for (const int32_t id : Numbers<int32_t>(env, inputs)) tensors.push_back(graph.Tensor(id));

    NewNode node(graph, name);
    AddInputs(node.get(), signature, tensors);
    for (const int32_t control : Numbers<int32_t>(env, controls)) TF_AddControlInput(node.get(), graph.Node(control));
    for (napi_value attribute : Elements(env, attributes)) SetAttribute(env, node.get(), signature, attribute);
    TF_Operation *finished = node.Finish(name + ": ");
    const int32_t count = Integer(env, outputs);
    if (count < 0 || count > TF_OperationNumOutputs(finished)) throw BindingError(name + " has fewer outputs");
    return DescribeNode(env, graph, finished, static_cast<uint32_t>(count));
  });
}

// The values of a typed array, or strings as an array of Uint8Arrays, as a tensor with a copy of them.
inline TF_Tensor *CopyValues(napi_env env, const std::vector<int64_t> &shape, TF_DataType dtype, napi_value values) {
  size_t size = 1;
  for (const int64_t length : shape) size *= static_cast<size_t>(length);
  const int rank = static_cast<int>(shape.size());
  if (dtype == TF_STRING) {
    const std::vector<napi_value> elements = Elements(env, values);
    if (elements.size() != size) throw BindingError("a constant has another number of strings than its shape");
    TF_Tensor *tensor = TF_AllocateTensor(dtype, shape.data(), rank, size * sizeof(TF_TString));
    auto *strings = static_cast<TF_TString *>(TF_TensorData(tensor));
    for (size_t i = 0; i < size; i++) {
      const std::string bytes = Bytes(env, elements[i]);
      TF_TString_Init(&strings[i]);
      TF_TString_Copy(&strings[i], bytes.data(), bytes.size());
    }
    return tensor;
  }
  napi_value buffer;
  napi_typedarray_type type;
  void *data = nullptr;
  size_t length = 0;
  Check(env, napi_get_typedarray_info(env, values, &type, &length, &data, &buffer, nullptr), "a typed array");
  const size_t width = type == napi_float32_array || type == napi_int32_array ? 4 : type == napi_uint8_array ? 1 : 0;
  const size_t bytes = size * TF_DataTypeSize(dtype);
  if (width * length != bytes) throw BindingError("a constant has another number of values than its shape");
  TF_Tensor *tensor = TF_AllocateTensor(dtype, shape.data(), rank, bytes);
  if (bytes > 0) std::memcpy(TF_TensorData(tensor), data, bytes);
  return tensor;
}

// graphConstant(graph, shape, dtype, values): { node, outputs: [{ id, dtype, shape }] }
inline napi_value GraphConstant(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    const auto [number, shape, dtype, values] = Arguments<4>(env, info);
    OpenGraph &graph = FindGraph(env, number);
    const auto type = static_cast<TF_DataType>(Integer(env, dtype));
    const std::unique_ptr<TF_Tensor, Deleter<TF_DeleteTensor>> tensor(
        CopyValues(env, Numbers<int64_t>(env, shape), type, values));
    NewNode node(graph, "Const");
    Status status(TF_NewStatus());
    TF_SetAttrType(node.get(), "dtype", type);
    TF_SetAttrTensor(node.get(), "value", tensor.get(), status.get());
    Check(status.get());
    return DescribeNode(env, graph, node.Finish("Const: "), 1);
  });
}

// graphSetShape(graph, id, shape): tells TensorFlow a shape that it cannot infer
inline napi_value GraphSetShape(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [number, id, shape] = Arguments<3>(env, info);
    OpenGraph &graph = FindGraph(env, number);
    const auto sizes = Numbers<int64_t>(env, shape);
    Status status(TF_NewStatus());
    TF_GraphSetTensorShape(graph.graph.get(), graph.Tensor(Integer(env, id)), sizes.data(), static_cast<int>(sizes.size()),
                           status.get());
    Check(status.get());
    return nullptr;
  });
}

// graphDefine(graph, name, inputs: id[], outputs: id[], controls: node[]): makes the graph a function of the context.
// The nodes in controls run although no output needs them.
inline napi_value GraphDefine(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [number, name, inputIds, outputIds, controlNodes] = Arguments<5>(env, info);
    OpenGraph &graph = FindGraph(env, number);
    std::vector<TF_Output> inputs, outputs;
    std::vector<const TF_Operation *> controls;
    for (const int32_t id : Numbers<int32_t>(env, inputIds)) inputs.push_back(graph.Tensor(id));
    for (const int32_t id : Numbers<int32_t>(env, outputIds)) outputs.push_back(graph.Tensor(id));
    for (const int32_t node : Numbers<int32_t>(env, controlNodes)) controls.push_back(graph.Node(node));
    const std::string function_name = Text(env, name), context = "function '" + function_name + "': ";
    Status status(TF_NewStatus());
    // -1: the body is every node of the graph.
    const Function function(TF_GraphToFunctionWithControlOutputs(
        graph.graph.get(), function_name.c_str(), 0, -1, nullptr, static_cast<int>(inputs.size()), inputs.data(),
        static_cast<int>(outputs.size()), outputs.data(), nullptr, static_cast<int>(controls.size()), controls.data(),
        nullptr, nullptr, nullptr, status.get()));
    Check(status.get(), context);
    TFE_ContextAddFunction(Backend(env)->tfe_context_, function.get(), status.get());
    Check(status.get(), context);
    return nullptr;
  });
}

// graphDelete(graph): frees it, and gives back what a large one took; a function that was made of it stays
inline napi_value GraphDelete(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [number] = Arguments<1>(env, info);
    constexpr size_t large = 2000;
    const bool was_large = FindGraph(env, number).nodes.size() > large;
    OpenGraphs().erase(Integer(env, number));
    if (was_large) ReturnFreedMemory();
    return nullptr;
  });
}

}  // namespace deflow::engine
