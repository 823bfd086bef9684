#include "core/report/scan/sales_source.h"

#include "core/base/units.h"
#include "core/event/event_writer.h"
#include "core/report/scan/till.h"
#include "core/report/table/memory_budget.h"
#include "core/report/table/text_hash.h"
#include "core/state/fold.h"

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

std::string ToJson(const Sale& sale) {
  event::EventWriter writer;
  writer.Add("user", sale.user);
  writer.Add("item", sale.item);
  writer.Add("kind", sale.kind);
  if (!sale.type.empty()) writer.Add("type", sale.type);
  writer.Add("quantity", sale.quantity);
  writer.Add("price", sale.price);
  writer.Add("revenue", sale.price * sale.quantity);
  writer.Add("through", sale.cart ? "cart" : "purchase");
  return writer.Finish();
}

/// Which of the events a source sells: those whose key's hash falls on `index` of `count`.
struct Share {
  size_t index = 0;
  size_t count = 1;

  bool Has(const std::optional<std::string_view>& key) const {
    return count == 1 || TextHash{}(key.value_or("")) % count == index;
  }
};

/// What the parts of one scan share.
struct Sold {
  Sold(OpenSource all, size_t bytes_max) : events(std::move(all)), memory(bytes_max) {}

  OpenSource events;
  MemoryBudget memory;  ///< of all carts and inventories together
};

// A sale depends on what its user did before, in order, and on no other user's events: a user's
// commands are all under one key. So the parts of a scan go by keys, not by stretches of the log:
// each reads all records, which costs little beside what follows, and folds the users of its share.
class SalesSource final : public RecordSource {
 public:
  SalesSource(std::unique_ptr<RecordSource> events, std::shared_ptr<Sold> sold, Share share)
      : events_(std::move(events)), sold_(std::move(sold)), share_(share) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    sales_.clear();
    texts_.clear();
    while (sales_.empty()) {
      auto events = events_->Next();
      if (!events || events->empty()) return events;
      TakeAll(*events);
      if (auto fits = CheckMemory(events->size()); !fits) return std::move(fits).error();
    }
    return std::span<const kafka::RecordView>(sales_);
  }

  std::vector<int32_t> Partitions() const override { return events_->Partitions(); }

  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    // Beyond the room of a partition's users one user's events do depend on the others'.
    const bool apart = sold_->memory.bytes_max() <= till_.state().limits().partition_bytes_max;
    std::vector<std::unique_ptr<RecordSource>> sources;
    if (!apart || !events_->RereadsCheaply()) return sources;
    for (size_t i = 0; i < parts; ++i) {
      auto events = sold_->events();
      if (!events) return {};  // this source will say why
      sources.push_back(std::make_unique<SalesSource>(std::move(*events), sold_, Share{i, parts}));
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
    for (const kafka::RecordView& event : events) {
      // For each record, as the fold does: who is forgotten then does not depend on the share.
      till_.Pass(event);
      if (taken == mine_.size() || mine_[taken] != &event) continue;
      state::FetchAhead(till_.state(), taken, mine_.size(),
                        [&](size_t at) { return mine_[at]->key; });
      Take(event);
      ++taken;
    }
  }

  void Take(const kafka::RecordView& event) {
    if (!event.value || !document_.Parse(*event.value)) return;
    for (const Sale& sale : till_.SalesOf(event, document_)) {
      kafka::RecordView record = event;
      record.value = texts_.emplace_back(ToJson(sale));
      sales_.push_back(record);
    }
  }

  Status CheckMemory(size_t records) {
    unlooked_ += records;
    if (unlooked_ < kRecordsPerLook) return Done{};
    unlooked_ = 0;
    const auto bytes = static_cast<int64_t>(till_.state().MemoryBytes());
    if (sold_->memory.Add(bytes - std::exchange(counted_, bytes))) return Done{};
    return Error{Fault::kFull,
                 fmt::format("the carts and inventories take more than {} (report.memory): begin "
                             "later, or raise the key",
                             FormatSize(sold_->memory.bytes_max()))};
  }

  std::unique_ptr<RecordSource> events_;
  const std::shared_ptr<Sold> sold_;
  const Share share_;
  event::Document document_;
  Till till_;
  std::vector<const kafka::RecordView*> mine_;  ///< of a piece, those of the share
  size_t unlooked_ = 0;
  int64_t counted_ = 0;            ///< of the till, in sold_->memory
  std::deque<std::string> texts_;  ///< what the records point at; a deque, so that it stays there
  std::vector<kafka::RecordView> sales_;
};

}  // namespace

OpenSource SalesOf(OpenSource events, size_t bytes_max) {
  return [events = std::move(events), bytes_max]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = events();
    if (!source) return source;
    auto sold = std::make_shared<Sold>(events, bytes_max);
    return std::unique_ptr<RecordSource>(
        std::make_unique<SalesSource>(std::move(*source), std::move(sold), Share{}));
  };
}

}  // namespace gamevents::report
