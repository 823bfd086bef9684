#include "core/config/key_checks.h"

#include "core/base/ip.h"
#include "core/base/text.h"
#include "core/base/time_zone.h"
#include "core/base/units.h"
#include "core/config/keys.h"
#include "core/config/listeners.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>
#include <utility>

namespace gamevents::config {
namespace {

/// The longest embedded.fsync.
constexpr std::chrono::minutes kIntervalMax{1};

}  // namespace

Status CheckBrokers(std::string_view text) {
  if (text == kEmbedded) return Done{};
  while (true) {
    const size_t comma = text.find(',');
    auto address = ParseHostPort(text.substr(0, comma));
    if (!address) {
      return std::move(address).error().In("write brokers as HOST:PORT,HOST:PORT, or embedded");
    }
    if (comma == std::string_view::npos) return Done{};
    text.remove_prefix(comma + 1);
  }
}

Status CheckTarget(std::string_view text) {
  if (!text.empty() && text != kEmbedded) return CheckBrokers(text);
  if (text.empty()) return Done{};
  return Error{Fault::kBadInput,
               "the embedded log cannot be copied to itself; write brokers as HOST:PORT,HOST:PORT"};
}

Status CheckListen(std::string_view text) {
  auto address = ParseHostPort(text);
  if (!address) return std::move(address).error().In("write it as HOST:PORT");
  return Done{};
}

Status CheckMetricsListen(std::string_view text) {
  return text.empty() ? Status(Done{}) : CheckListen(text);
}

Status CheckListener(std::string_view text) {
  auto listener = ParseListener(text);
  return listener ? Status(Done{}) : Status(std::move(listener).error());
}

Status CheckAdvertisedListener(std::string_view text) {
  auto listener = ParseAdvertisedListener(text);
  return listener ? Status(Done{}) : Status(std::move(listener).error());
}

Status CheckTimeZone(std::string_view text) {
  const auto zone = TimeZone::Find(text);
  return zone ? Status(Done{}) : Status(zone.error());
}

Status CheckFsync(std::string_view text) {
  if (text == kFsyncAlways) return Done{};
  const auto interval = ParseDuration(text);
  if (interval && interval->count() > 0 && *interval <= kIntervalMax) return Done{};
  return Error{Fault::kBadInput,
               "'" + std::string(text) + "' is neither always nor a duration of 1ms to 1m"};
}

// Kafka's own rule; a name that breaks it would be refused by the broker, much later.
Status CheckTopic(std::string_view text) {
  const bool legal = std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
  if (legal && text != "." && text != "..") return Done{};
  return Error{Fault::kBadInput, "'" + std::string(text) +
                                     "' is no topic's name: letters, digits, '.', '_' and '-' "
                                     "only, and neither '.' nor '..'"};
}

// RFC 9110's token: what can stand before the colon of a header.
Status CheckHeaderName(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const bool legal = !text.empty() && std::ranges::all_of(text, [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != kMarks.npos;
  });
  if (legal) return Done{};
  return Error{Fault::kBadInput, "'" + std::string(text) + "' is no HTTP header's name"};
}

Status CheckNetwork(std::string_view text) {
  auto network = Network::Parse(text);
  if (!network) return std::move(network).error();
  return Done{};
}

// An origin as browsers write it (RFC 6454 section 6.1): no path, no slash at its end.
Status CheckOrigin(std::string_view text) {
  if (text == "*" || IsOrigin(text)) return Done{};
  return Error{Fault::kBadInput, "'" + std::string(text) +
                                     "' is no origin: write it as https://game.example or "
                                     "http://localhost:8080, in lower case, or * for every page"};
}

// A name as it stands in the Host header, but for the port: what browsers ask for by any port.
Status CheckHost(std::string_view text) {
  const bool legal = !text.empty() && !text.ends_with('.') && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (legal) return Done{};
  return Error{Fault::kBadInput, "'" + std::string(text) +
                                     "' is no host's name: write it as game.example, without "
                                     "scheme and port"};
}

// The part of a named report, "whales.sql". Its name stands in URLs and on the command line.
Status CheckReportPart(std::string_view text) {
  constexpr size_t kNameBytesMax = 64;
  const size_t dot = text.rfind('.');
  if (dot == text.npos) {
    return Error{Fault::kBadInput, "write it as REPORT.KEY, for example whales.sql"};
  }
  const std::string_view name = text.substr(0, dot);
  const bool legal =
      !name.empty() && name.size() <= kNameBytesMax && name.front() != '-' &&
      std::ranges::all_of(name, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
      });
  if (!legal) {
    return Error{Fault::kBadInput, "'" + std::string(name) +
                                       "' is no report's name: 1 to 64 letters, digits, '-' and "
                                       "'_', not beginning with '-'"};
  }
  const std::string_view part = text.substr(dot + 1);
  if (std::ranges::find(kReportParts, part) != kReportParts.end()) return Done{};
  std::string known;
  for (const std::string_view each : kReportParts) {
    known.append(known.empty() ? "" : ", ").append(each);
  }
  return Error{Fault::kBadInput, "a report has no key " + std::string(part) +
                                     DidYouMean(part, kReportParts) + "; it can have " + known};
}

}  // namespace gamevents::config
