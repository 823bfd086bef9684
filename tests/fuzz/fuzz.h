#pragma once

#include <cstddef>
#include <cstdint>

/// What a fuzz target defines: tries `size` bytes at `data` and ends the process (INVARIANT) when
/// a promise is broken. Called many times in one process; always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
