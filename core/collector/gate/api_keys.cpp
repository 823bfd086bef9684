#include "core/collector/gate/api_keys.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/collector/request/headers.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

// A name and a key in base64; more is not decoded.
constexpr size_t kBasicBytesMax = 4 * kApiKeyBytesMax;

// What follows `scheme` in Authorization; its name may be written in any case (RFC 9110 11.1).
std::optional<std::string_view> Credentials(const http::Headers& headers, std::string_view scheme) {
  const auto authorization = FindHeader(headers, "Authorization");
  if (!authorization || !EqualsIgnoringCase(authorization->substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  return Trim(authorization->substr(scheme.size()), " \t\r");
}

}  // namespace

bool Allows(KeyScope scope, Access access) {
  if (scope == KeyScope::kAll || access == Access::kAny) return true;
  return (scope == KeyScope::kWrite) == (access == Access::kWrite);
}

std::optional<std::string_view> PresentedKey(const http::Headers& headers) {
  if (const auto key = FindHeader(headers, "X-Api-Key")) return key;
  return Credentials(headers, "Bearer ");
}

std::optional<std::pair<std::string, std::string>> PresentedBasic(const http::Headers& headers) {
  const auto credentials = Credentials(headers, "Basic ");
  if (!credentials || credentials->size() > kBasicBytesMax) return std::nullopt;
  const auto pair = Base64Decode(*credentials);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return std::pair(pair->substr(0, colon), pair->substr(colon + 1));
}

bool KnownKey::AdmitsOrigin(const http::Headers& headers) const {
  if (key.origins.empty()) return true;
  const auto origin = FindHeader(headers, "Origin");
  return origin && std::ranges::find(key.origins, *origin) != key.origins.end();
}

Result<std::unique_ptr<ApiKeys>> ApiKeys::Open(std::string path) {
  std::unique_ptr<ApiKeys> keys(new ApiKeys(std::move(path)));
  if (Status loaded = keys->Reload(); !loaded) return std::move(loaded).error();
  return keys;
}

Status ApiKeys::Reload() {
  auto read = ReadKeyFile(path_);
  if (!read) return std::move(read).error();
  if (read->empty()) {
    return Error{Fault::kBadInput, path_ +
                                       ": there is no key, so nobody could store anything; make "
                                       "one with gamevents keys add"};
  }
  auto loaded = std::make_shared<Keys>();
  for (ApiKey& key : *read) loaded->push_back(std::make_shared<KnownKey>(std::move(key)));
  std::shared_ptr<const Keys> next = std::move(loaded);
  const std::lock_guard lock(mutex_);
  keys_.swap(next);
  return Done{};
}

std::shared_ptr<KnownKey> ApiKeys::Find(std::string_view key) const {
  if (key.empty() || key.size() > kApiKeyBytesMax) return nullptr;
  const auto hash = HashOf(key);
  if (!hash) return nullptr;
  const std::shared_ptr<const Keys> keys = Current();
  const std::shared_ptr<KnownKey>* found = nullptr;
  for (const auto& each : *keys) {
    if (::CRYPTO_memcmp(each->key.sha256.data(), hash->data(), hash->size()) == 0) found = &each;
  }
  return found == nullptr ? nullptr : *found;
}

std::shared_ptr<const ApiKeys::Keys> ApiKeys::Current() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

}  // namespace gamevents::collector
