#pragma once

#include "core/base/result.h"
#include "core/http/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// Keys in a file; every request is compared with all of them.
inline constexpr size_t kApiKeysMax = 1'000;
/// The longest key that is looked at, so that nobody has us hash much.
inline constexpr size_t kApiKeyBytesMax = 512;

/// One caller that may store events: who, and the SHA-256 of the key. The key itself is nowhere.
struct ApiKey {
  std::string name;
  std::array<uint8_t, 32> sha256 = {};
};

/// The keys in `text`: a line each, the SHA-256 in 64 hexadecimal digits and a name, as `sha256sum`
/// writes them; empty lines and lines that begin with '#' are passed over. Several keys may have
/// one name, so that a key can be replaced without a gap.
/// Errors: kBadInput with the line; kFull for more than kApiKeysMax.
Result<std::vector<ApiKey>> ParseApiKeys(std::string_view text);

/// The key that a request carries: the value of X-Api-Key, else the token of
/// `Authorization: Bearer` (RFC 6750). nullopt when there is neither. Points into `headers`.
std::optional<std::string_view> PresentedKey(const http::Headers& headers);

/// The password of `Authorization: Basic` (RFC 7617), which a browser asks its user for: a key. The
/// name before it may be any. nullopt when there is none.
std::optional<std::string> PresentedPassword(const http::Headers& headers);

/// The keys of a file, which can be reloaded while requests are checked. Thread-safe.
class ApiKeys {
 public:
  /// Errors: as Reload.
  static Result<std::unique_ptr<ApiKeys>> Open(std::string path);

  /// Reads the file again. Errors: kBadInput ("keys:3: …"; a file without a key, too, since it
  /// would shut everybody out), kNotFound, kFull, kIo; the keys are then as before.
  Status Reload();

  /// The name of the caller whose key this is; nullopt when it is nobody's. Takes the same time
  /// whichever key it is and how much of it is right.
  std::optional<std::string> NameOf(std::string_view key) const;

  /// How many keys there are.
  size_t size() const { return Current()->size(); }

 private:
  using Keys = std::vector<ApiKey>;

  explicit ApiKeys(std::string path) : path_(std::move(path)) {}
  std::shared_ptr<const Keys> Current() const;

  const std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> keys_;
};

}  // namespace gamevents::collector
