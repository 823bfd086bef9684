#include "core/contracts/values.h"

#include "core/contracts/decimal.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace gamevents::contracts {
namespace {

using event::DocumentField;
using Kind = DocumentField::Kind;

bool IsArray(const DocumentField& value) {
  return value.kind == Kind::kRaw && value.token.front() == '[';
}

/// Walks over a valid JSON text.
class ValueReader {
 public:
  ValueReader(std::string_view text, std::vector<DocumentField>& out,
              std::deque<std::string>& unescaped)
      : text_(text), out_(out), unescaped_(unescaped) {}

  void Value(std::string_view name) {
    SkipSpace();
    const size_t index = out_.size();
    out_.emplace_back().name = name;
    const size_t begin = at_;
    switch (text_[at_]) {
      case '"':
        out_[index].kind = Kind::kText;
        out_[index].token = Text();
        break;
      case '{':
      case '[':
        Inside(text_[at_] == '{');
        out_[index].kind = Kind::kRaw;
        out_[index].token = text_.substr(begin, at_ - begin);
        break;
      default:
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        out_[index].token = text_.substr(begin, at_ - begin);
        event::ReadAtom(out_[index].token, out_[index].kind);
    }
    out_[index].next = out_.size();
  }

  /// The elements of the array, or the members of the object, that begins here.
  void Inside(bool object) {
    for (;;) {
      ++at_;  // the bracket or comma
      SkipSpace();
      if (text_[at_] == ']' || text_[at_] == '}') break;
      std::string_view name;
      if (object) {
        name = Text();
        SkipSpace();
        ++at_;  // the colon
      }
      Value(name);
      SkipSpace();
      if (text_[at_] != ',') break;
    }
    ++at_;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && event::IsJsonSpace(text_[at_])) ++at_;
  }

  std::string_view Text() {
    const size_t begin = at_++;
    bool escapes = false;
    for (; text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') continue;
      escapes = true;
      ++at_;
    }
    ++at_;
    if (!escapes) return text_.substr(begin + 1, at_ - begin - 2);
    const auto parsed = nlohmann::json::parse(text_.substr(begin, at_ - begin), nullptr, false);
    return unescaped_.emplace_back(parsed.is_string() ? parsed.get<std::string>() : "");
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::vector<DocumentField>& out_;
  std::deque<std::string>& unescaped_;
};

Type TypeOf(const DocumentField& value) {
  switch (value.kind) {
    case Kind::kText:
      return kString;
    case Kind::kRaw:
      return value.token.front() == '{' ? kObject : kArray;
    case Kind::kTrue:
    case Kind::kFalse:
      return kBoolean;
    case Kind::kNumber:
      return kNumber;
    case Kind::kNull:
      break;
  }
  return kNull;
}

// Texts and names of any bytes, so that no two lists of them read the same.
void AppendSized(std::string_view text, std::string& out) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

void AppendMembers(const ValueList& values, const Instance& object, std::string& out) {
  std::vector<std::pair<std::string_view, std::string>> members;
  for (size_t i = object.begin; i < object.end; i = values.Next(i)) {
    AppendCanonical(values, values.At(i), members.emplace_back(values.NameAt(i), "").second);
  }
  std::ranges::stable_sort(members);
  for (const auto& [name, value] : members) {
    AppendSized(name, out);
    out.append(value).append(",");
  }
}

}  // namespace

std::string_view NameOf(Type type) {
  return std::ranges::find(kTypeNames, type, &TypeName::type)->name;
}

Instance ValueList::Set(const event::Document& document) {
  const std::span<const DocumentField> fields = document.fields();
  values_ = fields;
  if (std::ranges::any_of(fields, IsArray)) {
    own_.clear();
    unescaped_.clear();
    std::vector<size_t> new_index(fields.size() + 1);
    for (size_t i = 0; i < fields.size(); ++i) {
      new_index[i] = own_.size();
      own_.push_back(fields[i]);
      if (IsArray(fields[i])) ValueReader(fields[i].token, own_, unescaped_).Inside(false);
    }
    new_index[fields.size()] = own_.size();
    for (size_t i = 0; i < fields.size(); ++i) own_[new_index[i]].next = new_index[fields[i].next];
    values_ = own_;
  }
  return {kObject, {}, 0, values_.size()};
}

Instance ValueList::Set(std::string_view json) {
  own_.clear();
  unescaped_.clear();
  ValueReader(json, own_, unescaped_).Value("");
  values_ = own_;
  return At(0);
}

Instance ValueList::At(size_t index) const {
  const DocumentField& value = values_[index];
  return {TypeOf(value), value.token, index + 1, value.next};
}

void AppendCanonical(const ValueList& values, const Instance& value, std::string& out) {
  if (value.type == kString) {
    out += '"';
    AppendSized(value.token, out);
  } else if (value.type == kNumber) {
    const Decimal number = ReadDecimal(value.token);
    out.append(number.negative ? "-" : "+").append(number.digits).append("e");
    out.append(std::to_string(number.exponent));
  } else if (value.type == kArray) {
    out += '[';
    for (size_t i = value.begin; i < value.end; i = values.Next(i)) {
      AppendCanonical(values, values.At(i), out);
      out += ',';
    }
    out += ']';
  } else if (value.type == kObject) {
    out += '{';
    AppendMembers(values, value, out);
    out += '}';
  } else {
    out += value.token;
  }
}

}  // namespace gamevents::contracts
