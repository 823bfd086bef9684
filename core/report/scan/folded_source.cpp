#include "core/report/scan/folded_source.h"

#include "core/base/units.h"
#include "core/report/table/memory_budget.h"
#include "core/report/table/text_hash.h"
#include "core/state/command.h"
#include "core/state/fold.h"
#include "core/state/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

/// The state's size is looked at after so many records.
constexpr size_t kRecordsPerLook = 1'024;

/// Which of the events a source takes: those whose key's hash falls on `index` of `count`.
struct Share {
  size_t index = 0;
  size_t count = 1;

  bool Has(const std::optional<std::string_view>& key) const {
    return count == 1 || TextHash{}(key.value_or("")) % count == index;
  }
};

/// What the parts of one scan share.
struct Folded {
  Folded(OpenSource all, DescribeFolded how, size_t bytes_max)
      : events(std::move(all)), describe(std::move(how)), memory(bytes_max) {}

  OpenSource events;
  DescribeFolded describe;
  MemoryBudget memory;  ///< of all carts and inventories together
};

// What becomes of an event depends on what its user did before, in order, and on no other user's
// events: a user's commands are all under one key. So the parts of a scan go by keys, not by
// stretches of the log: each reads all records, which costs little beside what follows, and folds
// the users of its share.
class FoldedSource final : public RecordSource {
 public:
  FoldedSource(std::unique_ptr<RecordSource> events, std::shared_ptr<Folded> folded, Share share)
      : events_(std::move(events)), folded_(std::move(folded)), share_(share) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    rows_.clear();
    texts_.clear();
    while (rows_.empty()) {
      auto events = events_->Next();
      if (!events || events->empty()) return events;
      TakeAll(*events);
      if (auto fits = CheckMemory(events->size()); !fits) return std::move(fits).error();
    }
    return std::span<const kafka::RecordView>(rows_);
  }

  std::vector<int32_t> Partitions() const override { return events_->Partitions(); }

  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    // Beyond the room of a partition's users one user's events do depend on the others'.
    const bool apart = folded_->memory.bytes_max() <= state_.limits().partition_bytes_max;
    std::vector<std::unique_ptr<RecordSource>> sources;
    if (!apart || !events_->RereadsCheaply()) return sources;
    for (size_t i = 0; i < parts; ++i) {
      auto events = folded_->events();
      if (!events) return {};  // this source will say why
      sources.push_back(
          std::make_unique<FoldedSource>(std::move(*events), folded_, Share{i, parts}));
    }
    return sources;
  }

 private:
  void TakeAll(std::span<const kafka::RecordView> events) {
    mine_.clear();
    for (const kafka::RecordView& event : events) {
      if (share_.Has(event.key)) mine_.push_back(&event);
    }
    size_t taken = 0;
    state::FetchAhead ahead(state_);
    for (const kafka::RecordView& event : events) {
      // For each record, as the fold does: who is forgotten then does not depend on the share.
      state_.ForgetIdle(event.partition, event.offset);
      if (taken == mine_.size() || mine_[taken] != &event) continue;
      ahead.Before(taken, mine_.size(), [&](size_t at) { return mine_[at]->key; });
      Take(event);
      ++taken;
    }
  }

  void Take(const kafka::RecordView& record) {
    if (!record.value || !event_.Read(record)) return;
    state::Command command;
    if (state::ReadCommand(event_.document(), command) != state::Reading::kCommand) return;
    FoldedEvent folded{event_, command, state_};
    folded.is_misplaced = record.key != command.user;
    if (!folded.is_misplaced) {
      const state::Place place{record.partition, record.offset};
      folded.outcome = state::Obey(command, record.timestamp, state_, place);
    }
    folded_->describe(folded, [&](std::string json) {
      kafka::RecordView row = record;
      row.value = texts_.emplace_back(std::move(json));
      rows_.push_back(row);
    });
  }

  Status CheckMemory(size_t records) {
    unlooked_ += records;
    if (unlooked_ < kRecordsPerLook) return Done{};
    unlooked_ = 0;
    const auto bytes = static_cast<int64_t>(state_.MemoryBytes());
    if (folded_->memory.Add(bytes - std::exchange(counted_, bytes))) return Done{};
    return Error{Fault::kFull,
                 fmt::format("the carts and inventories take more than {} (report.memory): begin "
                             "later, or raise the key",
                             FormatSize(folded_->memory.bytes_max()))};
  }

  std::unique_ptr<RecordSource> events_;
  const std::shared_ptr<Folded> folded_;
  const Share share_;
  RecordEvent event_;
  state::State state_;
  std::vector<const kafka::RecordView*> mine_;  ///< of a piece, those of the share
  size_t unlooked_ = 0;
  int64_t counted_ = 0;            ///< of state_, in folded_->memory
  std::deque<std::string> texts_;  ///< what the records point at; a deque, so that it stays there
  std::vector<kafka::RecordView> rows_;
};

}  // namespace

OpenSource FoldedFrom(OpenSource events, size_t bytes_max, DescribeFolded describe) {
  return [events = std::move(events), describe = std::move(describe),
          bytes_max]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = events();
    if (!source) return source;
    auto folded = std::make_shared<Folded>(events, describe, bytes_max);
    return std::unique_ptr<RecordSource>(
        std::make_unique<FoldedSource>(std::move(*source), std::move(folded), Share{}));
  };
}

}  // namespace gamevents::report
