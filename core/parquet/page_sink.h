#pragma once

#include "core/base/result.h"
#include "core/parquet/metadata.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::parquet {

/// Takes a file's bytes, piece by piece. Errors: as the output has them; they end the file.
using Sink = std::function<Status(std::string_view)>;

/// Packs pages with zstd and hands them on, knowing how far the file is. Once the sink has failed
/// it is called no more, and every call gives its error: no footer may end a file with a gap. One
/// thread.
class PageSink {
 public:
  explicit PageSink(Sink sink);
  ~PageSink();

  /// Bytes that are no page. Errors: the sink's.
  Status Write(std::string_view bytes);

  /// A page of `plain`, which is packed, and its header before it; adds its sizes to `chunk`.
  /// `header` needs no sizes. Errors: kIo (zstd refused); the sink's.
  Status WritePage(PageHeader header, std::string_view plain, ChunkMetadata& chunk);

  /// Hands on what was kept back. Errors: the sink's.
  Status Flush();

  /// The offset in the file of what is written next.
  int64_t position() const { return position_; }

 private:
  struct Context;

  Sink sink_;
  std::unique_ptr<Context> context_;
  std::string kept_;  ///< written, and not handed on yet
  int64_t position_ = 0;
  std::optional<Error> failure_;
};

}  // namespace gamevents::parquet
