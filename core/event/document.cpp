#include "core/event/document.h"

#include "core/event/document_field.h"
#include "core/event/known_shapes.h"
#include "core/event/plain_document.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {
namespace {

namespace ondemand = simdjson::ondemand;
using Kind = DocumentField::Kind;

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && IsJsonSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Walks a whole document once, which is what makes simdjson's on-demand parser check all of it,
// and writes down every field that a path can reach (those inside arrays are only checked).
// The on-demand parser, not the DOM: it knows where a nested value's own text begins and ends.
class DocumentWalk {
 public:
  DocumentWalk(ondemand::document& document, std::vector<DocumentField>& fields)
      : document_(document), fields_(fields) {}

  simdjson::error_code Object(ondemand::object object, int depth, bool keep) {
    if (depth > kDocumentDepthMax) return simdjson::DEPTH_ERROR;
    for (auto each : object) {
      if (auto error = each.error()) return error;
      ondemand::field& field = each.value_unsafe();
      std::string_view name;
      if (auto error = Name(field, name)) return error;
      const size_t index = keep ? fields_.size() : kNowhere;
      if (keep) fields_.emplace_back().name = name;
      if (auto error = One(field.value(), depth, index)) return error;
      if (keep) fields_[index].next = fields_.size();
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

  /// The field of a value that nobody can ask for.
  static constexpr size_t kNowhere = ~size_t{0};

  // Reads `value`, which stands inside an object or array at `depth`, into that field.
  simdjson::error_code One(ondemand::value& value, int depth, size_t index) {
    const std::string_view token = TrimEnd(value.raw_json_token());
    if (token.empty()) return simdjson::TAPE_ERROR;
    if (token.front() == '{' || token.front() == '[') {
      if (auto error = Nested(value, token.front(), depth + 1, index != kNowhere)) return error;
      return TextSince(token.data(), index);
    }
    return token.front() == '"' ? Text(value, token, index) : Atom(token, index);
  }

  void Put(size_t index, Kind kind, std::string_view token) {
    if (index == kNowhere) return;
    fields_[index].kind = kind;
    fields_[index].token = token;
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
    Put(index, Kind::kRaw, TrimEnd({begin, static_cast<size_t>(next - begin)}));
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
    Put(index, Kind::kText, text);
    return simdjson::SUCCESS;
  }

  simdjson::error_code Atom(std::string_view token, size_t index) {
    Kind kind = Kind::kNull;
    if (!ReadAtom(token, kind)) return simdjson::NUMBER_ERROR;
    Put(index, kind, token);
    return simdjson::SUCCESS;
  }

  ondemand::document& document_;
  std::vector<DocumentField>& fields_;
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
  KnownShapes shapes;
  PlainDocument plain;
  ondemand::parser parser;          // for the others, and to say what is wrong with a document
  std::vector<char> buffer;         // the document and simdjson's padding, which is zeros
  std::string_view text;            // the document, in `buffer`
  const Shape* shape = nullptr;     // the document's, where it is known; see FillFields
  std::vector<ScalarSpan> scalars;  // as `shape` has them
  std::vector<DocumentField> fields;

  void Keep(std::string_view json) {
    static_assert(simdjson::SIMDJSON_PADDING >= kShapePadding);
    const size_t size = json.size() + simdjson::SIMDJSON_PADDING;
    if (buffer.size() < size) buffer.resize(std::max(size, 2 * buffer.size()));
    std::memcpy(buffer.data(), json.data(), json.size());
    std::memset(buffer.data() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    text = {buffer.data(), json.size()};
  }

  // Of a document with a known shape `fields` is empty until somebody wants all of them.
  void FillFields() {
    if (shape == nullptr || !fields.empty()) return;
    for (size_t i = 0; i < shape->field_count(); ++i) {
      shape->FieldAt(i, text, scalars, fields.emplace_back());
    }
  }

  Status Read() {
    shape = shapes.Find(text, scalars);
    if (shape != nullptr || plain.Read(text, fields)) return Done{};
    fields.clear();
    return ReadWithEscapes();
  }

  Status ReadWithEscapes() {
    ondemand::document document;
    const simdjson::padded_string_view view(text.data(), text.size(), buffer.size());
    if (auto error = parser.iterate(view).get(document)) return Refusal(error);
    ondemand::object top;
    if (auto error = document.get_object().get(top)) return RefusalAt(error, document, text.data());
    if (auto error = DocumentWalk(document, fields).Object(top, 1, true)) {
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
  const DocumentField* Last(size_t begin, size_t end, std::string_view name) const {
    const DocumentField* found = nullptr;
    for (size_t i = begin; i < end; i = fields[i].next) {
      if (fields[i].name == name) found = &fields[i];
    }
    return found;
  }
};

Document::Document() : state_(std::make_unique<State>()) {}
Document::~Document() = default;

Status Document::Parse(std::string_view json) {
  state_->fields.clear();
  state_->shape = nullptr;
  size_t start = 0;
  while (start < json.size() && IsJsonSpace(json[start])) ++start;
  if (start == json.size()) return Error{Fault::kBadInput, "empty, not a JSON object"};
  if (json[start] != '{') {
    return Error{Fault::kBadInput, "not a JSON object, which would begin with '{'"};
  }
  state_->Keep(json);
  Status read = state_->Read();
  if (!read) {
    state_->fields.clear();
  } else if (state_->shape == nullptr && state_->shapes.Wants(json.size())) {
    state_->shapes.Learn(state_->text, state_->fields);
  }
  return read;
}

Value Document::Field(const FieldPath& path) const {
  if (state_->shape != nullptr) return state_->shape->Field(path, state_->text, state_->scalars);
  const auto& fields = state_->fields;
  size_t begin = 0;
  size_t end = fields.size();
  const DocumentField* found = nullptr;
  for (const std::string& name : path) {
    found = state_->Last(begin, end, name);
    if (!found) return Missing{};
    begin = static_cast<size_t>(found - fields.data()) + 1;
    end = found->next;
  }
  return found ? found->value() : Value{Missing{}};
}

void Document::Find(const FieldNames& names, FoundFields& found) const {
  State& state = *state_;
  if (state.shape != nullptr) {
    const ShapeFields& located = state.shapes.Locate(names);
    found.there = located.there;
    found.repeated = located.repeated;
    for (uint32_t left = found.there; left != 0; left &= left - 1) {
      const auto which = static_cast<size_t>(std::countr_zero(left));
      state.shape->FieldAt(located.fields[which], state.text, state.scalars, found.fields[which]);
    }
    return;
  }
  found.there = found.repeated = 0;
  const auto& fields = state.fields;
  for (size_t i = 0; i < fields.size(); i = fields[i].next) {
    const size_t which = names.Find(fields[i].name);
    if (which == names.size()) continue;
    const uint32_t bit = uint32_t{1} << which;
    found.repeated |= found.there & bit;
    found.there |= bit;
    found.fields[which] = fields[i];
  }
}

std::span<const DocumentField> Document::fields() const {
  state_->FillFields();
  return state_->fields;
}

void Document::ForEachField(
    const std::function<void(std::string_view, const Value&)>& visit) const {
  state_->FillFields();
  for (size_t i = 0; i < state_->fields.size(); i = state_->fields[i].next) {
    visit(state_->fields[i].name, state_->fields[i].value());
  }
}

}  // namespace gamevents::event
