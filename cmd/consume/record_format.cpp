#include "cmd/consume/record_format.h"

#include "cmd/escapes.h"
#include "core/base/clock.h"
#include "core/kafka/envelope.h"

namespace gamevents::cmd {
namespace {

constexpr std::string_view kLetters = "tpoksTDhKSR";

// kcat's length of null.
int64_t Length(const std::optional<std::string_view>& bytes) {
  return bytes ? static_cast<int64_t>(bytes->size()) : -1;
}

// As a 32-bit big-endian number, for programs that read frames.
void AppendBinaryLength(std::string& out, int64_t length) {
  const auto bits = static_cast<uint32_t>(length);
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(bits >> shift));
}

// "a=1,b=NULL", as kcat writes headers.
void AppendHeaders(std::string& out, std::span<const kafka::HeaderView> headers) {
  for (const kafka::HeaderView& header : headers) {
    if (&header != headers.data()) out.push_back(',');
    out.append(header.name).append("=").append(header.value.value_or("NULL"));
  }
}

void AppendToken(std::string& out, char letter, const kafka::RecordView& record) {
  switch (letter) {
    case 't':
      out.append(record.topic);
      return;
    case 'p':
      out.append(std::to_string(record.partition));
      return;
    case 'o':
      out.append(std::to_string(record.offset));
      return;
    case 'k':
      out.append(record.key.value_or(""));
      return;
    case 's':
      out.append(record.value.value_or(""));
      return;
    case 'T':
      out.append(std::to_string(record.timestamp.value));
      return;
    case 'D':
      if (record.timestamp.value >= 0) out.append(FormatTimestamp(record.timestamp));
      return;
    case 'h':
      AppendHeaders(out, record.headers);
      return;
    case 'K':
      out.append(std::to_string(Length(record.key)));
      return;
    case 'S':
      out.append(std::to_string(Length(record.value)));
      return;
    case 'R':
      AppendBinaryLength(out, Length(record.value));
      return;
    default:
      INVARIANT(false);
  }
}

}  // namespace

Result<RecordFormat> RecordFormat::Parse(std::string_view text) {
  RecordFormat format;
  if (text == "value") return format;
  format.kind_ = text == "json" ? Kind::kJson : Kind::kTokens;
  if (format.kind_ == Kind::kJson) return format;
  if (text.find_first_of("%\\") == text.npos) {
    return Error{Fault::kBadInput,
                 "--output \"" + std::string(text) +
                     "\" is not value, json or parquet, and a format has a token"};
  }

  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) format.tokens_.push_back({0, std::exchange(literal, {})});
  };
  while (!text.empty()) {
    size_t taken = 1;
    if (text.front() == '\\') {
      auto escape = AppendEscape(literal, text);
      if (!escape) return std::move(escape).error().In("--output");
      taken = *escape;
    } else if (text.front() != '%') {
      literal.push_back(text.front());
    } else if (text.starts_with("%%")) {
      literal.push_back('%');
      taken = 2;
    } else if (text.size() > 1 && kLetters.find(text[1]) != kLetters.npos) {
      end_literal();
      format.tokens_.push_back({text[1], {}});
      taken = 2;
    } else {
      return Error{Fault::kBadInput, "--output: \"" + std::string(text.substr(0, 2)) +
                                         "\" is not known; there are " + std::string(kHelp)};
    }
    text.remove_prefix(taken);
  }
  end_literal();
  return format;
}

void RecordFormat::Append(std::string& out, const kafka::RecordView& record) const {
  switch (kind_) {
    case Kind::kValue:
      out.append(record.value.value_or("")).push_back('\n');
      return;
    case Kind::kJson:
      kafka::AppendEnvelope(out, record);
      out.push_back('\n');
      return;
    case Kind::kTokens:
      for (const Token& token : tokens_) {
        if (token.letter == 0) {
          out.append(token.text);
        } else {
          AppendToken(out, token.letter, record);
        }
      }
      return;
  }
}

}  // namespace gamevents::cmd
