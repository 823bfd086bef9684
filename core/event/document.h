#pragma once

#include "core/base/result.h"
#include "core/event/value.h"

#include <functional>
#include <memory>
#include <string_view>

namespace gamevents::event {

/// Parses one event after another, keeping its buffers. Not thread-safe; one a thread.
/// Text is checked as UTF-8 and as JSON (RFC 8259) to the end of the document.
class Document final : public FieldSource {
 public:
  Document();
  ~Document() override;

  /// Reads `json`, which must be one JSON object. What Field and ForEachField give lives until
  /// the next Parse and as long as `json` (which is copied: it may be freed).
  /// Errors: kBadInput (not JSON, not an object, not UTF-8, nested deeper than 64); the parse
  /// before is gone.
  Status Parse(std::string_view json);

  Value Field(const FieldPath& path) const override;

  /// Calls `visit(name, value)` for each top-level field in document order, repeated names too.
  void ForEachField(const std::function<void(std::string_view, const Value&)>& visit) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gamevents::event
