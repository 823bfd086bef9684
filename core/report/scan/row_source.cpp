#include "core/report/scan/row_source.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace gamevents::report {
namespace {

constexpr size_t kRowsPerPiece = 1'024;

class RowSource final : public RecordSource {
 public:
  explicit RowSource(std::shared_ptr<const std::vector<std::string>> rows)
      : rows_(std::move(rows)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    records_.clear();
    const size_t end = std::min(rows_->size(), next_ + kRowsPerPiece);
    for (; next_ < end; ++next_) {
      kafka::RecordView record;
      record.offset = static_cast<int64_t>(next_);
      record.value = (*rows_)[next_];
      records_.push_back(record);
    }
    return std::span<const kafka::RecordView>(records_);
  }

  std::vector<int32_t> Partitions() const override {
    return rows_->empty() ? std::vector<int32_t>() : std::vector<int32_t>{0};
  }

 private:
  std::shared_ptr<const std::vector<std::string>> rows_;
  std::vector<kafka::RecordView> records_;
  size_t next_ = 0;
};

}  // namespace

OpenSource FromRows(std::vector<std::string> rows) {
  auto kept = std::make_shared<const std::vector<std::string>>(std::move(rows));
  return [kept]() -> Result<std::unique_ptr<RecordSource>> {
    return std::unique_ptr<RecordSource>(std::make_unique<RowSource>(kept));
  };
}

}  // namespace gamevents::report
