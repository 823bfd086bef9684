#pragma once

#include "core/event/document.h"
#include "core/kafka/record.h"
#include "core/parquet/writer.h"

#include <string>
#include <string_view>

namespace gamevents::cmd {

/// The output form of consume that is a Parquet file.
inline constexpr std::string_view kParquetForm = "parquet";

/// Records as a Parquet file: the columns topic, partition, offset, timestamp, timestamp_type, key,
/// value and headers. A key is a STRING where all keys are UTF-8, else bytes; a value is JSON where
/// all of them are JSON objects, else as a key: the file's footer says which, and it comes last.
/// Headers are JSON as in an envelope (docs/envelope.md). A tombstone's value is null, and so is a
/// time that a record has not. One thread.
class ParquetRecords {
 public:
  ParquetRecords(const std::string& topic, parquet::Sink sink);

  /// Errors: the sink's.
  Status Add(const kafka::RecordView& record);

  /// Writes what is left and the footer; the last call. Errors: the sink's.
  Status Finish();

 private:
  parquet::Writer writer_;
  event::Document document_;
  bool key_is_text_ = true;
  bool value_is_text_ = true;
  bool value_is_json_ = true;
  std::string headers_;  ///< of one record, kept for its memory
};

}  // namespace gamevents::cmd
