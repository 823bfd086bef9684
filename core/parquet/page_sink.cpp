#include "core/parquet/page_sink.h"

#include <zstd.h>

#include <utility>

namespace gamevents::parquet {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;  // handed on at a time

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

struct PageSink::Context {
  std::unique_ptr<ZSTD_CCtx, FreeContext> zstd{ZSTD_createCCtx()};
  std::string packed;
};

PageSink::PageSink(Sink sink) : sink_(std::move(sink)), context_(std::make_unique<Context>()) {}

PageSink::~PageSink() = default;

Status PageSink::Write(std::string_view bytes) {
  kept_.append(bytes);
  position_ += static_cast<int64_t>(bytes.size());
  return kept_.size() < kPieceBytes ? Status(Done{}) : Flush();
}

Status PageSink::WritePage(PageHeader header, std::string_view plain, ChunkMetadata& chunk) {
  std::string& packed = context_->packed;
  packed.resize(ZSTD_compressBound(plain.size()));
  const size_t size = ZSTD_compressCCtx(context_->zstd.get(), packed.data(), packed.size(),
                                        plain.data(), plain.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(size) != 0) {
    return Error{Fault::kIo, std::string("Parquet: zstd: ") + ZSTD_getErrorName(size)};
  }
  header.plain_bytes = plain.size();
  header.packed_bytes = size;
  std::string head;
  AppendPageHeader(head, header);
  chunk.plain_bytes += head.size() + plain.size();
  chunk.packed_bytes += head.size() + size;
  if (auto written = Write(head); !written) return written;
  return Write(std::string_view(packed).substr(0, size));
}

Status PageSink::Flush() {
  if (failure_) return Error(*failure_);
  if (kept_.empty()) return Done{};
  auto written = sink_(kept_);
  kept_.clear();
  if (!written) failure_ = written.error();
  return written;
}

}  // namespace gamevents::parquet
