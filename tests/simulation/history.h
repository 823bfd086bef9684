#pragma once

#include "tests/simulation/promises.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gamevents::simulation {

/// What happened, over all histories.
struct Totals {
  uint64_t steps = 0;
  int64_t virtual_ms = 0;
  uint64_t acknowledged = 0;  ///< records
  uint64_t records_checked = 0;
  std::map<std::string, uint64_t> faults;  ///< by kind
};

/// One history: clients that make and delete topics, produce (some with numbers, and again what was
/// not answered), delete records, commit and fetch offsets; and a disk, a clock and a process that
/// fail. Everything follows from the seed.
class History {
 public:
  /// `told`: each step is written to stderr, to look at a seed that failed.
  History(uint64_t seed, bool told, Totals& totals);

  /// Runs so many steps, and looks at what was promised after each restart and at the end. Throws
  /// Broken.
  void Run(int steps);

 private:
  // Records that were sent and not yet answered.
  struct Batch {
    Uuid topic{};
    int32_t partition = 0;
    std::vector<std::string> values;
    std::vector<std::byte> bytes;
    int64_t producer = -1;
    World::Call call;
  };
  // An idempotent producer of one partition; one batch of it is on its way at a time.
  struct Producer {
    Uuid topic{};
    std::string name;
    int32_t partition = 0;
    int64_t id = -1;
    int32_t sequence = 0;
    std::optional<Batch> unanswered;
  };

  void Step();
  void Produce();
  void ProduceNumbered();
  void MakeTopic();
  void DeleteTopic();
  void DeleteRecords();
  void CommitOffset();
  void FetchOffsets(const std::string& name);
  void KeepHouse();
  void UseOldLog();
  void BreakDisk();
  void Restart(End end);

  Batch MakeBatch(const std::string& name, int32_t partition, int64_t producer, int32_t sequence);
  void Launch(const std::string& name, Batch& batch);
  /// Whether it was acknowledged.
  bool Settle(Batch& batch);
  std::string MakeValue();
  std::optional<Producer> NewProducer(const std::string& name, const Uuid& topic);
  void Finish(End end);
  /// `ended`: how the process before it was ended.
  void Begin(End ended);
  void Tell(const std::string& what) const;
  std::string PickName() { return "t" + std::to_string(random_.Below(3)); }
  int32_t PickPartition(const std::string& name);

  const bool told_;
  Totals& totals_;
  Random random_;
  World world_;
  Promises promises_;
  int64_t next_value_ = 0;
  int64_t next_offset_ = 1;
  std::vector<Producer> producers_;
  std::vector<std::shared_ptr<log::Log>> old_logs_;  // of topics that may be gone
};

}  // namespace gamevents::simulation
