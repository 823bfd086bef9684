// Goal: Document takes exactly the JSON objects that there are, and what it gives is sound. Method:
// another parser, nlohmann's, must agree on what is JSON; nested texts must parse on their own;
// texts must be UTF-8 and come back through EventWriter.
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/event/document.h"
#include "core/event/event_writer.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace gamevents::event {
namespace {

using Json = nlohmann::json;

void AgreeThatRefused(std::string_view text, const Error& error) {
  INVARIANT(error.fault == Fault::kBadInput);
  if (error.context.find("nested deeper") != std::string::npos) return;
  // The other parser ends at a zero byte and skips a byte order mark.
  if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) return;
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] != '{') return;
  INVARIANT(!Json::accept(text));
}

void AgreeThatTaken(std::string_view text) {
  try {
    INVARIANT(Json::parse(text).is_object());
  } catch (const Json::out_of_range&) {
    // It refuses numbers beyond a double's range, which Document reads as infinities.
  } catch (const Json::exception&) {
    constexpr bool kOtherParserTakesIt = false;
    INVARIANT(kOtherParserTakesIt);
  }
}

void CheckNested(std::string_view text) {
  INVARIANT(!text.empty());
  INVARIANT(text.front() == '{' || text.front() == '[');
  Document alone;
  INVARIANT(alone.Parse("{\"a\":" + std::string(text) + "}").ok());
}

void CheckFields(const Document& document) {
  EventWriter writer;
  document.ForEachField([&](std::string_view name, const Value& value) {
    INVARIANT(IsUtf8(name));
    INVARIANT(!std::holds_alternative<Missing>(value));
    INVARIANT(!std::holds_alternative<Missing>(document.Field({std::string(name)})));
    if (const auto* raw = std::get_if<RawJson>(&value)) CheckNested(raw->text);
    if (const auto* text = std::get_if<std::string_view>(&value)) writer.AddIfAbsent(name, *text);
  });
  Document again;
  INVARIANT(again.Parse(writer.Finish()).ok());
  again.ForEachField([&](std::string_view name, const Value& value) {
    bool seen = false;
    document.ForEachField([&](std::string_view other, const Value& before) {
      const auto* text = std::get_if<std::string_view>(&before);
      seen = seen || (other == name && text && *text == std::get<std::string_view>(value));
    });
    INVARIANT(seen);
  });
}

// From the third time on it is read by its shape.
void CheckAgain(std::string_view text) {
  Document document;
  for (int turn = 0; turn < 3; ++turn) INVARIANT(document.Parse(text).ok());
  CheckFields(document);
  INVARIANT(!document.Parse(text.substr(0, text.find_last_of('}'))).ok());
}

void TryDocument(std::string_view text) {
  Document document;
  const Status parsed = document.Parse(text);
  if (!parsed) return AgreeThatRefused(text, parsed.error());
  AgreeThatTaken(text);
  CheckFields(document);
  CheckAgain(text);
}

}  // namespace
}  // namespace gamevents::event

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::event::TryDocument({reinterpret_cast<const char*>(data), size});
  return 0;
}
