#include "core/kafka/connection_errors.h"

#include "core/base/notes.h"
#include "core/base/number.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace gamevents::kafka {
namespace {

constexpr int kSyslogWarning = 4;
// Kafka has fewer than a hundred.
constexpr size_t kApisMax = 256;

// "/bootstrap", "/1", "/GroupCoordinator": which connection of the address it was.
std::string_view WithoutConnectionName(std::string_view address) {
  return address.substr(0, address.find('/'));
}

/// What librdkafka writes of connections that fail most often, by a part of it.
struct KnownReason {
  std::string_view part;
  std::string_view says;
};
constexpr char kClosed[] = "closed the connection";
// The first that fits.
constexpr KnownReason kKnownReasons[] = {
    {"Connection refused", "connection refused"},
    {"Connection setup timed out", "timed out"},
    {"Timed out", "timed out; is it a Kafka broker?"},
    {"Invalid response size 1213486160", "answers in HTTP; it is no Kafka broker"},
    {"Failed to resolve", "the host is not known"},
    {"while requesting ApiVersion",
     "closed the connection at once: it may want TLS; see security.protocol in kafka.properties"},
    {"broker might require SASL",
     "closed the connection: it may want a user and a password; see security.protocol and sasl.* "
     "in kafka.properties"},
    {"SASL authentication error",
     "does not take the user or the password; see sasl.username and sasl.password in "
     "kafka.properties"},
    {"Request not valid in current SASL state",
     "wants no user on this port; see security.protocol in kafka.properties"},
    {"Disconnected", kClosed},
    {"Broken pipe", kClosed},
    {"Connection reset by peer", kClosed},
};
constexpr std::string_view kMechanisms = "broker's supported mechanisms: ";
constexpr std::string_view kVerifyFailed = "certificate verify failed";

// Each file by the property that names it.
tls::ClientFiles PropertyNames() {
  return {{"ssl.ca.location in kafka.properties"},
          {"ssl.certificate.location"},
          {"ssl.key.location in kafka.properties"},
          "security.protocol=PLAINTEXT in kafka.properties"};
}

// What a line "…:   ApiKey Produce (0) Versions 0..9" says: the key, and the newest version.
std::optional<std::pair<int16_t, int16_t>> ParseApi(std::string_view line) {
  constexpr std::string_view kKey = " (";
  constexpr std::string_view kVersions = ") Versions ";
  constexpr std::string_view kTo = "..";
  const size_t versions = line.find(kVersions);
  const size_t key = line.rfind(kKey, versions);
  const size_t to = line.find(kTo, versions);
  if (versions == line.npos || key == line.npos || to == line.npos) return std::nullopt;
  const size_t at = key + kKey.size();
  const auto number = ParseWholeNumber<int16_t>(line.substr(at, versions - at));
  const auto newest = ParseWholeNumber<int16_t>(line.substr(to + kTo.size()));
  if (!number || !newest) return std::nullopt;
  return std::pair(*number, *newest);
}

}  // namespace

unsigned long OpenSslCode(std::string_view reason) {
  constexpr std::string_view kBefore = "error:";
  const size_t at = reason.find(kBefore);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = reason.substr(at + kBefore.size());
  unsigned long code = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  return read.ptr != digits.data() + digits.size() && *read.ptr == ':' ? code : 0;
}

std::string ShortReason(std::string_view reason) {
  if (const size_t at = reason.find(kMechanisms);
      at != std::string_view::npos && reason.find("Unsupported SASL") != std::string_view::npos) {
    std::string_view known = reason.substr(at + kMechanisms.size());
    known = known.substr(0, known.find(" (after "));
    return "does not know the SASL mechanism; it knows " + std::string(known) +
           "; see sasl.mechanism in kafka.properties";
  }
  for (const KnownReason& known : kKnownReasons) {
    if (reason.find(known.part) != std::string_view::npos) return std::string(known.says);
  }
  return std::string(reason.substr(0, reason.find(" (after ")));
}

bool SplitConnectionLine(std::string_view line, std::string_view& address,
                         std::string_view& reason) {
  if (line.starts_with("[thrd:")) {
    const size_t end = line.find("]: ");
    if (end == std::string_view::npos) return false;
    line.remove_prefix(end + 3);
  }
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const size_t slash = name.find('/');
  // "GroupCoordinator/1" and the like stand for an address that another line has already named.
  const std::string_view where =
      slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  std::string_view host = WithoutConnectionName(name);
  // "sasl_ssl://host:9093/1" carries its protocol in front.
  if (const size_t scheme = name.find("://"); scheme != std::string_view::npos) {
    host = WithoutConnectionName(name.substr(scheme + 3));
  } else if (where.empty()) {
    return false;
  }
  if (host.find(':') == std::string_view::npos || host.find(' ') != std::string_view::npos) {
    return false;
  }
  address = host;
  reason = line.substr(colon + 2);
  return !reason.empty();
}

ConnectionErrors::ConnectionErrors(std::string brokers)
    : brokers_(std::move(brokers)), files_(PropertyNames()) {}

void ConnectionErrors::SetOwnCertificate(bool has) {
  files_.certificate.path = has ? files_.certificate.name : "";
}

void ConnectionErrors::OnUntrusted(std::string_view broker, int code) {
  if (const size_t scheme = broker.find("://"); scheme != std::string_view::npos) {
    broker.remove_prefix(scheme + 3);
  }
  const std::string_view address = WithoutConnectionName(broker);
  const std::lock_guard lock(mutex_);
  std::erase_if(untrusted_, [&](const Failure& failure) { return failure.address == address; });
  if (untrusted_.size() == kAddressesMax) untrusted_.erase(untrusted_.begin());
  untrusted_.push_back({std::string(address), tls::DescribeUntrusted(code, files_)});
}

// What is to be said of a connection's failure; called with the lock.
std::string ConnectionErrors::ShortReasonOf(std::string_view address,
                                            std::string_view reason) const {
  if (reason.find(kVerifyFailed) != std::string_view::npos) {
    for (const Failure& known : untrusted_) {
      if (known.address == address) return known.reason;
    }
  }
  const std::string tls = tls::DescribeTlsError(OpenSslCode(reason), files_);
  return tls.empty() ? ShortReason(reason) : tls;
}

void ConnectionErrors::OnLog(int level, std::string_view facility, std::string_view line) {
  Note(NoteLevel::kDebug, "librdkafka " + std::string(facility) + ": " + std::string(line));
  if (facility == "APIVERSION") {
    const auto api = ParseApi(line);
    const std::lock_guard lock(mutex_);
    if (api && (apis_.size() < kApisMax || apis_.contains(api->first)))
      apis_.insert_or_assign(api->first, api->second);
    return;
  }
  std::string_view address;
  std::string_view reason;
  if (!SplitConnectionLine(line, address, reason)) return;
  // OnUntrusted knows more than the line about it.
  if (facility == "SSLCERTVRFY") return;
  // A connection's end is told at a lower level than a failure, though it may be one.
  const bool at_once = reason.find("while requesting ApiVersion") != std::string_view::npos;
  if (level > kSyslogWarning && !at_once) return;

  const std::lock_guard lock(mutex_);
  std::string says = ShortReasonOf(address, reason);
  const auto old = std::ranges::find(failures_, address, &Failure::address);
  if (old != failures_.end()) {
    // That it was closed says no more than why it may have been.
    if (says == kClosed && old->reason.starts_with(kClosed)) says = old->reason;
    failures_.erase(old);
  }
  if (failures_.size() == kAddressesMax) failures_.erase(failures_.begin());
  failures_.push_back({std::string(address), std::move(says)});
}

std::map<int16_t, int16_t> ConnectionErrors::apis() const {
  const std::lock_guard lock(mutex_);
  return apis_;
}

std::string ConnectionErrors::Describe() const {
  const std::lock_guard lock(mutex_);
  if (failures_.empty()) return "no answer in time from " + brokers_;
  const auto brokers = static_cast<size_t>(std::ranges::count(brokers_, ',')) + 1;
  std::string out = failures_.size() < brokers ? "no answer in time: " : "no broker answers: ";
  for (const Failure& failure : failures_) {
    if (&failure != &failures_.front()) out.append(", ");
    out.append(failure.address).append(" (").append(failure.reason).append(")");
  }
  return out;
}

}  // namespace gamevents::kafka
