#pragma once

// The event room: an event's fields, the filter language over them, and an event's JSON text.
// It knows nothing of where events come from or go to: no HTTP, no Kafka, no files.

#include "core/base/result.h"
#include "core/event/document_field.h"
#include "core/event/field_names.h"
#include "core/event/value.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace gamevents::event {

/// The deepest nesting that Parse takes; the event itself is level 1. Reading recurses, so this
/// bounds the stack.
inline constexpr int kDocumentDepthMax = 64;

/// Parses one event after another, keeping its buffers. Not thread-safe; one a thread.
/// Text is checked as UTF-8 and as JSON (RFC 8259) to the end of the document. An escape that is
/// half a surrogate pair ("\ud800") is refused, because no UTF-8 text can hold it; so is a byte
/// order mark.
class Document final : public FieldSource {
 public:
  Document();
  ~Document() override;

  /// Reads `json`, which must be one JSON object. What Field and ForEachField give lives until
  /// the next Parse (`json` is copied: it may be freed).
  /// Errors: kBadInput (not JSON, not an object, not UTF-8, nested deeper than
  /// kDocumentDepthMax); the parse before is gone.
  Status Parse(std::string_view json);

  /// The value at `path`, Missing before the first successful Parse. Of repeated names the last
  /// wins, as in Python's json.loads; a path leads through objects only, not through arrays.
  /// Numbers are as ParseJsonNumber gives them.
  Value Field(const FieldPath& path) const override;

  /// Of the fields at the top, those called as `names` say; written over what is in `found`, and
  /// living until the next Parse. Requires: `names` lives as long as this.
  void Find(const FieldNames& names, FoundFields& found) const;

  /// Calls `visit(name, value)` for each top-level field in document order, repeated names too.
  /// `value` lives only as long as the call; what it views, until the next Parse.
  void ForEachField(const std::function<void(std::string_view, const Value&)>& visit) const;

  /// All fields in document order: from one at the top its `next` leads to the one behind it. For
  /// those who want the values of few. Lives until the next Parse.
  std::span<const DocumentField> fields() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gamevents::event
