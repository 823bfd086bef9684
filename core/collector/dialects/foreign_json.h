#pragma once

#include "core/base/result.h"
#include "core/http/message.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// What a dialect's request says before its events are read: by brackets and quotes only, and
// whatever outsiders send.

namespace gamevents::collector {

/// A value of the query, or of a form (WHATWG's form-urlencoded), decoded. nullopt when it is not
/// there, or is no UTF-8.
std::optional<std::string> FormValue(std::string_view form, std::string_view name);

/// The JSON that a request carries in another way: as `data` of a form or of a GET's query, in
/// base64 or not, or compressed without a header that says so. nullopt where the body is it.
/// Errors: kBadInput where the form or the gzip is broken; kFull when more than `bytes_max` come
/// out of it.
Result<std::optional<std::string>> Unwrap(const http::Request& request, size_t bytes_max);

/// Calls `visit(name, value)` for each member of an object, as they are written, but for the name's
/// quotes. Checks the object's own brackets, colons and commas; a value may be anything.
/// Errors: kBadInput, naming the byte.
Status VisitMembers(
    std::string_view object,
    const std::function<void(std::string_view name, std::string_view value)>& visit);

/// The value at "name", or at "outer.name", as it is written, the first of several. nullopt where
/// there is none, or `object` is no object. Errors: as VisitMembers.
Result<std::optional<std::string_view>> ValueAt(std::string_view object, std::string_view place);

/// What stands between the quotes of a JSON string that has no escapes; else nullopt.
std::optional<std::string_view> PlainText(std::string_view value);

}  // namespace gamevents::collector
