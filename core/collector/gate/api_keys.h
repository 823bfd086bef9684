#pragma once

#include "core/base/result.h"
#include "core/collector/gate/key_file.h"
#include "core/collector/gate/rate_limiter.h"
#include "core/collector/request/router.h"
#include "core/http/message.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// Whether a key of this scope opens a route that does so.
bool Allows(KeyScope scope, Access access);

/// The key that a request carries: the value of X-Api-Key, else the token of
/// `Authorization: Bearer` (RFC 6750). nullopt when there is neither. Points into `headers`.
std::optional<std::string_view> PresentedKey(const http::Headers& headers);

/// The name and the password of `Authorization: Basic` (RFC 7617). nullopt when there is none. A
/// browser asks its user for them: the password is a key, the name may be any. Some SDKs send the
/// key as the name.
std::optional<std::pair<std::string, std::string>> PresentedBasic(const http::Headers& headers);

/// A key of the file, and what is left of its rate. Reading the file again fills it up.
struct KnownKey {
  explicit KnownKey(ApiKey read) : key(std::move(read)) {
    if (key.rate > 0) bucket.emplace(key.rate);
  }

  /// Whether a request with these headers comes from a page that may use the key.
  bool AdmitsOrigin(const http::Headers& headers) const;

  const ApiKey key;
  std::optional<TokenBucket> bucket;
};

/// The keys of a file, which can be reloaded while requests are checked. Thread-safe.
class ApiKeys {
 public:
  /// Errors: as Reload.
  static Result<std::unique_ptr<ApiKeys>> Open(std::string path);

  /// Reads the file again. Errors: kBadInput ("keys:3: …"; a file without a key, too, since it
  /// would shut everybody out), kNotFound, kFull, kIo; the keys are then as before.
  Status Reload();

  /// The caller whose key this is; null when it is nobody's. Takes the same time whichever key it
  /// is and how much of it is right.
  std::shared_ptr<KnownKey> Find(std::string_view key) const;

  /// How many keys there are.
  size_t size() const { return Current()->size(); }

 private:
  using Keys = std::vector<std::shared_ptr<KnownKey>>;

  explicit ApiKeys(std::string path) : path_(std::move(path)) {}
  std::shared_ptr<const Keys> Current() const;

  const std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> keys_;
};

}  // namespace gamevents::collector
