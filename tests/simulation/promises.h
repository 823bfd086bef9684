#pragma once

#include "core/base/uuid.h"
#include "tests/simulation/world.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::simulation {

/// A promise was broken; the text says which, and on what.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the broker has promised its clients, and what it may do. It sees only what clients see:
/// answers, and records that were read. Where no answer came, or an error, either outcome will do,
/// but only one of them from the moment that it was seen.
class Promises {
 public:
  // ---- Topics

  void MayExist(const std::string& name) { names_[name].in_doubt = true; }
  /// A client was told that the topic is made (or gone); `world` says which one it is.
  void Made(World& world, const std::string& name);
  void Gone(const std::string& name);
  /// The topic of that name as far as is known; nullopt when there is none.
  std::optional<Uuid> Current(const std::string& name) const;

  // ---- Records

  /// These values were sent and are, or may come to be, in the partition.
  void Sent(const Uuid& topic, int32_t partition, const std::vector<std::string>& values);
  /// The request may wait until the topic is gone, and another one has its name.
  void SentToName(const std::string& name, int32_t partition,
                  const std::vector<std::string>& values);
  /// They were acknowledged.
  void Acknowledged(const Uuid& topic, int32_t partition, int64_t base_offset,
                    const std::vector<std::string>& values);
  /// Records below may be gone; or, when it was answered, are.
  void DeletedBefore(const Uuid& topic, int32_t partition, int64_t before, bool answered);

  /// What is known of a topic from whose beginning nothing was deleted, by partition and offset;
  /// nullopt when that is not all that is there.
  struct Known {
    int32_t partition;
    int64_t offset;
    std::string value;
  };
  std::optional<std::vector<Known>> WholeTopic(World& world, const std::string& name) const;

  // ---- Committed offsets

  /// Offsets are committed in ascending order.
  void Committing(const std::string& group, const Uuid& topic, int64_t offset);
  void Committed(const std::string& group, const Uuid& topic, int64_t offset);
  /// What a group was told; -1: nothing committed. Throws Broken.
  void Fetched(const std::string& group, const Uuid& topic, int64_t offset);

  /// Looks at everything there is. `restarted`: the process is a new one; `clean`: the one before
  /// was asked to stop in order. Throws Broken.
  void Check(World& world, bool restarted, bool clean);

  uint64_t records_checked() const { return records_checked_; }

 private:
  struct Partition {
    std::map<int64_t, std::string> known;  // acknowledged, or read: they stay
    std::set<std::string> sent;            // may be there
    int64_t start_min = 0;                 // answered: the log begins here or later
    int64_t start_max = 0;                 // asked for: it begins here at the latest
    int64_t end_min = 0;
    int32_t epoch = -1;
  };
  struct Topic {
    std::map<int32_t, Partition> partitions;
  };
  struct Name {
    std::optional<Uuid> id;
    bool in_doubt = false;
  };
  struct GroupOffset {
    std::optional<int64_t> sure;
    std::set<int64_t> possible;  // sent since
  };

  void CheckName(World& world, const std::string& name, Name& state, bool restarted);
  void CheckPartition(const std::string& where, Partition& partition, const log::Log& log,
                      bool restarted, bool clean);
  void CheckRecords(const std::string& where, Partition& partition, const log::Log& log);

  std::map<std::string, Name> names_;
  std::map<Uuid, Topic> topics_;
  std::map<std::pair<std::string, Uuid>, GroupOffset> offsets_;
  std::map<std::string, std::set<std::string>> sent_to_names_;  // by "name-partition"
  uint64_t records_checked_ = 0;
};

}  // namespace gamevents::simulation
