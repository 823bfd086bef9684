#pragma once

#include "core/base/result.h"
#include "core/config/keys.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::config {

/// Limits on single texts inside lists and entries, whatever the key.
inline constexpr size_t kItemBytesMax = 64 * 1024;

/// Reads `text` as `key` says into `field`, which must be of the key's type and neither a list
/// nor entries. Errors: kBadInput, saying what is wrong and what is allowed.
Status SetScalar(const Key& key, const Field& field, std::string_view text);

/// Puts `items` into a kStrings field. Errors: kBadInput.
Status SetList(const Key& key, const Field& field, std::vector<std::string> items);

/// Puts one entry into a kEntries field, over one of the same name. Errors: kBadInput.
Status SetEntry(const Key& key, const Field& field, const std::string& name, std::string text);

/// "a, b,c" as three items without the spaces around them; "" as none.
std::vector<std::string> SplitList(std::string_view text);

/// "a=1,b=2" as pairs; "" as none. Errors: kBadInput for an item without '=' or name.
Result<std::vector<std::pair<std::string, std::string>>> SplitEntries(std::string_view text);

/// The field as SetScalar, or the split of a list, takes it back. Not for kEntries.
std::string FormatField(const Key& key, const Field& field);

/// "0 to 65535", "100ms to 1h", "1 to 249 bytes", "up to 64 items": the key's range for people.
std::string FormatRange(const Key& key);

}  // namespace gamevents::config
