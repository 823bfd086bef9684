#include "core/config/value.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <algorithm>
#include <charconv>

namespace gamevents::config {
namespace {

Error Bad(std::string why) { return Error{Fault::kBadInput, std::move(why)}; }

Error OutOfRange(const Key& key, std::string_view text) {
  return Bad(std::string(text) + " is out of range: " + FormatRange(key));
}

Result<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, number);
  if (code == std::errc::result_out_of_range) return Bad(std::string(text) + " is too large");
  if (code != std::errc{} || rest != end) {
    return Bad("'" + std::string(text) + "' is not a whole number");
  }
  return number;
}

// The number behind a text of a numeric type: as it is, in milliseconds or in bytes.
Result<int64_t> ParseNumber(const Key& key, std::string_view text) {
  if (key.type == Type::kInteger) return ParseInteger(text);
  if (key.type == Type::kSize) return ParseSize(text);
  auto duration = ParseDuration(text);
  if (!duration) return std::move(duration).error();
  return static_cast<int64_t>(duration->count());
}

bool InRange(const Key& key, int64_t number) { return number >= key.min && number <= key.max; }

Status CheckText(const Key& key, std::string_view text) {
  if (!IsUtf8(text)) return Bad("the text is not UTF-8");
  if (text.find('\0') != text.npos) return Bad("the text has a NUL byte");
  return key.check != nullptr ? key.check(text) : Status(Done{});
}

std::string ChoicesText(const Key& key) {
  std::string choices;
  for (std::string_view choice : key.choices) {
    choices.append(choices.empty() ? "" : ", ").append(choice);
  }
  return choices;
}

Status CheckChoice(const Key& key, std::string_view text) {
  if (key.choices.empty() || std::ranges::find(key.choices, text) != key.choices.end()) {
    return Done{};
  }
  return Bad("'" + std::string(text) + "' is not one of " + ChoicesText(key) +
             DidYouMean(text, key.choices));
}

Status SetText(const Key& key, std::string& field, std::string_view text) {
  if (!InRange(key, static_cast<int64_t>(text.size()))) {
    return text.empty() ? Bad("must not be empty")
                        : Bad("a text of " + std::to_string(text.size()) +
                              " bytes is out of range: " + FormatRange(key));
  }
  if (auto checked = CheckChoice(key, text); !checked) return checked;
  if (auto checked = CheckText(key, text); !checked) return checked;
  field = text;
  return Done{};
}

Status SetBoolean(bool& field, std::string_view text) {
  if (text != "true" && text != "false") {
    return Bad("'" + std::string(text) + "' is neither true nor false");
  }
  field = text == "true";
  return Done{};
}

}  // namespace

Status SetScalar(const Key& key, const Field& field, std::string_view text) {
  if (key.type == Type::kString) return SetText(key, *std::get<std::string*>(field), text);
  if (key.type == Type::kBoolean) return SetBoolean(*std::get<bool*>(field), text);
  auto number = ParseNumber(key, text);
  if (!number) return std::move(number).error();
  if (!InRange(key, *number)) return OutOfRange(key, text);
  if (key.type == Type::kDuration) {
    *std::get<std::chrono::milliseconds*>(field) = std::chrono::milliseconds(*number);
  } else {
    *std::get<int64_t*>(field) = *number;
  }
  return Done{};
}

Status SetList(const Key& key, const Field& field, std::vector<std::string> items) {
  if (!InRange(key, static_cast<int64_t>(items.size()))) {
    return OutOfRange(key, "a list of " + std::to_string(items.size()));
  }
  for (const std::string& item : items) {
    if (item.size() > kItemBytesMax) return Bad("an item is longer than 64KiB");
    // FormatField joins with commas: an item that has one could not be told from two.
    if (item.find(',') != item.npos) return Bad("'" + item + "': an item cannot have a comma");
    if (auto checked = CheckChoice(key, item); !checked) return checked;
    if (auto checked = CheckText(key, item); !checked) return checked;
  }
  *std::get<std::vector<std::string>*>(field) = std::move(items);
  return Done{};
}

Status SetEntry(const Key& key, const Field& field, const std::string& name, std::string text) {
  auto& entries = *std::get<std::map<std::string, std::string>*>(field);
  if (name.empty()) return Bad("an entry must have a name");
  if (text.size() > kItemBytesMax) return Bad("the text is longer than 64KiB");
  if (auto checked = CheckText(key, name); !checked) return checked;
  if (!IsUtf8(text) || text.find('\0') != text.npos) {
    return Bad("the text is not UTF-8, or has a NUL byte");
  }
  if (!entries.contains(name) && static_cast<int64_t>(entries.size()) >= key.max) {
    return Bad("too many entries: " + FormatRange(key));
  }
  entries[name] = std::move(text);
  return Done{};
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  if (Trim(text).empty()) return items;
  while (true) {
    const size_t comma = text.find(',');
    items.emplace_back(Trim(text.substr(0, comma)));
    if (comma == text.npos) return items;
    text.remove_prefix(comma + 1);
  }
}

Result<std::vector<std::pair<std::string, std::string>>> SplitEntries(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const std::string& item : SplitList(text)) {
    const size_t equals = item.find('=');
    // The item itself may be a password's tail after a comma: it is not repeated in the message.
    if (equals == item.npos || equals == 0) {
      return Bad("item " + std::to_string(entries.size() + 1) +
                 " has no '='; write entries as NAME=TEXT,NAME=TEXT, and one whose text has a "
                 "comma in the file or with --set KEY.NAME=TEXT");
    }
    entries.emplace_back(item.substr(0, equals), item.substr(equals + 1));
  }
  return entries;
}

std::string FormatField(const Key& key, const Field& field) {
  switch (key.type) {
    case Type::kString:
      return *std::get<std::string*>(field);
    case Type::kInteger:
      return std::to_string(*std::get<int64_t*>(field));
    case Type::kBoolean:
      return *std::get<bool*>(field) ? "true" : "false";
    case Type::kDuration:
      return FormatDuration(*std::get<std::chrono::milliseconds*>(field));
    case Type::kSize:
      return FormatSize(*std::get<int64_t*>(field));
    case Type::kStrings:
    case Type::kEntries:
      break;
  }
  INVARIANT(key.type == Type::kStrings);
  std::string joined;
  for (const std::string& item : *std::get<std::vector<std::string>*>(field)) {
    joined += (joined.empty() ? "" : ",") + item;
  }
  return joined;
}

std::string FormatRange(const Key& key) {
  const auto between = [&](auto format, std::string_view unit) {
    return format(key.min) + " to " + format(key.max) + std::string(unit);
  };
  const auto number = [](int64_t n) { return std::to_string(n); };
  switch (key.type) {
    case Type::kString:
      return key.choices.empty() ? between(number, " bytes") : ChoicesText(key);
    case Type::kInteger:
      return between(number, "");
    case Type::kBoolean:
      return "true, false";
    case Type::kDuration:
      return between([](int64_t n) { return FormatDuration(std::chrono::milliseconds(n)); }, "");
    case Type::kSize:
      return between(FormatSize, "");
    case Type::kStrings:
      return key.choices.empty() ? between(number, " items") : "any of " + ChoicesText(key);
    case Type::kEntries:
      return between(number, " entries");
  }
  return "";
}

}  // namespace gamevents::config
