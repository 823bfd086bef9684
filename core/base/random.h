#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents {

/// What a secret that MakeSecret made begins with, so that scanners for leaked secrets find it.
inline constexpr std::string_view kSecretPrefix = "gev_";

/// `count` bytes from the kernel, fit for keys. Requires: count ≤ 256, which come whole
/// (getrandom(2)). Errors: kIo.
Result<std::string> TakeRandomBytes(size_t count);

/// A new key or password: 32 bytes from the kernel, as text of 47 letters, digits, '-' and '_'.
/// Errors: kIo.
Result<std::string> MakeSecret();

}  // namespace gamevents
