#include "core/collector/ingest/personal.h"

#include "core/base/text.h"
#include "core/collector/request/json_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace gamevents::collector {
namespace {

constexpr auto kAddressNames =
    std::to_array<std::string_view>({"ip", "$ip", "ip_address", "remote_ip", "remote ip"});
constexpr auto kSenderNames = std::to_array<std::string_view>(
    {"user_name",       "purchase_user", "user_id",      "user",      "userId",
     "anonymousId",     "distinct_id",   "$distinct_id", "$user_id",  "player_id",
     "device_id",       "$device_id",    "deviceId",     "userAgent", "$user_agent",
     "$raw_user_agent", "user_agent",    "traits",       "$set",      "$set_once",
     "user_properties"});
constexpr auto kHolders =
    std::to_array<std::string_view>({"context", "properties", "data", "event_data"});

template <typename List>
bool Lists(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// What a JSON string says; a valid one.
std::string TextOfJson(std::string_view quoted) {
  if (quoted.find('\\') == quoted.npos) return std::string(quoted.substr(1, quoted.size() - 2));
  const auto read = nlohmann::json::parse(quoted, nullptr, /*allow_exceptions=*/false);
  return read.is_string() ? read.get<std::string>() : std::string();
}

// Writes one object's members; `depth` is 0 at the top.
class Hider {
 public:
  Hider(std::string& out, const Hiding& hiding) : out_(out), hiding_(hiding) {}

  void Append(std::string_view object, int depth) {
    out_ += '{';
    bool first = true;
    ForEachMember(object, [&](std::string_view quoted, std::string_view value) {
      const std::string name = TextOfJson(quoted);
      if (hiding_.sender && Lists(kSenderNames, name)) return;
      std::optional<std::string> address;
      if (IsAddress(name, value)) {
        address = AddressAs(hiding_.addresses, TextOfJson(value));
        if (address->empty()) return;
      }
      if (!first) out_ += ',';
      first = false;
      out_.append(quoted) += ':';
      if (address) return AppendJsonString(out_, *address);
      if (depth > 0 || !value.starts_with('{') || !Lists(kHolders, name)) {
        return AppendOneLine(out_, value);
      }
      Append(value, depth + 1);
      out_ += '}';
    });
  }

 private:
  bool IsAddress(std::string_view name, std::string_view value) const {
    return hiding_.addresses != AddressForm::kFull && value.starts_with('"') &&
           Lists(kAddressNames, name);
  }

  std::string& out_;
  const Hiding hiding_;
};

}  // namespace

void AppendHiding(std::string& out, std::string_view object, const Hiding& hiding) {
  Hider(out, hiding).Append(object, 0);
}

std::span<const std::string_view> AddressNames() { return kAddressNames; }

}  // namespace gamevents::collector
