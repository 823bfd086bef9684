#include "core/broker/protocol/print.h"

#include "core/base/text.h"

namespace gamevents::broker {

void Printer::Add(std::string_view text) {
  if (full_) return;
  full_ = text_.size() + text.size() > bytes_max_;
  text_.append(full_ ? std::string_view("…") : text);
}

void Printer::Open(char bracket) {
  Add({&bracket, 1});
  first_ = true;
}

void Printer::Close(char bracket) {
  Add({&bracket, 1});
  first_ = false;
}

void Printer::Next(std::string_view name) {
  if (!first_) Add(", ");
  first_ = false;
  if (name.empty()) return;
  Add(name);
  Add(": ");
}

void Printer::Code(ErrorCode code) {
  const std::string_view name = ErrorCodeName(code);
  if (name == "?") return Integer(static_cast<int16_t>(code));
  Add(name);
}

void Printer::Text(std::string_view text) {
  if (!IsUtf8(text)) return ByteCount(text.size());
  std::string quoted;
  AppendJsonString(quoted, text);
  Add(quoted);
}

void Printer::ByteCount(size_t bytes) { Add("<" + std::to_string(bytes) + " bytes>"); }

}  // namespace gamevents::broker
