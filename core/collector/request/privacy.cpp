#include "core/collector/request/privacy.h"

#include "core/base/ascii.h"
#include "core/base/ip.h"
#include "core/collector/request/headers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::collector {
namespace {

// What identifies or lets in a person does not belong into an analyst's data.
constexpr auto kAlwaysRedacted = std::to_array<std::string_view>(
    {"Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"});
// Where proxies write whom they ask for.
constexpr auto kAddressHeaders = std::to_array<std::string_view>(
    {"Forwarded", "X-Forwarded-For", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip",
     "X-Original-Forwarded-For", "X-Appengine-User-Ip", "X-Envoy-External-Address",
     "True-Client-Ip", "Client-Ip", "Cf-Connecting-Ip", "Cf-Connecting-Ipv6", "Fastly-Client-Ip",
     "Fly-Client-Ip", "Remote-Addr", "Remote_Addr"});
constexpr size_t kIpv4Bits = 24;
constexpr size_t kIpv6Bits = 48;

template <typename Names>
bool HasName(const Names& names, std::string_view name) {
  return std::ranges::any_of(
      names, [&](std::string_view other) { return EqualsIgnoringCase(other, name); });
}

bool SaysOne(const http::Headers& headers, std::string_view name) {
  const auto value = FindHeader(headers, name);
  return value && Trim(*value) == "1";
}

}  // namespace

Privacy::Privacy(PrivacyOptions options)
    : options_(std::move(options)),
      all_headers_(std::ranges::find(options_.headers, "*") != options_.headers.end()) {}

DoNotTrack Privacy::Treats(const http::Headers& headers) const {
  if (options_.do_not_track == DoNotTrack::kIgnore) return DoNotTrack::kIgnore;
  const bool asks = SaysOne(headers, "Sec-GPC") || SaysOne(headers, "DNT");
  return asks ? options_.do_not_track : DoNotTrack::kIgnore;
}

Hiding Privacy::HidingOf(const http::Headers& headers) const {
  if (Treats(headers) == DoNotTrack::kIgnore) return {options_.addresses, false};
  return {AddressForm::kNone, true};
}

std::string Privacy::AddressOf(const http::Request& request) const {
  return AddressAs(HidingOf(request.headers).addresses, request.remote_ip);
}

std::string Privacy::AddressOf(std::string_view peer) const {
  return AddressAs(options_.addresses, peer);
}

bool Privacy::KeepsHeader(std::string_view name) const {
  if (HasName(kAlwaysRedacted, name) || HasName(options_.redact_headers, name)) return false;
  if (options_.addresses != AddressForm::kFull && HasName(kAddressHeaders, name)) return false;
  return all_headers_ || HasName(options_.headers, name);
}

void Privacy::Count(DoNotTrack what, size_t events) const {
  if (what != DoNotTrack::kIgnore && events > 0 && options_.count) options_.count(what, events);
}

std::string AddressAs(AddressForm form, std::string_view address) {
  if (form == AddressForm::kFull) return std::string(address);
  const auto parsed = IpAddress::Parse(address);
  if (form == AddressForm::kNone || !parsed) return {};
  return parsed->FirstBits(parsed->is_ipv4() ? kIpv4Bits : kIpv6Bits).ToString();
}

}  // namespace gamevents::collector
