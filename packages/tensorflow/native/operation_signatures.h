// What TensorFlow's registry says about an operation.
#pragma once
#include <unordered_map>

#include "function_definitions.h"

namespace deflow::engine {

struct OperationSignature {
  std::vector<bool> input_is_list;
  std::unordered_map<std::string, std::string> attributes;  // name to type, such as "list(int)"
};

// The fields of a serialised message that have a length (strings, bytes, messages); the others are skipped.
class MessageReader {
 public:
  explicit MessageReader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool Next(uint32_t *field, std::string *value) {
    while (at_ < bytes_.size()) {
      const uint64_t tag = Varint();
      *field = static_cast<uint32_t>(tag >> 3);
      const uint32_t kind = tag & 7;
      if (kind == 2) {
        const uint64_t length = Varint();
        *value = bytes_.substr(at_, length);
        at_ += length;
        return true;
      }
      if (kind == 0) Varint();
      else if (kind == 1) at_ += 8;
      else if (kind == 5) at_ += 4;
      else throw BindingError("an operation's definition cannot be read");
    }
    return false;
  }

 private:
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  }

  std::string bytes_;
  size_t at_ = 0;
};

// OpDef: input_arg (2) with number_attr (5) and type_list_attr (6); attr (4) with name (1) and type (2).
inline OperationSignature ReadSignature(const std::string &definition) {
  OperationSignature signature;
  MessageReader reader(definition);
  uint32_t field = 0, inner = 0;
  std::string value, part;
  while (reader.Next(&field, &value)) {
    if (field != 2 && field != 4) continue;
    MessageReader message(value);
    bool list = false;
    std::string name, type;
    while (message.Next(&inner, &part)) {
      list = list || inner == 5 || inner == 6;
      if (inner == 1) name = part;
      if (inner == 2) type = part;
    }
    if (field == 2) signature.input_is_list.push_back(list);
    else signature.attributes[name] = type;
  }
  return signature;
}

inline const OperationSignature &Signature(TF_Graph *graph, const std::string &operation) {
  thread_local std::unordered_map<std::string, OperationSignature> known;
  const auto found = known.find(operation);
  if (found != known.end()) return found->second;
  Status status(TF_NewStatus());
  Buffer buffer(TF_NewBuffer());
  TF_GraphGetOpDef(graph, operation.c_str(), buffer.get(), status.get());
  Check(status.get());
  return known[operation] = ReadSignature(std::string(static_cast<const char *>(buffer->data), buffer->length));
}

}  // namespace deflow::engine
