#include "core/collector/request/body.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/collector/request/json_text.h"
#include "core/event/document_field.h"

#include <algorithm>
#include <array>

namespace gamevents::collector {
namespace {

// RFC 8259 section 2.
using event::kJsonSpace;

// `text` is a part of `body`.
Piece PieceOf(std::string_view body, std::string_view text) {
  return {static_cast<size_t>(text.data() - body.data()), text.size()};
}

Error TooMany(size_t events_max) {
  return {Fault::kFull, "more than " + std::to_string(events_max) +
                            " events in one request (serve.max_batch); send several"};
}

Error Broken(std::string_view what, size_t at) {
  return {Fault::kBadInput,
          "the array of events is broken at byte " + std::to_string(at) + ": " + std::string(what)};
}

// Where the text begins.
size_t StartOf(std::string_view body) { return body.size() - SkipByteOrderMark(body).size(); }

Result<std::vector<Piece>> SplitLines(std::string_view body, size_t events_max) {
  std::vector<Piece> pieces;
  for (size_t start = StartOf(body); start < body.size();) {
    const size_t end = std::min(body.find('\n', start), body.size());
    const std::string_view line = Trim(body.substr(start, end - start), kJsonSpace);
    start = end + 1;
    if (line.empty()) continue;
    if (pieces.size() == events_max) return TooMany(events_max);
    pieces.push_back(PieceOf(body, line));
  }
  return pieces;
}

Result<std::vector<Piece>> SplitArray(std::string_view body, size_t events_max) {
  std::vector<Piece> pieces;
  size_t at = SkipSpace(body, StartOf(body));
  if (at == body.size() || body[at] != '[') return Broken("it must begin with '['", at);
  at = SkipSpace(body, at + 1);
  const bool is_empty = at < body.size() && body[at] == ']';
  while (!is_empty) {
    if (body.substr(at).starts_with(kByteOrderMark)) {
      return Broken("a byte order mark, EF BB BF, stands before an event", at);
    }
    const size_t end = EndOfValue(body, at);
    if (end == std::string_view::npos) return Broken("the event that begins here does not end", at);
    if (end == at) return Broken("an event is missing", at);
    if (pieces.size() == events_max) return TooMany(events_max);
    pieces.push_back({at, end - at});
    at = SkipSpace(body, end);
    if (at == body.size()) return Broken("it ends without ']'", at);
    if (body[at] == ']') break;
    if (body[at] != ',') return Broken("expected ',' or ']'", at);
    at = SkipSpace(body, at + 1);
  }
  at = SkipSpace(body, at + 1);
  if (at != body.size()) return Broken("something follows its end", at);
  return pieces;
}

}  // namespace

bool MediaType::IsJson() const { return name == "application/json" || name.ends_with("+json"); }

MediaType ParseMediaType(std::string_view content_type) {
  MediaType type;
  const size_t semicolon = content_type.find(';');
  type.name = Lower(Trim(content_type.substr(0, semicolon), kJsonSpace));
  while (semicolon != std::string_view::npos && content_type.find(';') != std::string_view::npos) {
    content_type.remove_prefix(content_type.find(';') + 1);
    const std::string parameter =
        Lower(Trim(content_type.substr(0, content_type.find(';')), kJsonSpace));
    if (!parameter.starts_with("charset=")) continue;
    type.charset = parameter.substr(parameter.find('=') + 1);
    std::erase(type.charset, '"');
  }
  return type;
}

bool IsUtf8Charset(std::string_view charset) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"", "utf-8", "utf8", "unicode-1-1-utf-8", "us-ascii", "ascii"});
  return std::ranges::find(kNames, charset) != kNames.end();
}

Shape Sniff(std::string_view body) {
  const std::string_view text = Trim(SkipByteOrderMark(body), kJsonSpace);
  if (text.starts_with('[')) return Shape::kArray;
  const size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos) return Shape::kOne;
  const std::string_view line = Trim(text.substr(0, line_end), kJsonSpace);
  return EndOfValue(line, 0) == line.size() ? Shape::kLines : Shape::kOne;
}

Result<std::vector<Piece>> Split(std::string_view body, Shape shape, size_t events_max) {
  const std::string_view text = Trim(SkipByteOrderMark(body), kJsonSpace);
  if (text.empty()) return Error{Fault::kBadInput, "the body is empty: there is no event in it"};
  switch (shape) {
    case Shape::kOne:
      break;
    case Shape::kArray:
      return SplitArray(body, events_max);
    case Shape::kLines:
      return SplitLines(body, events_max);
  }
  return std::vector<Piece>{PieceOf(body, text)};
}

}  // namespace gamevents::collector
