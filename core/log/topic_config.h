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
enum class ConfigType : uint8_t { kBoolean = 1, kString = 2, kInt = 3, kLong = 5, kList = 7 };

/// A topic config that we know: one row gives its name, type, meaning, and its way to and from
/// LogOptions.
struct TopicConfigKey {
  std::string_view name;
  ConfigType type;
  std::string_view help;
  /// Puts `value` into the options. Errors: kBadInput with what is allowed.
  Status (*apply)(std::string_view value, LogOptions& options);
  /// The value as Kafka prints it.
  std::string (*print)(const LogOptions& options);
};

/// All of them, by name.
std::span<const TopicConfigKey> TopicConfigKeys();

/// `defaults` with a topic's own settings over them. Errors: kBadInput (unknown name, with the
/// nearest known one, or bad value).
Result<LogOptions> ApplyTopicConfigs(const LogOptions& defaults, const TopicConfigs& configs);

}  // namespace gamevents::log
