#include "core/ledger/verifier.h"

#include "core/base/text.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

namespace gamevents::ledger {
namespace {

// The index is at most this full, so that a look-up takes two steps or so.
constexpr size_t kIndexPlacesPerEntry = 2;

// A UUID's last eight bytes are random but for their first two bits; multiplied, all bits count.
size_t HashOf(const Uuid& id) {
  uint64_t bits = 0;
  std::memcpy(&bits, id.data() + 8, sizeof bits);
  bits *= 0x9E3779B97F4A7C15u;  // 2^64 divided by the golden ratio (Knuth, TAOCP 6.4)
  return static_cast<size_t>(bits >> 16);
}

std::optional<Uuid> IdOf(const event::Document& document) {
  static const event::FieldPath kOwn{kLedgerIdField};
  static const event::FieldPath kGiven{"event_id"};
  for (const event::FieldPath* path : {&kOwn, &kGiven}) {
    const event::Value value = document.Field(*path);
    if (const auto* text = std::get_if<std::string_view>(&value)) return ParseUuid(*text);
  }
  return std::nullopt;
}

void AppendFindings(std::string& out, std::string_view kind, int64_t count,
                    const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    out.append(kind).append(": ").append(finding.event_id);
    if (!finding.user.empty()) {
      out += " (user " + finding.user + ", number " + std::to_string(finding.number) + ")";
    }
    if (finding.partition >= 0) {
      out += " at [" + std::to_string(finding.partition) + "] offset " +
             std::to_string(finding.offset);
    }
    out += '\n';
  }
  const auto named = static_cast<int64_t>(findings.size());
  if (count > named) {
    out.append(kind).append(": ").append(std::to_string(count - named)).append(" more\n");
  }
}

std::string FindingsAsJson(const std::vector<Finding>& findings) {
  std::string out = "[";
  for (const Finding& finding : findings) {
    event::EventWriter writer;
    writer.Add("event_id", finding.event_id);
    // A user is whatever stood in the ledger; JSON takes UTF-8 only.
    writer.Add("user", IsUtf8(finding.user) ? finding.user : std::string("?"));
    writer.Add("number", finding.number);
    if (finding.partition >= 0) {
      writer.Add("partition", finding.partition);
      writer.Add("offset", finding.offset);
    }
    if (out.size() > 1) out += ',';
    out += writer.Finish();
  }
  return out + "]";
}

}  // namespace

Verifier::Verifier() { UserIndex(""); }

Result<std::unique_ptr<Verifier>> Verifier::Load(const std::string& path) {
  std::unique_ptr<Verifier> verifier(new Verifier);
  auto read = Read(path, [&](const Entry& entry) { return verifier->Add(entry); });
  if (!read) return std::move(read).error();
  if (auto built = verifier->BuildIndex(); !built) return std::move(built).error().In(path);
  return verifier;
}

Status Verifier::Add(const Entry& entry) {
  if (known_.size() == kEntriesMax) {
    return Error{Fault::kFull, "more than " + std::to_string(kEntriesMax) +
                                   " entries; verify shorter runs, each with a ledger of its own"};
  }
  known_.push_back({entry.event_id, entry.number, UserIndex(entry.user), 0});
  return Done{};
}

uint32_t Verifier::UserIndex(std::string_view user) {
  const auto known = user_indexes_.find(user);
  if (known != user_indexes_.end()) return known->second;
  const auto index = static_cast<uint32_t>(users_.size());
  // A map's nodes stay where they are, so the name can be pointed at.
  users_.push_back(&user_indexes_.emplace(user, index).first->first);
  return index;
}

Status Verifier::BuildIndex() {
  index_.assign(std::bit_ceil(known_.size() * kIndexPlacesPerEntry + 1), 0);
  for (size_t place = 0; place < known_.size(); ++place) {
    if (Find(known_[place].event_id) != nullptr) {
      return Error{Fault::kBadInput, "duplicate event " + FormatUuid(known_[place].event_id) +
                                         "; a ledger names each event once"};
    }
    size_t at = HashOf(known_[place].event_id) & (index_.size() - 1);
    while (index_[at] != 0) at = (at + 1) & (index_.size() - 1);
    index_[at] = static_cast<uint32_t>(place + 1);
  }
  return Done{};
}

Verifier::Known* Verifier::Find(const Uuid& id) {
  size_t at = HashOf(id) & (index_.size() - 1);
  for (; index_[at] != 0; at = (at + 1) & (index_.size() - 1)) {
    Known& known = known_[index_[at] - 1];
    if (known.event_id == id) return &known;
  }
  return nullptr;
}

void Verifier::Look(const kafka::RecordView& record) {
  ++verdict_.records;
  const bool is_event = record.value && document_.Parse(*record.value).ok();
  const auto id = is_event ? IdOf(document_) : std::nullopt;
  Known* known = id ? Find(*id) : nullptr;
  if (known == nullptr) {
    ++verdict_.others;
    return;
  }
  known->times == 0 ? OnFirst(*known, record) : OnAgain(*known, record);
}

void Verifier::OnFirst(Known& known, const kafka::RecordView& record) {
  known.times = 1;
  ++verdict_.found;
  if (known.user == 0) return;
  const uint64_t lane =
      uint64_t{known.user} << 32 | static_cast<uint64_t>(static_cast<uint32_t>(record.partition));
  const auto [last, is_first] = last_numbers_.try_emplace(lane, known.number);
  if (is_first || known.number > last->second) {
    last->second = known.number;
    return;
  }
  ++verdict_.reordered;
  if (verdict_.first_reordered.size() < kNamedMax) {
    verdict_.first_reordered.push_back(Name(known, &record));
  }
}

void Verifier::OnAgain(Known& known, const kafka::RecordView& record) {
  if (known.times == 2) return;
  known.times = 2;
  ++verdict_.duplicated;
  if (verdict_.first_duplicated.size() < kNamedMax) {
    verdict_.first_duplicated.push_back(Name(known, &record));
  }
}

Verdict Verifier::Finish() const {
  Verdict verdict = verdict_;
  verdict.acknowledged = static_cast<int64_t>(known_.size());
  verdict.lost = verdict.acknowledged - verdict.found;
  if (verdict.lost == 0) return verdict;
  for (const Known& known : known_) {
    if (known.times > 0) continue;
    verdict.first_lost.push_back(Name(known, nullptr));
    if (verdict.first_lost.size() == kNamedMax) break;
  }
  return verdict;
}

Finding Verifier::Name(const Known& known, const kafka::RecordView* record) const {
  Finding finding;
  finding.event_id = FormatUuid(known.event_id);
  finding.user = *users_[known.user];
  finding.number = known.number;
  if (record != nullptr) {
    finding.partition = record->partition;
    finding.offset = record->offset;
  }
  return finding;
}

std::string FormatVerdict(const Verdict& verdict) {
  std::string out = "acknowledged " + std::to_string(verdict.acknowledged) + ", found " +
                    std::to_string(verdict.found) + ", lost " + std::to_string(verdict.lost) +
                    ", duplicated " + std::to_string(verdict.duplicated) + ", reordered " +
                    std::to_string(verdict.reordered) + "\n";
  AppendFindings(out, "lost", verdict.lost, verdict.first_lost);
  AppendFindings(out, "duplicated", verdict.duplicated, verdict.first_duplicated);
  AppendFindings(out, "reordered", verdict.reordered, verdict.first_reordered);
  return out;
}

std::string FormatVerdictAsJson(const Verdict& verdict) {
  event::EventWriter writer;
  writer.Add("acknowledged", verdict.acknowledged);
  writer.Add("found", verdict.found);
  writer.Add("records", verdict.records);
  writer.Add("others", verdict.others);
  writer.Add("lost", verdict.lost);
  writer.Add("duplicated", verdict.duplicated);
  writer.Add("reordered", verdict.reordered);
  writer.AddJson("first_lost", FindingsAsJson(verdict.first_lost));
  writer.AddJson("first_duplicated", FindingsAsJson(verdict.first_duplicated));
  writer.AddJson("first_reordered", FindingsAsJson(verdict.first_reordered));
  return writer.Finish() + "\n";
}

}  // namespace gamevents::ledger
