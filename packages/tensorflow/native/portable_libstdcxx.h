// A binary made by a new GCC asks for symbols that an older machine's libstdc++ lacks. This one, of GCC 11, is called
// by every vector; with a copy of its own the binary needs nothing that TensorFlow's own libraries do not need.
#pragma once
#include <new>
#if defined(__GLIBCXX__) && _GLIBCXX_RELEASE >= 11
namespace std {
void __throw_bad_array_new_length() { throw bad_array_new_length(); }
}  // namespace std
#endif
