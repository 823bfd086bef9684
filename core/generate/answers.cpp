#include "core/generate/answers.h"

#include "core/base/check.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

namespace gamevents::generate {
namespace {

// As much of an answer's text as tells one reason from another.
constexpr size_t kReasonBytesMax = 100;

bool CanTryAgain(int status) { return status == 503 || status == 429; }

// The first sentence or so: servers put names and numbers, which differ each time, behind a colon.
std::string ShortReason(std::string_view text) {
  text = text.substr(0, text.find_first_of(":\r\n"));
  text = text.substr(0, kReasonBytesMax);
  while (!text.empty() && !IsUtf8(text)) text.remove_suffix(1);
  return std::string(text);
}

Verdict Acknowledged() { return {{Fate::kAcknowledged, false, {}}, false}; }

Verdict Refused(const std::string& reason, bool retryable) {
  return {{Fate::kRefused, false, reason}, retryable};
}

size_t CountIn(const nlohmann::json& answer, const char* name) {
  const auto count = answer.find(name);
  return count != answer.end() && count->is_number_unsigned() ? count->get<size_t>() : 0;
}

// One of `rejected`: its place and what is said of it; nothing when it makes no sense.
std::optional<std::pair<size_t, Verdict>> ReadRejected(const nlohmann::json& one, int status,
                                                       size_t events) {
  if (!one.is_object()) return std::nullopt;
  const auto index = one.find("index");
  if (index == one.end() || !index->is_number_unsigned()) return std::nullopt;
  if (index->get<uint64_t>() >= events) return std::nullopt;
  std::string reason = std::to_string(status);
  if (const auto error = one.find("error"); error != one.end() && error->is_string()) {
    reason += " " + ShortReason(error->get_ref<const std::string&>());
  }
  const auto retryable = one.find("retryable");
  const bool again = retryable != one.end() && retryable->is_boolean() && retryable->get<bool>();
  return std::pair(index->get<size_t>(), Refused(reason, again));
}

// The verdicts of an answer of POST /events; nothing when it contradicts itself.
std::optional<std::vector<Verdict>> ReadEventsAnswer(const nlohmann::json& answer, int status,
                                                     size_t events) {
  std::vector<Verdict> verdicts(events, Acknowledged());
  size_t rejected = 0;
  if (const auto all = answer.find("rejected"); all != answer.end()) {
    for (const nlohmann::json& one : *all) {
      auto read = ReadRejected(one, status, events);
      if (!read || verdicts[read->first].outcome.fate == Fate::kRefused) return std::nullopt;
      verdicts[read->first] = std::move(read->second);
      ++rejected;
    }
  }
  size_t known = CountIn(answer, "duplicates");
  const size_t accepted = CountIn(answer, "accepted");
  if (accepted + rejected != events && accepted + known + rejected != events) return std::nullopt;
  // Which of them it had stored before, it does not say; how many, it does.
  for (Verdict& verdict : verdicts) {
    if (verdict.outcome.fate != Fate::kAcknowledged || known == 0) continue;
    verdict.outcome.duplicate = true;
    --known;
  }
  return verdicts;
}

}  // namespace

std::vector<Verdict> ReadAnswer(const http::Answer& answer, size_t events) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (json.is_object() && json.contains("accepted")) {
    if (auto verdicts = ReadEventsAnswer(json, answer.status, events)) return std::move(*verdicts);
    return std::vector<Verdict>(
        events, {{Fate::kUnknown, false, "an answer that contradicts itself"}, true});
  }
  if (answer.status >= 200 && answer.status <= 299) {
    return std::vector<Verdict>(events, Acknowledged());
  }
  std::string_view said = answer.body;
  if (json.is_object() && json.contains("detail") && json["detail"].is_string()) {
    said = json["detail"].get_ref<const std::string&>();
  }
  const std::string reason = std::to_string(answer.status) + " " + ShortReason(said);
  return std::vector<Verdict>(events, Refused(reason, CanTryAgain(answer.status)));
}

std::vector<Verdict> ReadFailure(const Error& error, size_t events) {
  if (error.fault == Fault::kUnavailable) {
    return std::vector<Verdict>(events, Refused("no connection", true));
  }
  if (error.fault == Fault::kUnsupported) {
    return std::vector<Verdict>(events, Refused("no connection: TLS failed", true));
  }
  const std::string reason =
      error.fault == Fault::kFull ? "an endless answer" : "no answer: the connection broke";
  return std::vector<Verdict>(events, {{Fate::kUnknown, false, reason}, true});
}

void KeepOrder(const std::vector<std::string_view>& users, std::vector<Verdict>& verdicts) {
  INVARIANT(users.size() == verdicts.size());
  std::unordered_set<std::string_view> stored;  // users with an acknowledged event further on
  for (size_t i = users.size(); i-- > 0;) {
    if (users[i].empty()) continue;
    if (verdicts[i].outcome.fate == Fate::kAcknowledged) {
      stored.insert(users[i]);
    } else if (stored.contains(users[i])) {
      verdicts[i].retryable = false;
    }
  }
}

}  // namespace gamevents::generate
