// Which elements of two arrays meet when their shapes differ: axes of size 1 are repeated, missing leading axes have size 1.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace deflow::engine {

using Shape = std::vector<int64_t>;

// Neighbouring axes along which both arrays behave alike count as one. `runs` are stretches of the innermost one.
struct Broadcast {
  // How far one step along a joined axis goes in each array: 0 where it is repeated.
  struct Axis {
    int64_t size, left, right;
  };
  Shape shape;
  std::vector<Axis> outer;  // the innermost first
  Axis inner{1, 1, 1};
  int64_t size = 1;

  // False when the shapes do not fit.
  bool Join(const Shape &left, const Shape &right) {
    const size_t rank = std::max(left.size(), right.size());
    shape.assign(rank, 1);
    std::vector<Axis> axes;
    int64_t left_step = 1, right_step = 1;
    for (size_t i = 0; i < rank; i++) {
      const int64_t a = i < left.size() ? left[left.size() - 1 - i] : 1, b = i < right.size() ? right[right.size() - 1 - i] : 1;
      if (a != b && a != 1 && b != 1) return false;
      const int64_t length = a == 1 ? b : a;
      shape[rank - 1 - i] = length;
      size *= length;
      if (length == 1) continue;
      const Axis axis{length, a == 1 ? 0 : left_step, b == 1 ? 0 : right_step};
      Axis *before = axes.empty() ? nullptr : &axes.back();
      if (before != nullptr && (before->left == 0) == (a == 1) && (before->right == 0) == (b == 1)) before->size *= length;
      else axes.push_back(axis);
      left_step *= a;
      right_step *= b;
    }
    if (!axes.empty()) {
      inner = axes.front();
      outer.assign(axes.begin() + 1, axes.end());
    }
    return true;
  }

  // Calls run(left, right, out, count) with offsets for the elements from `first` to `last` of the result.
  template <class Run>
  void ForRuns(int64_t first, int64_t last, Run run) const {
    while (first < last) {
      int64_t row = first / inner.size;
      const int64_t within = first - row * inner.size, count = std::min(inner.size - within, last - first);
      int64_t left = within * inner.left, right = within * inner.right;
      for (size_t i = 0; i < outer.size(); i++) {
        const bool outermost = i + 1 == outer.size();
        const int64_t rest = outermost ? 0 : row / outer[i].size, at = outermost ? row : row - rest * outer[i].size;
        left += at * outer[i].left;
        right += at * outer[i].right;
        row = rest;
      }
      run(left, right, first, count);
      first += count;
    }
  }
};

}  // namespace deflow::engine
