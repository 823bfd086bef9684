#include "core/event/shape.h"

#include "core/base/byte_words.h"
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/event/number.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gamevents::event {
namespace {

// What a look at the bytes of a string shows.
struct Look {
  uint64_t stop;       // has the first byte that no string has as it is; nothing before it
  uint64_t not_ascii;  // has the bytes that are not ASCII
};

#if defined(__SSE2__)
constexpr size_t kLookBytes = 16;
constexpr int kBitsPerByte = 1;

Look LookAt(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i stop = _mm_or_si128(control, _mm_or_si128(quote, backslash));
  return {static_cast<uint32_t>(_mm_movemask_epi8(stop)),
          static_cast<uint32_t>(_mm_movemask_epi8(bytes))};
}
#else
constexpr size_t kLookBytes = kWordBytes;
constexpr int kBitsPerByte = 8;

Look LookAt(const char* at) {
  const uint64_t word = LoadWord(at);
  return {BytesEscaped(word), word & kHighBits};
}
#endif
static_assert(kLookBytes <= kShapePadding, "a look may begin at the text's end");

// The quote that ends the string at `at`; nullptr when another byte, an escape for example, ends
// it, or when it is not UTF-8. The zero behind the text ends every string.
const char* SkipString(const char* at) {
  const char* const begin = at;
  uint64_t not_ascii = 0;
  for (;; at += kLookBytes) {
    const Look look = LookAt(at);
    if (look.stop == 0) {
      not_ascii |= look.not_ascii;
      continue;
    }
    not_ascii |= look.not_ascii & (look.stop ^ (look.stop - 1));
    at += std::countr_zero(look.stop) / kBitsPerByte;
    break;
  }
  if (*at != '"') return nullptr;
  const bool plain = not_ascii == 0 || IsUtf8({begin, static_cast<size_t>(at - begin)});
  return plain ? at : nullptr;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

const char* SkipDigits(const char* at) {
  if (!IsDigit(*at)) return nullptr;
  while (IsDigit(*at)) ++at;
  return at;
}

// The end of the number at `at` by JSON's grammar, nullptr when none begins there.
const char* SkipNumber(const char* at) {
  if (*at == '-') ++at;
  at = *at == '0' ? at + 1 : SkipDigits(at);
  if (at != nullptr && *at == '.') at = SkipDigits(at + 1);
  if (at == nullptr || (*at != 'e' && *at != 'E')) return at;
  ++at;
  if (*at == '+' || *at == '-') ++at;
  return SkipDigits(at);
}

// The end of true, false or null at `at`; nullptr when it is another word.
const char* SkipWord(const char* at) {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (std::memcmp(at, word.data(), word.size()) == 0) return at + word.size();
  }
  return nullptr;
}

// Where the string whose opening quote is at `at` has its closing one, in a valid text.
size_t ClosingQuote(std::string_view text, size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at;
}

}  // namespace

/// Takes a valid text apart.
class ShapeReader {
 public:
  ShapeReader(std::string_view text, std::span<const DocumentField> names, Shape& shape)
      : text_(text), names_(names), shape_(shape) {}

  void Read() {
    for (size_t at = 0; at < text_.size(); ++at) at = Token(at);
    shape_.AddPiece(text_.substr(piece_begin_), Shape::Scalar::kNone);
    INVARIANT(shape_.fields_.size() == names_.size());
  }

 private:
  static constexpr size_t kNoField = ~size_t{0};

  struct Open {
    bool object = false;
    size_t field = kNoField;  ///< whose value it is
  };

  /// Takes the token at `at`; gives its last byte.
  size_t Token(size_t at) {
    switch (text_[at]) {
      case '{':
      case '[':
        Begin(at);
        break;
      case '}':
      case ']':
        End(at);
        break;
      case ',':
        name_next_ = open_.back().object;
        break;
      case ':':
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        break;
      case '"': {
        const size_t end = ClosingQuote(text_, at);
        if (name_next_) {
          Name();
        } else {
          Scalar(at + 1, end, Shape::Scalar::kString);
        }
        return end;
      }
      default: {
        const size_t end = text_.find_first_of(",]} \t\r\n", at);
        const bool word = text_[at] == 't' || text_[at] == 'f' || text_[at] == 'n';
        Scalar(at, end, word ? Shape::Scalar::kWord : Shape::Scalar::kNumber);
        return end - 1;
      }
    }
    return at;
  }

  Shape::Place PlaceOf(size_t at) const {
    return {static_cast<uint32_t>(shape_.pieces_.size()), static_cast<uint32_t>(at - piece_begin_)};
  }

  void Name() {
    name_next_ = false;
    if (arrays_ > 0) return;
    const size_t index = shape_.fields_.size();
    INVARIANT(index < names_.size());
    auto& field = shape_.fields_.emplace_back();
    field.name = names_[index].name;
    field.next = names_[index].next;
    field_ = index;
  }

  void Begin(size_t at) {
    const bool object = text_[at] == '{';
    if (field_ != kNoField) {
      shape_.fields_[field_].nested = true;
      shape_.fields_[field_].begin = PlaceOf(at);
    }
    open_.push_back({object, field_});
    field_ = kNoField;
    arrays_ += object ? 0 : 1;
    name_next_ = object;
  }

  void End(size_t at) {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.field != kNoField) shape_.fields_[closed.field].end = PlaceOf(at + 1);
    arrays_ -= closed.object ? 0 : 1;
    name_next_ = false;
  }

  void Scalar(size_t begin, size_t end, Shape::Scalar kind) {
    if (field_ != kNoField) {
      shape_.fields_[field_].scalar = static_cast<uint32_t>(shape_.pieces_.size());
      field_ = kNoField;
    }
    shape_.AddPiece(text_.substr(piece_begin_, begin - piece_begin_), kind);
    piece_begin_ = end;
  }

  const std::string_view text_;
  const std::span<const DocumentField> names_;
  Shape& shape_;
  std::vector<Open> open_;
  size_t arrays_ = 0;       ///< of open_
  size_t piece_begin_ = 0;  ///< after the last scalar
  bool name_next_ = false;
  size_t field_ = kNoField;  ///< whose value comes next
};

Shape::Shape(std::string_view text, std::span<const DocumentField> fields) {
  INVARIANT(text.size() <= kShapeBytesMax);
  ShapeReader(text, fields, *this).Read();
}

void Shape::AddPiece(std::string_view bytes, Scalar scalar) {
  Piece& piece = pieces_.emplace_back();
  piece.first = static_cast<uint32_t>(words_.size());
  piece.size = static_cast<uint32_t>(bytes.size());
  piece.scalar = scalar;
  const size_t tail = bytes.size() % kWordBytes;
  piece.tail_mask = (uint64_t{1} << (8 * tail)) - 1;
  std::string padded(bytes);
  padded.resize(bytes.size() - tail + kWordBytes);
  for (size_t at = 0; at < padded.size(); at += kWordBytes) {
    words_.push_back(LoadWord(padded.data() + at));
  }
}

bool Shape::Matches(std::string_view text, std::vector<ScalarSpan>& scalars) const {
  scalars.resize(pieces_.size() - 1);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  ScalarSpan* out = scalars.data();
  for (const Piece& piece : pieces_) {
    if (piece.size > static_cast<size_t>(end - at)) return false;
    const uint64_t* word = &words_[piece.first];
    const char* const tail = at + (piece.size & ~(kWordBytes - 1));
    for (; at != tail; at += kWordBytes, ++word) {
      if (LoadWord(at) != *word) return false;
    }
    if (((LoadWord(at) ^ *word) & piece.tail_mask) != 0) return false;
    at += piece.size % kWordBytes;
    if (piece.scalar == Scalar::kNone) break;
    out->begin = static_cast<uint32_t>(at - begin);
    if (piece.scalar == Scalar::kString) {
      at = SkipString(at);
    } else {
      at = piece.scalar == Scalar::kNumber ? SkipNumber(at) : SkipWord(at);
    }
    if (at == nullptr) return false;
    out->end = static_cast<uint32_t>(at - begin);
    ++out;
  }
  return at == end;
}

DocumentField::Kind Shape::KindOf(Scalar scalar, std::string_view text) {
  if (scalar == Scalar::kString) return DocumentField::Kind::kText;
  if (scalar == Scalar::kNumber) return DocumentField::Kind::kNumber;
  if (text == "null") return DocumentField::Kind::kNull;
  return text == "true" ? DocumentField::Kind::kTrue : DocumentField::Kind::kFalse;
}

uint32_t Shape::Locate(Place place, std::span<const ScalarSpan> scalars) {
  return (place.piece == 0 ? 0 : scalars[place.piece - 1].end) + place.offset;
}

DocumentField Shape::FieldAt(size_t index, std::string_view text,
                             std::span<const ScalarSpan> scalars) const {
  const OneField& field = fields_[index];
  if (field.nested) {
    const uint32_t begin = Locate(field.begin, scalars);
    const uint32_t end = Locate(field.end, scalars);
    return {field.name, text.substr(begin, end - begin), DocumentField::Kind::kRaw, field.next};
  }
  const auto [begin, end] = scalars[field.scalar];
  const std::string_view scalar = text.substr(begin, end - begin);
  return {field.name, scalar, KindOf(pieces_[field.scalar].scalar, scalar), field.next};
}

Value Shape::Field(const FieldPath& path, std::string_view text,
                   std::span<const ScalarSpan> scalars) const {
  size_t begin = 0;
  size_t end = fields_.size();
  size_t found = end;
  for (const std::string& name : path) {
    found = fields_.size();
    for (size_t i = begin; i < end; i = fields_[i].next) {
      if (fields_[i].name == name) found = i;
    }
    if (found == fields_.size()) return Missing{};
    begin = found + 1;
    end = fields_[found].next;
  }
  if (found == fields_.size()) return Missing{};
  return FieldAt(found, text, scalars).value();
}

}  // namespace gamevents::event
