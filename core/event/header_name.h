#pragma once

#include <string_view>

namespace gamevents::event {

/// Whether `name` is written as `serve` writes the headers that it adds to an event: "Host",
/// "User-Agent". Of the names of one word those of common headers are.
bool IsHeaderName(std::string_view name);

}  // namespace gamevents::event
