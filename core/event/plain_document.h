#pragma once

#include "core/event/document_field.h"

#include <memory>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// Reads documents that have no backslash, which most events have not: then a text's value is what
/// stands between its quotes. simdjson's first stage checks the UTF-8 and finds where each token
/// begins (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019); this walks from
/// token to token and checks the grammar. It takes half the instructions of simdjson's own
/// on-demand reading of every field. Not thread-safe.
class PlainDocument {
 public:
  PlainDocument();
  ~PlainDocument();
  PlainDocument(const PlainDocument&) = delete;
  PlainDocument& operator=(const PlainDocument&) = delete;

  /// Writes down the fields of the object that `text` is, as Document keeps them. False when it has
  /// a backslash or is no document that Document takes: simdjson's own reading then says which, and
  /// where. What is in `fields` then means nothing. Requires: a NUL byte follows `text`.
  bool Read(std::string_view text, std::vector<DocumentField>& fields);

 private:
  struct Tokens;
  const std::unique_ptr<Tokens> tokens_;
};

}  // namespace gamevents::event
