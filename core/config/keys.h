#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The table of keys: the one place that says what can be configured. Reading, checking, `config
// show`, `config schema` and docs/configuration.md all walk it; a new setting is a field in
// settings.h and a row in keys.cpp, and nothing else.

namespace gamevents::config {

/// kafka.brokers: no cluster, a broker of our own.
inline constexpr std::string_view kEmbedded = "embedded";
/// embedded.fsync: before every acknowledgement.
inline constexpr std::string_view kFsyncAlways = "always";

/// How a key's value is written.
enum class Type : uint8_t {
  kString,    ///< text; one of `choices` where the row has any
  kInteger,   ///< a whole number
  kBoolean,   ///< true or false
  kDuration,  ///< "100ms", "7d"
  kSize,      ///< "128MiB"
  kStrings,   ///< a list of texts; comma-separated outside the file
  kEntries,   ///< names and texts; "name=text,name=text" outside the file
};

/// A setting's place in Settings: the pointer's kind fits the key's type.
using Field = std::variant<std::string*, int64_t*, bool*, std::chrono::milliseconds*,
                           std::vector<std::string>*, std::map<std::string, std::string>*>;

/// One row of the table.
struct Key {
  std::string_view name;  ///< "serve.port": section, dot, name
  Type type;
  std::string_view default_text;  ///< as `--set` would take it
  /// The range, both ends included: of the number; of the duration in milliseconds; of the size
  /// and of a text's length in bytes; of how many items or entries there are.
  int64_t min;
  int64_t max;
  std::string_view help;  ///< one line, a sentence
  Field (*field)(Settings& settings);
  /// The texts allowed, or the items of a list; empty: any.
  std::span<const std::string_view> choices = {};
  /// What else a text (each item of a list, each name of an entry) must obey; null: nothing.
  Status (*check)(std::string_view text) = nullptr;
  /// Whether the value is never printed. Entries with a telling name are secret without this.
  bool secret = false;
  /// Whether a relative path in a file is meant from that file's folder.
  bool is_path = false;
  /// Of kEntries: each has a group of its own in the file, and is called GROUP.NAME:
  /// "whales.sql". None is a secret.
  bool is_grouped = false;
};

/// What a named report can say of itself, each as the flag of `report` that is called so.
inline constexpr auto kReportParts = std::to_array<std::string_view>(
    {"title",  "where",     "since",   "until", "select",   "group_by", "agg",
     "bucket", "bucket_by", "sql",     "view",  "steps",    "window",   "gap",
     "user",   "variant",   "control", "ratio", "order_by", "limit",    "chart"});

/// The whole table; keys of one section stand together. Lives for ever.
std::span<const Key> Keys();

/// The row of `name`, or null.
const Key* FindKey(std::string_view name);

/// What one key's row cannot say: how values must stand to each other. Errors: kBadInput, naming
/// the keys.
Status CheckRelations(const Settings& settings);

/// "serve" of "serve.port"; "reports" of itself.
std::string_view SectionOf(const Key& key);
/// What stands in front of the key's last part: its section, or a group in that: "serve.tls". Empty
/// for a key that is a section.
std::string_view GroupOf(const Key& key);
/// Whether there are keys in a group of that name.
bool IsGroup(std::string_view name);

/// The environment variable that sets `key`: "GAMEVENTS_SERVE_PORT".
std::string EnvironmentName(const Key& key);

/// The end of a message about an unknown key: "; did you mean serve.port?", or nothing when no
/// key is near. A bare "port" is near the key that ends so.
std::string DidYouMeanKey(std::string_view name);

/// "integer", "duration", …: for help and the documentation.
std::string_view TypeName(Type type);

/// Whether an entry of this name holds a secret, by librdkafka's names: passwords, secrets,
/// tokens, private keys.
bool IsSecretName(std::string_view name);

}  // namespace gamevents::config
