#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gamevents::report {

/// Lets a hash table of texts be asked with a view, without a copy for the question.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace gamevents::report
