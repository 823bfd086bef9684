#include "core/report/shell/script.h"

#include "core/base/ascii.h"

#include <algorithm>
#include <utility>

namespace gamevents::report::shell {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// What ends a quotation that `c` begins; 0 where it begins none.
char EndOfQuote(char c) {
  if (c == '[') return ']';
  return c == '\'' || c == '"' || c == '`' ? c : '\0';
}

}  // namespace

void Script::Step(char c, char next) {
  if (std::exchange(skip_, false)) return;
  switch (state_) {
    case State::kPlain:
      if (const char end = EndOfQuote(c); end != 0) {
        state_ = State::kQuoted;
        quote_ = end;
      } else if (c == '-' && next == '-') {
        state_ = State::kLineComment;
      } else if (c == '/' && next == '*') {
        state_ = State::kBlockComment;
        skip_ = true;
      }
      break;
    case State::kQuoted:
      if (c == quote_) state_ = State::kPlain;  // a doubled one begins the next quotation
      break;
    case State::kLineComment:
      if (c == '\n') state_ = State::kPlain;
      break;
    case State::kBlockComment:
      if (c == '*' && next == '/') {
        state_ = State::kPlain;
        skip_ = true;
      }
      break;
  }
}

std::vector<Typed> Script::Add(std::string_view line) {
  std::vector<Typed> typed;
  if (state_ == State::kPlain && Trim(line, kBlanks).starts_with('\\')) {
    typed.push_back({Typed::Kind::kCommand, std::string(Trim(line, kBlanks))});
    return typed;
  }
  const auto end_statement = [&] {
    const std::string_view statement = Trim(text_, kBlanks);
    if (!statement.empty()) typed.push_back({Typed::Kind::kStatement, std::string(statement)});
    text_.clear();
  };
  for (size_t i = 0; i <= line.size(); ++i) {
    const char c = i < line.size() ? line[i] : '\n';
    if (c == ';' && state_ == State::kPlain) {
      end_statement();
      const std::string_view rest = Trim(line.substr(i + 1), kBlanks);
      if (!rest.starts_with('\\')) continue;
      typed.push_back({Typed::Kind::kCommand, std::string(rest)});
      return typed;
    }
    text_.push_back(c);
    Step(c, i + 1 < line.size() ? line[i + 1] : '\n');
  }
  if (text_.size() > kGatheredBytesMax) {
    end_statement();
    state_ = State::kPlain;
  }
  if (!InStatement()) text_.clear();
  return typed;
}

bool Script::InStatement() const {
  return state_ != State::kPlain || !Trim(text_, kBlanks).empty();
}

std::string Script::TakeRest() {
  std::string rest(Trim(text_, kBlanks));
  text_.clear();
  state_ = State::kPlain;
  skip_ = false;
  return rest;
}

}  // namespace gamevents::report::shell
