#pragma once

#include "core/base/result.h"
#include "core/log/log_options.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::log {

/// Kafka's names and values as text, as they came from a client.
using TopicConfigs = std::map<std::string, std::string, std::less<>>;

/// Kafka's ConfigDef.Type, as DescribeConfigs numbers it.
enum class ConfigType : uint8_t {
  kBoolean = 1,
  kString = 2,
  kInt = 3,
  kLong = 5,
  kDouble = 6,
  kList = 7,
};

/// A topic config that we know: one row gives its name, type, meaning, and its way to and from
/// LogOptions. Many of Kafka's change nothing here: they are checked, kept and shown.
struct TopicConfigKey {
  std::string_view name;
  ConfigType type;
  std::string_view help;
  /// Puts `value` into the options. Errors: kBadInput with what is allowed.
  Status (*apply)(std::string_view value, LogOptions& options);
  /// The value as Kafka prints it; Kafka's default for one that changes nothing here.
  std::string (*print)(const LogOptions& options);
};

/// All of them, by name.
std::span<const TopicConfigKey> TopicConfigKeys();

/// What a topic with its `own` settings has for `key`: as it was set, or the default.
std::string TopicConfigValue(const TopicConfigKey& key, const LogOptions& defaults,
                             const TopicConfigs& own);

/// `defaults` with a topic's own settings over them. Errors: kBadInput (unknown name, with the
/// nearest known one, or bad value).
Result<LogOptions> ApplyTopicConfigs(const LogOptions& defaults, const TopicConfigs& configs);

}  // namespace gamevents::log
