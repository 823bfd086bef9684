#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>

namespace gamevents {

/// Which folders may be missing on the way to a file that is to be made.
enum class MissingFolders : uint8_t { kNone, kAny };

/// Whether the file or folder at `path` can be written to; where there is none, whether it can be
/// made, with the folders that are missing. Changes nothing. Errors: kNotFound, kIo, with the path
/// that stands in the way.
Status CheckWritable(const std::string& path, MissingFolders missing);

}  // namespace gamevents
