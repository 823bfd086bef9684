#pragma once

#include "core/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The file of serve.api_keys_file: what a line says, and how the file is changed. A line is
//
//   [scope=write|read|all] [rate=N/s] [origin=ORIGIN]... SHA256 NAME
//
// with blanks between the words; the settings may stand in any order. Without a scope it is all,
// without a rate there is no limit, without an origin the key is taken from everywhere. A line
// without settings is what `sha256sum` prints, with a name for its "-". Empty lines and lines that
// begin with '#' are passed over.

namespace gamevents::collector {

/// Keys in a file; every request is compared with all of them.
inline constexpr size_t kApiKeysMax = 1'000;
/// The longest key that is looked at, so that nobody has us hash much.
inline constexpr size_t kApiKeyBytesMax = 512;
/// The origins of one key.
inline constexpr size_t kKeyOriginsMax = 64;
/// The largest rate of one key, as of serve.rate_limit.
inline constexpr int64_t kKeyRateMax = 1'000'000;

using Sha256 = std::array<uint8_t, 32>;

/// What the holder of a key may ask for: routes of Access::kWrite, of Access::kRead, or both.
enum class KeyScope : uint8_t { kAll, kWrite, kRead };

/// "all", "write", "read".
std::string_view ScopeName(KeyScope scope);
std::optional<KeyScope> ParseScope(std::string_view name);

/// One caller: who, the SHA-256 of the key, and what it may do. The key itself is nowhere.
struct ApiKey {
  std::string name;
  Sha256 sha256 = {};
  KeyScope scope = KeyScope::kAll;
  int64_t rate = 0;                  ///< requests a second; 0: no limit
  std::vector<std::string> origins;  ///< of the pages that may use it; none: it is taken from all

  bool operator==(const ApiKey&) const = default;
};

/// The keys in `text`. Several may have one name. Errors: kBadInput with the line's number; kFull
/// for more than kApiKeysMax. No error repeats what stands in the place of a key or a hash.
Result<std::vector<ApiKey>> ParseApiKeys(std::string_view text);

/// The line of `key`, which ParseApiKeys takes back, with its line break.
std::string FormatApiKey(const ApiKey& key);

/// Whether it can be a key's name: as CheckName (core/base/text.h), and not "-". Errors: kBadInput.
Status CheckKeyName(std::string_view name);

/// "10/s". Errors: kBadInput.
Result<int64_t> ParseKeyRate(std::string_view text);

/// nullopt when OpenSSL fails, which it does not.
std::optional<Sha256> HashOf(std::string_view key);

/// `text` with a line for `key` at its end. Errors: kExists when a key has its name; kFull; as
/// ParseApiKeys.
Result<std::string> WithKey(std::string_view text, const ApiKey& key);

/// `text` without the lines of the keys called `name`; comments stay. Errors: kNotFound, with the
/// names that there are; kBadInput when no key would be left, since `serve` takes no such file and
/// would go on with the keys that it has; as ParseApiKeys.
Result<std::string> WithoutKey(std::string_view text, std::string_view name);

/// The keys of the file at `path`. Errors: kNotFound, kIo, kFull; as ParseApiKeys, with
/// "PATH:LINE".
Result<std::vector<ApiKey>> ReadKeyFile(const std::string& path);

/// Replaces the text of the file at `path` by what `edit` makes of it, as EditFile does. Errors:
/// those of `edit`, with the path; as EditFile.
Status EditKeyFile(const std::string& path,
                   const std::function<Result<std::string>(std::string_view text)>& edit);

}  // namespace gamevents::collector
