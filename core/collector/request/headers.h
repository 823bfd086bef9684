#pragma once

#include "core/http/message.h"

#include <optional>
#include <string_view>

namespace gamevents::collector {

/// The value of the first header of this name, in any case of its letters (RFC 9110 section 5.1);
/// nullopt when there is none. Points into `headers`.
std::optional<std::string_view> FindHeader(const http::Headers& headers, std::string_view name);

/// Whether a Prefer header names `preference` ("return=representation"), in any case of its letters
/// (RFC 7240 section 2).
bool Prefers(const http::Headers& headers, std::string_view preference);

/// Whether an If-None-Match header says that the client has what `tag` stands for (RFC 9110 section
/// 13.1.2).
bool HasAlready(const http::Headers& headers, std::string_view tag);

}  // namespace gamevents::collector
