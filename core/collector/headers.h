#pragma once

#include "core/http/exchange.h"

#include <optional>
#include <string_view>

namespace gamevents::collector {

/// Whether two names of headers are the same: letters in any case (RFC 9110 section 5.1).
bool SameHeaderName(std::string_view a, std::string_view b);

/// The value of the first header of this name; nullopt when there is none. Points into `headers`.
std::optional<std::string_view> FindHeader(const http::Headers& headers, std::string_view name);

}  // namespace gamevents::collector
