#include "core/event/event_writer.h"

#include "core/base/check.h"
#include "core/base/text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace gamevents::event {
namespace {

// Room for the names of a usual event with its request's headers.
constexpr size_t kNamesExpected = 24;
constexpr size_t kNameBytesExpected = 240;

}  // namespace

EventWriter::EventWriter(size_t bytes_expected) : bytes_expected_(bytes_expected) {}

void EventWriter::Add(std::string_view name, std::string_view text) {
  INVARIANT(IsUtf8(text));
  AddName(name);
  AppendJsonString(out_, text);
}

void EventWriter::Add(std::string_view name, double value) {
  INVARIANT(std::isfinite(value));
  AddName(name);
  std::array<char, 32> digits;  // A double's shortest text has at most 24 characters.
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  out_ += text;
  if (text.find_first_of(".e") == std::string_view::npos) out_ += ".0";
}

void EventWriter::AddJson(std::string_view name, std::string_view json) {
  INVARIANT(!json.empty());
  INVARIANT(IsUtf8(json));
  INVARIANT(json.find('\n') == std::string_view::npos);
  AddName(name);
  out_ += json;
}

bool EventWriter::AddIfAbsent(std::string_view name, std::string_view text) {
  if (Has(name)) return false;
  Add(name, text);
  return true;
}

bool EventWriter::Has(std::string_view name) const {
  const std::string_view names = names_;
  size_t begin = 0;
  for (size_t end : name_ends_) {
    if (names.substr(begin, end - begin) == name) return true;
    begin = end;
  }
  return false;
}

std::string EventWriter::Finish() {
  if (name_ends_.empty()) out_ += '{';
  out_ += '}';
  std::string done = std::move(out_);
  out_.clear();
  names_.clear();
  name_ends_.clear();
  return done;
}

void EventWriter::AddName(std::string_view name) {
  INVARIANT(IsUtf8(name));
  INVARIANT(!Has(name));
  if (name_ends_.empty()) {
    out_.reserve(bytes_expected_);
    names_.reserve(kNameBytesExpected);
    name_ends_.reserve(kNamesExpected);
  }
  out_ += name_ends_.empty() ? '{' : ',';
  names_ += name;
  name_ends_.push_back(names_.size());
  AppendJsonString(out_, name);
  out_ += ':';
}

void EventWriter::AddInteger(std::string_view name, int64_t value) {
  AddName(name);
  std::array<char, 20> digits;  // "-9223372036854775808".
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

void EventWriter::AddBool(std::string_view name, bool value) {
  AddName(name);
  out_ += value ? "true" : "false";
}

}  // namespace gamevents::event
