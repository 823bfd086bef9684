#include "core/kafka/connection_errors.h"

#include "core/base/notes.h"

#include <algorithm>
#include <utility>

namespace gamevents::kafka {
namespace {

constexpr int kSyslogWarning = 4;

// "/bootstrap", "/1", "/GroupCoordinator": which connection of the address it was.
std::string_view WithoutConnectionName(std::string_view address) {
  return address.substr(0, address.find('/'));
}

/// What librdkafka writes of connections that fail most often, by a part of it.
struct KnownReason {
  std::string_view part;
  std::string_view says;
};
constexpr KnownReason kKnownReasons[] = {
    {"Connection refused", "connection refused"},
    {"Connection setup timed out", "timed out"},
    {"Timed out", "timed out; is it a Kafka broker?"},
    {"Invalid response size 1213486160", "answers in HTTP; it is no Kafka broker"},
    {"Failed to resolve", "the host is not known"},
    {"Disconnected", "closed the connection"},
};

}  // namespace

std::string ShortReason(std::string_view reason) {
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

ConnectionErrors::ConnectionErrors(std::string brokers) : brokers_(std::move(brokers)) {}

void ConnectionErrors::OnLog(int level, std::string_view facility, std::string_view line) {
  Note(NoteLevel::kDebug, "librdkafka " + std::string(facility) + ": " + std::string(line));
  if (level > kSyslogWarning) return;
  std::string_view address;
  std::string_view reason;
  if (!SplitConnectionLine(line, address, reason)) return;

  const std::lock_guard lock(mutex_);
  std::erase_if(failures_, [&](const Failure& failure) { return failure.address == address; });
  if (failures_.size() == kAddressesMax) failures_.erase(failures_.begin());
  failures_.push_back({std::string(address), ShortReason(reason)});
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
