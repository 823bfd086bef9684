#pragma once

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/report/scan/game_fields.h"
#include "core/report/steps/event_view.h"
#include "core/report/table/memory_budget.h"
#include "core/report/table/text_hash.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gamevents::report {

/// What a view keeps of each user, within the memory that all of its parts share. Not thread-safe.
template <class History>
class PerUser {
 public:
  using Map = std::unordered_map<std::string, History, TextHash, std::equal_to<>>;

  /// `memory` is shared with the other parts of the view.
  explicit PerUser(std::shared_ptr<MemoryBudget> memory) : memory_(std::move(memory)) {}

  /// The user's history, empty at first; null once there is more than the memory allows.
  History* Of(std::string_view user) {
    if (overflow_) return nullptr;
    if (const auto found = users_.find(user); found != users_.end()) return &found->second;
    Keep(static_cast<int64_t>(kUserBytes + user.size()));
    return overflow_ ? nullptr : &users_.emplace(user, History()).first->second;
  }

  /// Notes that so many bytes more are kept.
  void Keep(int64_t bytes) {
    if (bytes != 0 && !memory_->Add(bytes)) overflow_ = true;
  }

  /// Takes the users of `sibling`; where both have one, `merge(mine, theirs)` gives the bytes that
  /// mine grew by.
  template <class MergeHistories>
  void Merge(PerUser&& sibling, MergeHistories merge) {
    overflow_ = overflow_ || sibling.overflow_;
    while (!sibling.users_.empty() && !overflow_) {
      const auto inserted = users_.insert(sibling.users_.extract(sibling.users_.begin()));
      if (inserted.inserted) continue;
      Keep(merge(inserted.position->second, inserted.node.mapped()));
    }
    sibling.users_.clear();
  }

  /// Whether the memory did not suffice; then the histories are not complete.
  bool overflow() const { return overflow_; }
  /// The histories by user, in no certain order.
  const Map& users() const { return users_; }
  const std::shared_ptr<MemoryBudget>& memory() const { return memory_; }

  /// The error to end with after an overflow: kFull, with what to do.
  Error TooMuch() const {
    return {Fault::kFull,
            fmt::format("the users' histories take more than {} (report.memory): narrow the events "
                        "with a filter or a range, or raise the key",
                        FormatSize(memory_->bytes_max()))};
  }

 private:
  /// What a user costs beside the name and what the history holds: the map's node.
  static constexpr size_t kUserBytes = 96;

  Map users_;
  std::shared_ptr<MemoryBudget> memory_;
  bool overflow_ = false;
};

/// A view that keeps a history of each user: what all of them have in common.
template <class History>
class PerUserView : public EventView {
 public:
  void Merge(EventView&& sibling) override {
    auto& other = static_cast<PerUserView&>(sibling);
    reader_.Merge(other.reader_);
    users_.Merge(std::move(other.users_),
                 [this](History& mine, const History& theirs) { return Join(mine, theirs); });
  }
  bool Satisfied() const final { return users_.overflow(); }
  Result<Table> Finish() const final {
    if (users_.overflow()) return users_.TooMuch();
    return TableOf(users_.users());
  }
  std::vector<std::string> Notes() const override { return reader_.Notes(); }

 protected:
  using Users = typename PerUser<History>::Map;

  PerUserView(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory)
      : question_(question), reader_(question.fields), users_(std::move(memory)) {}

  const ViewQuestion& question() const { return question_; }
  const std::shared_ptr<MemoryBudget>& memory() const { return users_.memory(); }

  /// Has `add(history, time)` put the event into its user's history, where it names one; it gives
  /// the bytes that the history grew by. Requires: scanned.event.
  template <class Add>
  void AddTo(const Scanned& scanned, Add add) {
    const auto event = reader_.Read(scanned);
    if (!event) return;
    History* history = users_.Of(event->user);
    if (history != nullptr) users_.Keep(add(*history, event->time));
  }

 private:
  /// Takes what a sibling has of the same user; gives the bytes that `mine` grew by.
  virtual int64_t Join(History& mine, const History& theirs) const = 0;
  /// Errors: the view's own.
  virtual Result<Table> TableOf(const Users& users) const = 0;

  const ViewQuestion question_;
  UserEventReader reader_;
  PerUser<History> users_;
};

}  // namespace gamevents::report
