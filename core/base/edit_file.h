#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gamevents {

/// Replaces the text of the file at `path`, of at most `bytes_max` bytes, by what `edit` makes of
/// it, as ReplaceFile does. One process at a time: the file's folder is locked meanwhile, for at
/// most ten seconds. A file that is not there is empty. Errors: those of `edit`, as they are;
/// kUnavailable when another process keeps the lock; as ReadFile and ReplaceFile.
Status EditFile(const std::string& path, size_t bytes_max,
                const std::function<Result<std::string>(std::string_view text)>& edit);

}  // namespace gamevents
