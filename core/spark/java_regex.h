#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gamevents::spark {

/// `pattern`, an expression that RE2 takes, as java.util.regex reads it with the same meaning: the
/// two share most of their syntax, but not what `$`, `.`, `\s`, `\b` and `[` in a class mean.
/// Groups lose their names, which nobody asks for.
/// Errors: kUnsupported for what Java cannot say (`\C`, the flags m and U, `\S` in a class,
/// `\p{Any}`), naming it.
Result<std::string> ToJavaRegex(std::string_view pattern);

}  // namespace gamevents::spark
