#include "core/event/document.h"

#include "core/event/number.h"

#include <simdjson.h>

#include <string>
#include <vector>

namespace gamevents::event {
namespace {

namespace ondemand = simdjson::ondemand;

// One field. A nested object's fields follow it at once, up to its `next`.
struct Entry {
  std::string_view name;
  Value value;
  size_t next = 0;  ///< The index of the next field of the same object.
};

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && IsJsonSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Walks a whole document once, which is what makes simdjson's on-demand parser check all of it,
// and writes down every field that a path can reach (those inside arrays are only checked).
// The on-demand parser, not the DOM: it knows where a nested value's own text begins and ends.
class DocumentWalk {
 public:
  DocumentWalk(ondemand::document& document, std::vector<Entry>& entries)
      : document_(document), entries_(entries) {}

  simdjson::error_code Object(ondemand::object object, int depth, bool keep) {
    if (depth > kDocumentDepthMax) return simdjson::DEPTH_ERROR;
    for (auto each : object) {
      if (auto error = each.error()) return error;
      ondemand::field& field = each.value_unsafe();
      std::string_view name;
      if (auto error = Name(field, name)) return error;
      const size_t index = keep ? entries_.size() : kNowhere;
      if (keep) entries_.emplace_back().name = name;
      if (auto error = One(field.value(), depth, index)) return error;
      if (keep) entries_[index].next = entries_.size();
    }
    return simdjson::SUCCESS;
  }

 private:
  static simdjson::error_code Name(ondemand::field& field, std::string_view& out) {
    // Nothing to undo, as a rule; the quote is there, or the document would not have been taken.
    const char* begin = field.key().raw();
    const char* end = begin;
    while (*end != '"' && *end != '\\') ++end;
    if (*end == '\\') return field.unescaped_key().get(out);
    out = {begin, static_cast<size_t>(end - begin)};
    return simdjson::SUCCESS;
  }

  simdjson::error_code Array(ondemand::array array, int depth) {
    if (depth > kDocumentDepthMax) return simdjson::DEPTH_ERROR;
    for (auto each : array) {
      ondemand::value element;
      if (auto error = std::move(each).get(element)) return error;
      if (auto error = One(element, depth, kNowhere)) return error;
    }
    return simdjson::SUCCESS;
  }

  /// The entry of a value that nobody can ask for.
  static constexpr size_t kNowhere = ~size_t{0};

  // Reads `value`, which stands inside an object or array at `depth`, into that entry. A value is
  // made where it stays: copying what was just written in pieces is what would take longest.
  simdjson::error_code One(ondemand::value& value, int depth, size_t index) {
    const std::string_view token = TrimEnd(value.raw_json_token());
    if (token.empty()) return simdjson::TAPE_ERROR;
    if (token.front() == '{' || token.front() == '[') {
      if (auto error = Nested(value, token.front(), depth + 1, index != kNowhere)) return error;
      return TextSince(token.data(), index);
    }
    return token.front() == '"' ? Text(value, token, index) : Atom(token, index);
  }

  template <class T>
  void Put(size_t index, T value) {
    if (index != kNowhere) entries_[index].value.template emplace<T>(value);
  }

  simdjson::error_code Nested(ondemand::value& value, char open, int depth, bool keep) {
    if (open == '{') {
      ondemand::object object;
      if (auto error = value.get_object().get(object)) return error;
      return Object(object, depth, keep);
    }
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return error;
    return Array(array, depth);
  }

  // The text from `begin` to the bracket just read. What follows it is at least the top's brace.
  simdjson::error_code TextSince(const char* begin, size_t index) {
    const char* next = nullptr;
    if (auto error = document_.current_location().get(next)) return error;
    Put(index, RawJson{TrimEnd({begin, static_cast<size_t>(next - begin)})});
    return simdjson::SUCCESS;
  }

  simdjson::error_code Text(ondemand::value& value, std::string_view token, size_t index) {
    std::string_view text;
    if (token.find('\\') != std::string_view::npos) {
      if (auto error = value.get_string().get(text)) return error;
    } else {
      // Nothing to undo: most texts are so. Still the parser must be told that the value is read,
      // because it would skip an unread text and a colon after it together, as a name.
      if (auto error = value.get_raw_json_string().error()) return error;
      if (token.size() < 2 || token.back() != '"') return simdjson::STRING_ERROR;
      text = token.substr(1, token.size() - 2);
    }
    Put(index, text);
    return simdjson::SUCCESS;
  }

  simdjson::error_code Atom(std::string_view token, size_t index) {
    if (token == "true" || token == "false") {
      Put(index, token == "true");
    } else if (token == "null") {
      Put(index, Null{});
    } else if (auto number = ParseJsonNumber(token)) {
      if (index != kNowhere) entries_[index].value = *number;
    } else {
      return simdjson::NUMBER_ERROR;
    }
    return simdjson::SUCCESS;
  }

  ondemand::document& document_;
  std::vector<Entry>& entries_;
};

Error Refusal(simdjson::error_code code) {
  if (code == simdjson::DEPTH_ERROR) {
    return {Fault::kBadInput,
            "JSON nested deeper than " + std::to_string(kDocumentDepthMax) + " levels"};
  }
  if (code == simdjson::UTF8_ERROR) return {Fault::kBadInput, "not valid UTF-8"};
  return {Fault::kBadInput, std::string("not valid JSON: ") + simdjson::error_message(code)};
}

// The same with the byte at which reading stopped, where simdjson knows it.
Error RefusalAt(simdjson::error_code code, ondemand::document& document, const char* begin) {
  Error error = Refusal(code);
  const char* stopped = nullptr;
  if (document.current_location().get(stopped) == simdjson::SUCCESS) {
    error.context += " (near byte " + std::to_string(stopped - begin) + ")";
  }
  return error;
}

}  // namespace

struct Document::State {
  ondemand::parser parser;
  std::string text;  ///< The document and simdjson's padding.
  std::vector<Entry> entries;

  Status Read(size_t size) {
    ondemand::document document;
    const simdjson::padded_string_view view(text.data(), size, text.size());
    if (auto error = parser.iterate(view).get(document)) return Refusal(error);
    ondemand::object top;
    if (auto error = document.get_object().get(top)) return RefusalAt(error, document, text.data());
    if (auto error = DocumentWalk(document, entries).Object(top, 1, true)) {
      return RefusalAt(error, document, text.data());
    }
    // Only at the end is there no location; simdjson 3.0 has no other way to ask.
    const char* after = nullptr;
    if (document.current_location().get(after) != simdjson::OUT_OF_BOUNDS) {
      return RefusalAt(simdjson::TRAILING_CONTENT, document, text.data());
    }
    return Done{};
  }

  // The last field called `name` among those in [begin, end); nullptr when there is none.
  const Entry* Last(size_t begin, size_t end, std::string_view name) const {
    const Entry* found = nullptr;
    for (size_t i = begin; i < end; i = entries[i].next) {
      if (entries[i].name == name) found = &entries[i];
    }
    return found;
  }
};

Document::Document() : state_(std::make_unique<State>()) {}
Document::~Document() = default;

Status Document::Parse(std::string_view json) {
  state_->entries.clear();
  size_t start = 0;
  while (start < json.size() && IsJsonSpace(json[start])) ++start;
  if (start == json.size()) return Error{Fault::kBadInput, "empty, not a JSON object"};
  if (json[start] != '{') {
    return Error{Fault::kBadInput, "not a JSON object, which would begin with '{'"};
  }
  state_->text.assign(json);
  state_->text.resize(json.size() + simdjson::SIMDJSON_PADDING);
  Status read = state_->Read(json.size());
  if (!read) state_->entries.clear();
  return read;
}

Value Document::Field(const FieldPath& path) const {
  const auto& entries = state_->entries;
  size_t begin = 0;
  size_t end = entries.size();
  const Entry* found = nullptr;
  for (const std::string& name : path) {
    found = state_->Last(begin, end, name);
    if (!found) return Missing{};
    begin = static_cast<size_t>(found - entries.data()) + 1;
    end = found->next;
  }
  return found ? found->value : Value{Missing{}};
}

void Document::ForEachField(
    const std::function<void(std::string_view, const Value&)>& visit) const {
  for (size_t i = 0; i < state_->entries.size(); i = state_->entries[i].next) {
    visit(state_->entries[i].name, state_->entries[i].value);
  }
}

}  // namespace gamevents::event
