#include "core/event/event_writer.h"

#include "core/base/check.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gamevents::event {
namespace {

// Room for the names of a usual event with its request's headers.
constexpr size_t kNamesExpected = 24;
// What a writer keeps for the next event at the most.
constexpr size_t kRoomKept = 64 * 1024;

}  // namespace

EventWriter::EventWriter(size_t bytes_expected) : bytes_expected_(bytes_expected) {}

void EventWriter::Add(std::string_view name, std::string_view text) {
  AddName(name);
  PutString(text);
}

void EventWriter::Add(std::string_view name, double value) {
  INVARIANT(std::isfinite(value));
  AddName(name);
  std::array<char, 32> digits;  // A double's shortest text has at most 24 characters.
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  Put(text);
  if (text.find_first_of(".e") == std::string_view::npos) Put(".0");
}

void EventWriter::AddJson(std::string_view name, std::string_view json) {
  INVARIANT(!json.empty());
  INVARIANT(IsUtf8(json));
  INVARIANT(json.find('\n') == std::string_view::npos);
  AddName(name);
  Put(json);
}

bool EventWriter::AddIfAbsent(std::string_view name, std::string_view text) {
  if (Has(name)) return false;
  Add(name, text);
  return true;
}

bool EventWriter::Has(std::string_view name) const { return HasJson(JsonString(name)); }

// Whether there is a name of this JSON text.
bool EventWriter::HasJson(std::string_view name) const {
  return std::ranges::any_of(names_, [&](const Name& other) {
    return std::string_view(&text_[other.begin], other.size) == name;
  });
}

std::string EventWriter::Finish() {
  Put(names_.empty() ? "{}" : "}");
  std::string done;
  if (text_.size() > kRoomKept) {
    text_.resize(used_);
    done.swap(text_);
  } else {
    done.assign(text_, 0, used_);
  }
  used_ = 0;
  names_.clear();
  return done;
}

void EventWriter::AddName(std::string_view name) {
  if (names_.empty()) names_.reserve(kNamesExpected);
  *Room(1) = names_.empty() ? '{' : ',';
  ++used_;
  const size_t begin = used_;
  PutString(name);
  const size_t size = used_ - begin;
  INVARIANT(!HasJson(std::string_view(&text_[begin], size)));
  names_.push_back({begin, size});
  *Room(1) = ':';
  ++used_;
}

void EventWriter::AddInteger(std::string_view name, int64_t value) {
  AddName(name);
  constexpr size_t kIntegerBytesMax = 20;  // "-9223372036854775808".
  char* const to = Room(kIntegerBytesMax);
  used_ += static_cast<size_t>(std::to_chars(to, to + kIntegerBytesMax, value).ptr - to);
}

void EventWriter::AddBool(std::string_view name, bool value) {
  AddName(name);
  Put(value ? "true" : "false");
}

void EventWriter::PutString(std::string_view text) {
  if (!IsPlain(text)) {
    INVARIANT(IsUtf8(text));
    return Put(JsonString(text));
  }
  char* const to = Room(text.size() + 2);
  to[0] = '"';
  text.copy(to + 1, text.size());
  to[text.size() + 1] = '"';
  used_ += text.size() + 2;
}

void EventWriter::Put(std::string_view json) {
  json.copy(Room(json.size()), json.size());
  used_ += json.size();
}

void EventWriter::Grow(size_t bytes) {
  text_.resize(std::max({bytes_expected_, 2 * text_.size(), used_ + bytes}));
}

}  // namespace gamevents::event
