#include "core/event/plain_document.h"

#include "core/event/document.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gamevents::event {
namespace {

using Kind = DocumentField::Kind;

// Between one token's beginning and the next there is the token and then white space: whatever
// else stands there begins a token of its own. So a walk that takes each token has seen each byte.
class TokenWalk {
 public:
  /// `begins` are the places where tokens begin, and the text's end.
  TokenWalk(std::string_view text, const uint32_t* begins, size_t count,
            std::vector<DocumentField>& fields)
      : text_(text), begins_(begins), count_(count), fields_(fields) {}

  /// Whether the text is one object and nothing else.
  bool Whole() { return Char() == '{' && Object(1, true) && next_ == count_; }

 private:
  static constexpr size_t kNowhere = ~size_t{0};

  // What the next token begins with; NUL at the end.
  char Char() const { return text_.data()[begins_[next_]]; }

  std::string_view Take() {
    const char* const begin = text_.data() + begins_[next_++];
    const char* end = text_.data() + begins_[next_];
    while (end > begin && IsJsonSpace(end[-1])) --end;
    return {begin, static_cast<size_t>(end - begin)};
  }

  // Takes one character that is a token. At the end there is none to take.
  char TakeChar() {
    const char taken = Char();
    if (next_ < count_) ++next_;
    return taken;
  }

  bool Object(int depth, bool keep) {
    if (depth > kDocumentDepthMax) return false;
    ++next_;
    if (Char() == '}') return TakeChar() == '}';
    for (char after = ','; after == ','; after = TakeChar()) {
      const size_t index = keep ? fields_.size() : kNowhere;
      std::string_view name;
      if (!Text(name) || TakeChar() != ':') return false;
      if (keep) fields_.emplace_back().name = name;
      if (!Any(depth, index)) return false;
      if (keep) fields_[index].next = fields_.size();
      if (Char() == '}') return TakeChar() == '}';
    }
    return false;
  }

  bool Array(int depth) {
    if (depth > kDocumentDepthMax) return false;
    ++next_;
    if (Char() == ']') return TakeChar() == ']';
    for (char after = ','; after == ','; after = TakeChar()) {
      if (!Any(depth, kNowhere)) return false;
      if (Char() == ']') return TakeChar() == ']';
    }
    return false;
  }

  // A value inside an object or array at `depth`, into the field at `index` or nowhere.
  bool Any(int depth, size_t index) {
    const char first = Char();
    if (next_ == count_) return false;
    if (first == '"') {
      std::string_view text;
      return Text(text) && Put(index, Kind::kText, text);
    }
    if (first == '{' || first == '[') {
      const size_t begin = begins_[next_];
      if (!(first == '{' ? Object(depth + 1, index != kNowhere) : Array(depth + 1))) return false;
      const size_t end = begins_[next_ - 1] + 1;
      return Put(index, Kind::kRaw, text_.substr(begin, end - begin));
    }
    const std::string_view token = Take();
    Kind kind = Kind::kNull;
    return ReadAtom(token, kind) && Put(index, kind, token);
  }

  bool Text(std::string_view& out) {
    if (Char() != '"') return false;
    const std::string_view token = Take();
    if (token.size() < 2 || token.back() != '"') return false;
    out = token.substr(1, token.size() - 2);
    return true;
  }

  bool Put(size_t index, Kind kind, std::string_view token) {
    if (index == kNowhere) return true;
    fields_[index].kind = kind;
    fields_[index].token = token;
    return true;
  }

  const std::string_view text_;
  const uint32_t* const begins_;
  const size_t count_;
  std::vector<DocumentField>& fields_;
  size_t next_ = 0;
};

}  // namespace

struct PlainDocument::Tokens {
  simdjson::dom::parser parser;

  // Makes room for the tokens of a text of so many bytes.
  bool HasRoomFor(size_t bytes) {
    constexpr size_t kBytesExpected = 4096;
    if (parser.capacity() > bytes) return true;
    const size_t room = std::max(bytes + 1, std::max(kBytesExpected, parser.capacity() * 2));
    return parser.allocate(room) == simdjson::SUCCESS;
  }
};

PlainDocument::PlainDocument() : tokens_(std::make_unique<Tokens>()) {}
PlainDocument::~PlainDocument() = default;

bool PlainDocument::Read(std::string_view text, std::vector<DocumentField>& fields) {
  if (text.find('\\') != std::string_view::npos || !tokens_->HasRoomFor(text.size())) return false;
  auto& stage = *tokens_->parser.implementation;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  if (stage.stage1(bytes, text.size(), simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return false;
  }
  const uint32_t count = stage.n_structural_indexes;
  stage.structural_indexes[count] = static_cast<uint32_t>(text.size());
  return TokenWalk(text, stage.structural_indexes.get(), count, fields).Whole();
}

}  // namespace gamevents::event
