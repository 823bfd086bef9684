#include "core/event/document_field.h"

#include "core/event/number.h"

#include <cstdint>

namespace gamevents::event {
namespace {

// Most numbers are so: digits that an int64_t holds, without a sign, no zero in front.
bool IsSmallNumber(std::string_view token) {
  constexpr size_t kDigitsOfInt64 = 18;
  if (token.empty() || token.size() > kDigitsOfInt64) return false;
  if (token.front() == '0') return token.size() == 1;
  for (const char c : token) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

}  // namespace

Value DocumentField::value() const {
  switch (kind) {
    case Kind::kText:
      return token;
    case Kind::kRaw:
      return RawJson{token};
    case Kind::kTrue:
      return true;
    case Kind::kFalse:
      return false;
    case Kind::kNull:
      return Null{};
    case Kind::kNumber:
      break;
  }
  if (IsSmallNumber(token)) {
    int64_t number = 0;
    for (const char c : token) number = number * 10 + (c - '0');
    return number;
  }
  return ParseJsonNumber(token).value_or(Null{});
}

bool ReadAtom(std::string_view token, DocumentField::Kind& kind) {
  if (IsSmallNumber(token)) {
    kind = DocumentField::Kind::kNumber;
  } else if (token == "true" || token == "false") {
    kind = token == "true" ? DocumentField::Kind::kTrue : DocumentField::Kind::kFalse;
  } else if (token == "null") {
    kind = DocumentField::Kind::kNull;
  } else if (ParseJsonNumber(token)) {
    kind = DocumentField::Kind::kNumber;
  } else {
    return false;
  }
  return true;
}

}  // namespace gamevents::event
