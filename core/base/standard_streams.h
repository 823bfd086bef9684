#pragma once

#include "core/base/result.h"

namespace gamevents {

/// Opens /dev/null in the place of each of stdin, stdout and stderr that this process was started
/// without, so that no file or socket of its own gets their numbers. Reading or writing there
/// fails as it would have. To be called first of all. Errors: kIo and what SystemError gives.
Status FillStandardStreams();

}  // namespace gamevents
