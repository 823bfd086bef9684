#pragma once

#include "core/http/message.h"

#include <string>
#include <string_view>

namespace gamevents::http {

/// The value of the header that is called exactly `name` in a request or a response; "" when it has
/// none, and "one | two" when it has several.
template <class Message>
std::string HeaderOf(const Message& message, std::string_view name) {
  std::string joined;
  for (const auto& [known, value] : message.headers) {
    if (known == name) joined += (joined.empty() ? "" : " | ") + value;
  }
  return joined;
}

}  // namespace gamevents::http
