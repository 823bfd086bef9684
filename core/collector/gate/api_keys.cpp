#include "core/collector/gate/api_keys.h"

#include "core/base/ascii.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/collector/request/headers.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr size_t kFileBytesMax = size_t{1} << 20;
constexpr size_t kNameBytesMax = 128;
// A name and a key in base64; more is not decoded.
constexpr size_t kBasicBytesMax = 4 * kApiKeyBytesMax;
constexpr std::string_view kBlanks = " \t\r";
constexpr size_t kHashBytes = std::tuple_size_v<decltype(ApiKey::sha256)>;

Result<ApiKey> ParseLine(std::string_view line) {
  const size_t hash_end = std::min(line.find_first_of(kBlanks), line.size());
  ApiKey key;
  if (hash_end != 2 * kHashBytes) {
    return Error{Fault::kBadInput,
                 "a line is the SHA-256 of a key in 64 hexadecimal digits, "
                 "then a name"};
  }
  for (size_t i = 0; i < kHashBytes; ++i) {
    const auto high = HexDigit(line[2 * i]);
    const auto low = HexDigit(line[2 * i + 1]);
    if (!high || !low) return Error{Fault::kBadInput, "the SHA-256 is not hexadecimal"};
    key.sha256[i] = static_cast<uint8_t>(*high << 4 | *low);
  }
  key.name = std::string(Trim(line.substr(hash_end), kBlanks));
  const bool readable = std::ranges::none_of(
      key.name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (key.name.empty() || key.name == "-") {
    return Error{Fault::kBadInput, "no name after the SHA-256: write whose key it is"};
  }
  if (key.name.size() > kNameBytesMax || !readable || !IsUtf8(key.name)) {
    return Error{Fault::kBadInput,
                 "the name has control characters, is not UTF-8, or is longer than 128 bytes"};
  }
  return key;
}

// What follows `scheme` in Authorization; its name may be written in any case (RFC 9110 11.1).
std::optional<std::string_view> Credentials(const http::Headers& headers, std::string_view scheme) {
  const auto authorization = FindHeader(headers, "Authorization");
  if (!authorization || !EqualsIgnoringCase(authorization->substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  return Trim(authorization->substr(scheme.size()), kBlanks);
}

}  // namespace

Result<std::vector<ApiKey>> ParseApiKeys(std::string_view text) {
  std::vector<ApiKey> keys;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end), kBlanks);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto key = ParseLine(line);
    if (!key) return std::move(key).error().In(std::to_string(number));
    if (std::ranges::find(keys, key->sha256, &ApiKey::sha256) != keys.end()) {
      return Error{Fault::kBadInput, std::to_string(number) + ": duplicate key"};
    }
    if (keys.size() == kApiKeysMax) {
      return Error{Fault::kFull,
                   std::to_string(number) + ": more than " + std::to_string(kApiKeysMax) + " keys"};
    }
    keys.push_back(std::move(key).value());
  }
  return keys;
}

std::optional<std::string_view> PresentedKey(const http::Headers& headers) {
  if (const auto key = FindHeader(headers, "X-Api-Key")) return key;
  return Credentials(headers, "Bearer ");
}

std::optional<std::string> PresentedPassword(const http::Headers& headers) {
  const auto credentials = Credentials(headers, "Basic ");
  if (!credentials || credentials->size() > kBasicBytesMax) return std::nullopt;
  const auto pair = Base64Decode(*credentials);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return pair->substr(colon + 1);
}

Result<std::unique_ptr<ApiKeys>> ApiKeys::Open(std::string path) {
  std::unique_ptr<ApiKeys> keys(new ApiKeys(std::move(path)));
  if (Status loaded = keys->Reload(); !loaded) return std::move(loaded).error();
  return keys;
}

Status ApiKeys::Reload() {
  const auto text = ReadFile(path_, kFileBytesMax);
  if (!text) return Error(text.error());
  auto keys = ParseApiKeys(*text);
  if (!keys) {
    Error error = std::move(keys).error();
    error.context.insert(0, path_ + ":");
    return error;
  }
  if (keys->empty()) {
    return Error{Fault::kBadInput, path_ + ": there is no key, so nobody could store anything"};
  }
  auto loaded = std::make_shared<const Keys>(std::move(keys).value());
  const std::lock_guard lock(mutex_);
  keys_.swap(loaded);
  return Done{};
}

std::optional<std::string> ApiKeys::NameOf(std::string_view key) const {
  if (key.empty() || key.size() > kApiKeyBytesMax) return std::nullopt;
  std::array<uint8_t, kHashBytes> hash = {};
  unsigned int size = 0;
  if (::EVP_Digest(key.data(), key.size(), hash.data(), &size, ::EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  const std::shared_ptr<const Keys> keys = Current();
  const ApiKey* found = nullptr;
  for (const ApiKey& each : *keys) {
    if (::CRYPTO_memcmp(each.sha256.data(), hash.data(), kHashBytes) == 0) found = &each;
  }
  if (found == nullptr) return std::nullopt;
  return found->name;
}

std::shared_ptr<const ApiKeys::Keys> ApiKeys::Current() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

}  // namespace gamevents::collector
