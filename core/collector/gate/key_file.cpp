#include "core/collector/gate/key_file.h"

#include "core/base/ascii.h"
#include "core/base/edit_file.h"
#include "core/base/file.h"
#include "core/base/number.h"
#include "core/base/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr size_t kKeyFileBytesMax = size_t{1} << 20;
constexpr size_t kHashBytes = std::tuple_size_v<Sha256>;
constexpr std::string_view kKeyBlanks = " \t\r";

struct NamedScope {
  std::string_view name;
  KeyScope scope;
};
constexpr auto kScopes = std::to_array<NamedScope>(
    {{"all", KeyScope::kAll}, {"write", KeyScope::kWrite}, {"read", KeyScope::kRead}});

// Takes the first word off `rest`, and the blanks behind it.
std::string_view TakeWord(std::string_view& rest) {
  const size_t end = std::min(rest.find_first_of(kKeyBlanks), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest = Trim(rest.substr(end), kKeyBlanks);
  return word;
}

Status AddScope(ApiKey& key, std::string_view value) {
  const auto scope = ParseScope(value);
  if (!scope) return Error{Fault::kBadInput, "the scope is not one of write, read, all"};
  key.scope = *scope;
  return Done{};
}

Status AddRate(ApiKey& key, std::string_view value) {
  const auto rate = ParseKeyRate(value);
  if (!rate) return Error{Fault::kBadInput, "the rate is not a number from 1 to 1000000 and /s"};
  key.rate = *rate;
  return Done{};
}

Status AddOrigin(ApiKey& key, std::string_view value) {
  if (!IsOrigin(value)) {
    return Error{Fault::kBadInput,
                 "this is no origin; write it as https://game.example, in lower case"};
  }
  if (key.origins.size() == kKeyOriginsMax) {
    return Error{Fault::kFull, "more than " + std::to_string(kKeyOriginsMax) + " origins"};
  }
  key.origins.emplace_back(value);
  return Done{};
}

// What may stand before the hash.
struct Setting {
  std::string_view name;  // with its "="
  bool repeatable;
  Status (*add)(ApiKey& key, std::string_view value);
};
constexpr auto kSettings = std::to_array<Setting>(
    {{"scope=", false, AddScope}, {"rate=", false, AddRate}, {"origin=", true, AddOrigin}});

Status ReadHash(std::string_view word, Sha256& hash) {
  if (word.size() != 2 * kHashBytes) {
    return Error{Fault::kBadInput,
                 "a line is the SHA-256 of a key in 64 hexadecimal digits, then a name; before "
                 "them may stand scope=, rate= and origin="};
  }
  for (size_t i = 0; i < kHashBytes; ++i) {
    const auto high = HexDigit(word[2 * i]);
    const auto low = HexDigit(word[2 * i + 1]);
    if (!high || !low) return Error{Fault::kBadInput, "the SHA-256 is not hexadecimal"};
    hash[i] = static_cast<uint8_t>(*high << 4 | *low);
  }
  return Done{};
}

// Reads the settings, and gives the word behind them.
Result<std::string_view> ReadSettings(std::string_view& rest, ApiKey& key) {
  std::array<bool, kSettings.size()> seen = {};
  for (;;) {
    const std::string_view word = TakeWord(rest);
    const auto setting = std::ranges::find_if(
        kSettings, [&](const Setting& each) { return word.starts_with(each.name); });
    if (setting == kSettings.end()) return word;
    bool& given = seen[static_cast<size_t>(setting - kSettings.begin())];
    if (given && !setting->repeatable) {
      return Error{Fault::kBadInput, "duplicate " + std::string(setting->name)};
    }
    given = true;
    if (Status added = setting->add(key, word.substr(setting->name.size())); !added) {
      return std::move(added).error();
    }
  }
}

Result<ApiKey> ParseKeyLine(std::string_view line) {
  ApiKey key;
  const auto hash = ReadSettings(line, key);
  if (!hash) return Error(hash.error());
  if (Status read = ReadHash(*hash, key.sha256); !read) return std::move(read).error();
  if (line.empty() || line == "-") {
    return Error{Fault::kBadInput, "no name after the SHA-256: write whose key it is"};
  }
  if (Status named = CheckKeyName(line); !named) return std::move(named).error();
  key.name = line;
  return key;
}

bool IsLineOfKey(std::string_view line) {
  line = Trim(line, kKeyBlanks);
  return !line.empty() && !line.starts_with('#');
}

// An error of ParseApiKeys begins with the line's number.
Error InFile(Error error, const std::string& path) {
  error.context.insert(0, path + ":");
  return error;
}

}  // namespace

std::string_view ScopeName(KeyScope scope) {
  return std::ranges::find(kScopes, scope, &NamedScope::scope)->name;
}

std::optional<KeyScope> ParseScope(std::string_view name) {
  const auto found = std::ranges::find(kScopes, name, &NamedScope::name);
  return found == kScopes.end() ? std::nullopt : std::optional(found->scope);
}

Result<std::vector<ApiKey>> ParseApiKeys(std::string_view text) {
  std::vector<ApiKey> keys;
  size_t number = 0;
  for (const std::string_view line : SplitLines(text)) {
    ++number;
    if (!IsLineOfKey(line)) continue;
    auto key = ParseKeyLine(Trim(line, kKeyBlanks));
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

std::string FormatApiKey(const ApiKey& key) {
  std::string line = "scope=" + std::string(ScopeName(key.scope));
  if (key.rate > 0) line += " rate=" + std::to_string(key.rate) + "/s";
  for (const std::string& origin : key.origins) line += " origin=" + origin;
  line += ' ';
  for (const uint8_t byte : key.sha256) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    line += kDigits[byte >> 4];
    line += kDigits[byte & 0x0F];
  }
  return line + "  " + key.name + "\n";
}

Status CheckKeyName(std::string_view name) {
  if (name == "-") return Error{Fault::kBadInput, "a name is not '-'"};
  return CheckName(name);
}

Result<int64_t> ParseKeyRate(std::string_view text) {
  const auto rate = text.ends_with("/s")
                        ? ParseWholeNumber<int64_t>(text.substr(0, text.size() - 2))
                        : std::nullopt;
  if (rate && *rate >= 1 && *rate <= kKeyRateMax) return *rate;
  return Error{Fault::kBadInput, "'" + std::string(text) +
                                     "' is not a rate: write it as 10/s, 1 to " +
                                     std::to_string(kKeyRateMax) + " requests a second"};
}

std::optional<Sha256> HashOf(std::string_view key) {
  Sha256 hash = {};
  unsigned int size = 0;
  if (::EVP_Digest(key.data(), key.size(), hash.data(), &size, ::EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  return hash;
}

Result<std::string> WithKey(std::string_view text, const ApiKey& key) {
  const auto keys = ParseApiKeys(text);
  if (!keys) return Error(keys.error());
  if (std::ranges::find(*keys, key.name, &ApiKey::name) != keys->end()) {
    return Error{Fault::kExists, "there is a key called " + key.name +
                                     " already; take another name, or remove that one first"};
  }
  std::string added(text);
  if (!added.empty() && !added.ends_with('\n')) added += '\n';
  added += FormatApiKey(key);
  if (keys->size() < kApiKeysMax && added.size() <= kKeyFileBytesMax) return added;
  return Error{Fault::kFull, "there is no room for another key: at most " +
                                 std::to_string(kApiKeysMax) + " keys, and 1 MiB"};
}

Result<std::string> WithoutKey(std::string_view text, std::string_view name) {
  const auto keys = ParseApiKeys(text);
  if (!keys) return Error(keys.error());
  if (std::ranges::find(*keys, name, &ApiKey::name) == keys->end()) {
    std::vector<std::string_view> names;
    for (const ApiKey& key : *keys) names.push_back(key.name);
    return Error{Fault::kNotFound,
                 "there is no key called " + std::string(name) + DidYouMean(name, names)};
  }
  if (std::ranges::all_of(*keys, [&](const ApiKey& key) { return key.name == name; })) {
    return Error{Fault::kBadInput,
                 std::string(name) + " is the only key, and serve needs one; add another first"};
  }
  std::string left;
  auto key = keys->begin();
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    const bool removed = IsLineOfKey(Trim(line, "\n")) && (key++)->name == name;
    if (!removed) left += line;
    begin = end;
  }
  return left;
}

Result<std::vector<ApiKey>> ReadKeyFile(const std::string& path) {
  const auto text = ReadFile(path, kKeyFileBytesMax);
  if (!text) return Error(text.error());
  auto keys = ParseApiKeys(*text);
  if (!keys) return InFile(std::move(keys).error(), path);
  return keys;
}

Status EditKeyFile(const std::string& path,
                   const std::function<Result<std::string>(std::string_view text)>& edit) {
  return EditFile(path, kKeyFileBytesMax, [&](std::string_view before) -> Result<std::string> {
    auto after = edit(before);
    if (after) return after;
    // A mistake in the file has its line in front.
    const bool in_file = !ParseApiKeys(before);
    Error error = std::move(after).error();
    return in_file ? InFile(std::move(error), path) : std::move(error).In(path);
  });
}

}  // namespace gamevents::collector
