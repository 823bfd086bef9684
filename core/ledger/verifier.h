#pragma once

#include "core/base/result.h"
#include "core/event/document.h"
#include "core/kafka/record.h"
#include "core/ledger/ledger.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gamevents::ledger {

/// The header, and so the field of the event, in which a sender names its event to a route that
/// gives every event an `event_id` of its own. It goes before `event_id`.
inline constexpr char kLedgerIdField[] = "Ledger-Id";

/// The most entries that are verified at once: about 40 bytes each, and 120 for each user.
inline constexpr size_t kEntriesMax = 20'000'000;
/// How many of each kind of finding a verdict names.
inline constexpr size_t kNamedMax = 10;

/// One thing that is wrong.
struct Finding {
  std::string event_id;
  std::string user;
  int64_t number = 0;
  /// Where in the topic; -1 for what is nowhere.
  int32_t partition = -1;
  int64_t offset = -1;
};

/// What a topic holds of a ledger. Of each kind the first kNamedMax are named.
struct Verdict {
  int64_t acknowledged = 0;  ///< entries of the ledger
  int64_t found = 0;         ///< of these, those that the topic holds
  int64_t records = 0;       ///< records that were looked at
  int64_t others = 0;        ///< of these, those that the ledger does not name
  int64_t lost = 0;          ///< acknowledged, and not there
  int64_t duplicated = 0;    ///< there more than once
  /// Behind an event of the same user and partition with a higher number.
  int64_t reordered = 0;
  std::vector<Finding> first_lost;
  std::vector<Finding> first_duplicated;
  std::vector<Finding> first_reordered;

  /// Whether each acknowledged event is there once and in order.
  bool Sound() const { return lost == 0 && duplicated == 0 && reordered == 0; }
};

/// Holds a ledger against a topic's records. Memory is bounded by kEntriesMax. Not thread-safe.
class Verifier {
 public:
  /// Errors: those of Read; kBadInput (an event twice in the ledger); kFull (more than
  /// kEntriesMax).
  static Result<std::unique_ptr<Verifier>> Load(const std::string& path);

  /// Looks at one record: the next of its partition. What is no event of the ledger is counted.
  void Look(const kafka::RecordView& record);

  /// The verdict when all records have been looked at.
  Verdict Finish() const;

 private:
  struct Known {
    Uuid event_id;
    int64_t number;
    uint32_t user;   // in users_; 0 is nobody
    uint32_t times;  // how often it was found: 0, 1, or 2 for more
  };
  // Lets a map of strings be asked with views.
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  Verifier();
  Status Add(const Entry& entry);
  uint32_t UserIndex(std::string_view user);
  Status BuildIndex();
  Known* Find(const Uuid& id);
  void OnFirst(Known& known, const kafka::RecordView& record);
  void OnAgain(Known& known, const kafka::RecordView& record);
  Finding Name(const Known& known, const kafka::RecordView* record) const;

  std::deque<Known> known_;      // a deque: growing it copies nothing
  std::vector<uint32_t> index_;  // open addressing: 1 + a place in known_, 0 is free
  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> user_indexes_;
  std::vector<const std::string*> users_;
  // The highest number so far of a user (high half of the key) in a partition (low half).
  std::unordered_map<uint64_t, int64_t> last_numbers_;
  event::Document document_;
  Verdict verdict_;
};

/// "acknowledged 12, found 12, lost 0, duplicated 0, reordered 0" and a line for each finding that
/// is named.
std::string FormatVerdict(const Verdict& verdict);

/// The same as one JSON object and a newline; its members are those of Verdict.
std::string FormatVerdictAsJson(const Verdict& verdict);

}  // namespace gamevents::ledger
