#include "core/http/forwarded.h"

#include "core/http/characters.h"

#include <algorithm>
#include <string>

namespace gamevents::http {
namespace {

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80" and, as some proxies write it
// in X-Forwarded-For, a bare "2001:db8::1".
Hop ParseNode(std::string_view node) {
  if (node.starts_with('[')) {
    const size_t end = node.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = node.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return {};
    const auto address = IpAddress::Parse(node.substr(1, end - 1));
    return address && node.find(':') < end ? address : Hop{};
  }
  if (std::ranges::count(node, ':') == 1) node = node.substr(0, node.find(':'));
  return IpAddress::Parse(node);
}

// Takes the text before the first `end` that is in no quoted string off `rest`. Nothing when a
// quoted string does not end.
std::optional<std::string_view> TakeUntil(std::string_view& rest, char end) {
  bool quoted = false;
  size_t i = 0;
  for (; i < rest.size() && (quoted || rest[i] != end); ++i) {
    if (quoted && rest[i] == '\\')
      ++i;
    else if (rest[i] == '"')
      quoted = !quoted;
  }
  if (quoted || i > rest.size()) return {};
  const std::string_view part = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return part;
}

// A token, or a quoted string without its quotes and backslashes. Nothing for anything else.
std::optional<std::string> ParseValue(std::string_view text) {
  if (IsToken(text)) return std::string(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return {};
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return {};
    if (text[i] == '\\' && ++i == text.size()) return {};
    value += text[i];
  }
  return value;
}

// One proxy's element: "for=192.0.2.60;proto=http;by=203.0.113.43". False when malformed.
bool ParseElement(std::string_view element, Hop& hop) {
  bool has_for = false;
  do {
    const auto part = TakeUntil(element, ';');
    if (!part) return false;
    const std::string_view pair = Trim(*part);
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !IsToken(pair.substr(0, equals))) return false;
    const auto value = ParseValue(pair.substr(equals + 1));
    if (!value) return false;
    if (!EqualsIgnoringCase(pair.substr(0, equals), "for")) continue;
    if (std::exchange(has_for, true)) return false;
    hop = ParseNode(*value);
  } while (!element.empty());
  return true;
}

// Of the hops behind `peer`, nearest to the client first, the client.
IpAddress ClientOf(std::span<const Hop> hops, const IpAddress& peer,
                   std::span<const Network> trusted) {
  IpAddress client = peer;
  for (size_t i = hops.size(); i > 0 && hops[i - 1]; --i) {
    client = *hops[i - 1];
    if (!IsIn(trusted, client)) break;
  }
  return client;
}

}  // namespace

std::vector<Hop> ParseForwardedFor(std::string_view value) {
  std::vector<Hop> hops;
  ForEachListed(value, [&](std::string_view node) {
    // RFC 9110 section 5.6.1.2: empty elements are ignored.
    if (!node.empty()) hops.push_back(ParseNode(node));
  });
  return hops;
}

std::optional<std::vector<Hop>> ParseForwarded(std::string_view value) {
  std::vector<Hop> hops;
  while (!value.empty()) {
    const auto element = TakeUntil(value, ',');
    if (!element) return {};
    if (Trim(*element).empty()) continue;  // as above
    Hop hop;
    if (!ParseElement(*element, hop)) return {};
    hops.push_back(hop);
  }
  return hops;
}

bool IsIn(std::span<const Network> networks, const IpAddress& address) {
  return std::ranges::any_of(networks,
                             [&](const Network& network) { return network.Contains(address); });
}

IpAddress ClientBehindProxy(const Headers& headers, const IpAddress& peer,
                            std::span<const Network> trusted) {
  // Several headers of one name are one list (RFC 9110 section 5.3).
  std::vector<Hop> forwarded;
  std::vector<Hop> forwarded_for;
  bool has_forwarded = false;
  bool has_forwarded_for = false;
  for (const auto& [name, value] : headers) {
    if (EqualsIgnoringCase(name, "X-Forwarded-For")) {
      has_forwarded_for = true;
      std::ranges::copy(ParseForwardedFor(value), std::back_inserter(forwarded_for));
    } else if (EqualsIgnoringCase(name, "Forwarded")) {
      has_forwarded = true;
      const auto hops = ParseForwarded(value);
      if (!hops) return peer;
      std::ranges::copy(*hops, std::back_inserter(forwarded));
    }
  }
  const IpAddress by_forwarded = ClientOf(forwarded, peer, trusted);
  const IpAddress by_forwarded_for = ClientOf(forwarded_for, peer, trusted);
  if (has_forwarded && has_forwarded_for && by_forwarded != by_forwarded_for) return peer;
  return has_forwarded ? by_forwarded : by_forwarded_for;
}

}  // namespace gamevents::http
