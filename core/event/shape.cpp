#include "core/event/shape.h"

#include "core/base/byte_words.h"
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/event/number.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gamevents::event {
namespace {

// A text is read by looks, each at a few bytes at once. Of a look there is:
//   StopsIn     has the first byte that no string has as it is, and nothing before it;
//   HasNonAscii whether one of several looks together has a byte that is not ASCII;
//   OthersIn    has the bytes that differ from those of another look.
#if defined(__SSE2__)
constexpr size_t kLookBytes = 16;
constexpr int kBitsPerByte = 1;

using Look = __m128i;

Look LookAt(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
Look NoLook() { return _mm_setzero_si128(); }
Look Together(Look a, Look b) { return _mm_or_si128(a, b); }

uint32_t MaskOf(__m128i bytes) { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); }

uint64_t StopsIn(Look look) {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(look, _mm_set1_epi8(0x1F)), look);
  const __m128i quote = _mm_cmpeq_epi8(look, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(look, _mm_set1_epi8('\\'));
  return MaskOf(_mm_or_si128(control, _mm_or_si128(quote, backslash)));
}

bool HasNonAscii(Look looks) { return MaskOf(looks) != 0; }

uint64_t OthersIn(Look a, Look b) { return MaskOf(_mm_cmpeq_epi8(a, b)) ^ 0xFFFF; }
#else
constexpr size_t kLookBytes = kWordBytes;
constexpr int kBitsPerByte = 8;

using Look = uint64_t;

Look LookAt(const char* at) { return LoadWord(at); }
Look NoLook() { return 0; }
Look Together(Look a, Look b) { return a | b; }
uint64_t StopsIn(Look look) { return BytesEscaped(look); }
bool HasNonAscii(Look looks) { return (looks & kHighBits) != 0; }
uint64_t OthersIn(Look a, Look b) { return a ^ b; }
#endif
static_assert(kLookBytes <= kShapePadding, "a look may begin at the text's end");

// The quote that ends the string at `at`; nullptr when another byte, an escape for example, ends
// it, or when it is not UTF-8. The zero behind the text ends every string.
const char* SkipString(const char* at) {
  const char* const begin = at;
  Look all = NoLook();
  uint64_t stops = 0;
  for (;; at += kLookBytes) {
    const Look look = LookAt(at);
    all = Together(all, look);
    stops = StopsIn(look);
    if (stops != 0) break;
  }
  at += std::countr_zero(stops) / kBitsPerByte;
  if (*at != '"') return nullptr;
  // What is behind the quote was looked at, too: then this is slower, not wrong.
  if (HasNonAscii(all) && !IsUtf8({begin, static_cast<size_t>(at - begin)})) return nullptr;
  return at;
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

// The text as LoadWord would have it with zeros behind.
constexpr uint64_t WordOf(std::string_view text) {
  uint64_t word = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    word |= uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return word;
}

// The end of true, false or null at `at`; nullptr when it is another word.
const char* SkipWord(const char* at) {
  const uint64_t word = LoadWord(at);
  if ((word & 0xFFFFFFFF) == WordOf("true") || (word & 0xFFFFFFFF) == WordOf("null")) {
    return at + 4;
  }
  return (word & 0xFFFFFFFFFF) == WordOf("false") ? at + 5 : nullptr;
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
      shape_.fields_[field_].kind = kind;
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
  piece.first = static_cast<uint32_t>(bytes_.size());
  piece.size = static_cast<uint32_t>(bytes.size());
  piece.scalar = scalar;
  const size_t tail = bytes.size() % kLookBytes;
  piece.tail_mask = (uint64_t{1} << (kBitsPerByte * tail)) - 1;
  bytes_ += bytes;
  bytes_.append(kLookBytes - tail, '\0');
}

bool Shape::Matches(std::string_view text, std::vector<ScalarSpan>& scalars) const {
  scalars.resize(pieces_.size() - 1);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  ScalarSpan* out = scalars.data();
  for (const Piece& piece : pieces_) {
    if (piece.size > static_cast<size_t>(end - at)) return false;
    const char* expected = bytes_.data() + piece.first;
    size_t left = piece.size;
    for (; left >= kLookBytes; left -= kLookBytes) {
      if (OthersIn(LookAt(at), LookAt(expected)) != 0) return false;
      at += kLookBytes;
      expected += kLookBytes;
    }
    if ((OthersIn(LookAt(at), LookAt(expected)) & piece.tail_mask) != 0) return false;
    at += left;
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
  if (text.front() == 'n') return DocumentField::Kind::kNull;
  return text.front() == 't' ? DocumentField::Kind::kTrue : DocumentField::Kind::kFalse;
}

uint32_t Shape::Locate(Place place, std::span<const ScalarSpan> scalars) {
  return (place.piece == 0 ? 0 : scalars[place.piece - 1].end) + place.offset;
}

void Shape::FieldAt(size_t index, std::string_view text, std::span<const ScalarSpan> scalars,
                    DocumentField& to) const {
  const OneField& field = fields_[index];
  to.name = field.name;
  to.next = field.next;
  if (field.kind == Scalar::kNone) {
    const uint32_t begin = Locate(field.begin, scalars);
    to.token = {text.data() + begin, Locate(field.end, scalars) - begin};
    to.kind = DocumentField::Kind::kRaw;
    return;
  }
  const auto [begin, end] = scalars[field.scalar];
  to.token = {text.data() + begin, end - begin};
  to.kind = KindOf(field.kind, to.token);
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
  DocumentField field;
  FieldAt(found, text, scalars, field);
  return field.value();
}

}  // namespace gamevents::event
