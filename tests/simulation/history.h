#pragma once

#include "tests/simulation/promises.h"
#include "tests/simulation/state_keeper.h"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::simulation {

/// What happened, over all histories.
struct Totals {
  uint64_t steps = 0;
  int64_t virtual_ms = 0;
  uint64_t acknowledged = 0;  ///< records
  uint64_t records_checked = 0;
  uint64_t folds_compared = 0;
  std::map<std::string, uint64_t> faults;  ///< by kind
};

/// One history: clients that make and delete topics, produce (some with numbers, and again what was
/// not answered), delete records, commit and fetch offsets, come over connections in pieces or
/// vanish within a request; and a disk, a clock and a process that fail. Everything follows from
/// the seed.
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
    std::string name;
    int32_t partition = 0;
    std::vector<std::string> values;
    std::vector<std::byte> bytes;
    int64_t producer = -1;
    World::Call call;
    size_t frame_bytes = 0;            // of one that goes over a wire
    bool may_wait_for_memory = false;  // so that the topic may be another when it is taken
  };
  // A client that sends its request in pieces.
  struct Sender {
    Batch batch;
    std::vector<std::byte> frame;
    size_t sent = 0;
    uint64_t piece_max = 1;
  };
  using Senders = std::list<Sender>;
  // An idempotent producer of one partition; one batch of it is on its way at a time.
  struct Producer {
    Uuid topic{};
    std::string name;
    int32_t partition = 0;
    int64_t id = -1;
    int32_t sequence = 0;
    std::optional<Batch> unanswered;  // it may have been sent several times; the last one counts
  };

  void Step();
  void StepBesideSync();
  void Produce();
  void ProduceNumbered();
  void MakeTopic(const std::string& name);
  void DeleteTopic(const std::string& name);
  void DeleteRecords();
  void CommitOffset();
  void FetchOffsets(const std::string& name);
  void KeepHouse();
  void UseOldLog();
  void BreakDisk();
  void Restart(End end);
  /// Lets so much time pass at most.
  void Pass(uint64_t ms);

  /// The sync that what was just sent will wait for may be a slow one.
  void MaySyncSlowly();
  Status WhileSyncing(const std::string& path);
  /// Whether it would have to wait for the sync that is under way. A thread of the broker would;
  /// here it comes after the sync, or not at all.
  bool WaitsForSync(const std::string& name, int32_t partition) const;
  bool WaitsForSync(const Batch& batch) const;

  Batch MakeBatch(const std::string& name, int32_t partition, int64_t producer, int32_t sequence);
  static broker::ProduceRequest MakeRequest(const Batch& batch);
  void Launch(Batch& batch);
  /// Whether it was acknowledged.
  bool Settle(Batch& batch);
  void CheckDurable(const Batch& batch, int64_t base_offset);
  /// Takes the answers that have come. Once no sync is under way all must have.
  void SettleAll();
  /// Whether an answer is due that has not come.
  bool IsLate(Batch& batch);

  // In wires.cpp: clients on connections.
  void UseWires();
  void StartSender();
  void SendTooMuch();
  void SendPieces(Senders::iterator sender);
  void SendRest(Senders::iterator sender);
  void Vanish(Senders::iterator sender);
  /// Requests that are on their way over wires, and one more of so many bytes, may be more than the
  /// broker has memory for.
  bool MemoryMayRunOut(size_t one_more) const;
  /// What nobody uses any more has been given back.
  void CheckWires();

  // In fold_step.cpp: a server that keeps a state up with the topic of events.
  static constexpr char kEventsTopic[] = "events";
  static constexpr TimestampMs kEventTime{kTestNow};
  struct Event {
    std::string user;
    std::string text;
  };
  Event MakeEvent(int32_t partition);
  void FoldOn();
  void CompareFold();

  std::string MakeValue();
  std::optional<Producer> NewProducer(const std::string& name, const Uuid& topic);
  void Finish(End end);
  /// `ended`: how the process before it was ended.
  void Begin(End ended);
  void Tell(const std::string& what) const;
  std::string PickName() { return "t" + std::to_string(random_.Below(3)); }
  /// Or the topic of events, of which no records are deleted.
  std::string PickTopic() { return random_.OneIn(5) ? kEventsTopic : PickName(); }
  int32_t PickPartition(const std::string& name);

  const bool told_;
  Totals& totals_;
  Random random_;
  World world_;
  Promises promises_;
  StateKeeper keeper_;
  int64_t next_value_ = 0;
  int64_t next_offset_ = 1;
  std::list<Batch> waiting_;  // of producers without numbers
  Senders senders_;
  std::vector<std::shared_ptr<Producer>> producers_;
  std::optional<std::string> syncing_;  // the folder of the log whose sync is under way
  std::vector<std::shared_ptr<log::Log>> old_logs_;  // of topics that may be gone
};

}  // namespace gamevents::simulation
