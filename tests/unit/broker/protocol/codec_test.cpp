// Goal: each primitive type has Kafka's bytes; a length that cannot be right is refused.
// Method: known bytes; ends of ranges there and back; lengths past the end, negative and huge.
#include "core/broker/protocol/codec.h"

#include "tests/unit/catch.h"

#include <limits>

namespace gamevents::broker {
namespace {

Bytes Of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Bytes Written(const WireWriter& out) { return {out.bytes().begin(), out.bytes().end()}; }

/// What `read` says about `bytes`.
template <class Read>
std::string ErrorOf(const Bytes& bytes, Read read) {
  WireReader in(bytes);
  in.Enter("field");
  read(in);
  const auto status = in.status();
  return status.ok() ? "" : status.error().context;
}

template <class T>
T ThereAndBack(T value) {
  WireWriter out;
  out.WriteInt(value);
  CHECK(out.bytes().size() == sizeof(T));
  WireReader in(out.bytes());
  return in.ReadInt<T>();
}

}  // namespace

TEST_CASE("integers are big-endian") {
  WireWriter out;
  out.WriteInt(int8_t{-2});
  out.WriteInt(int16_t{0x0102});
  out.WriteInt(uint16_t{0xFFFE});
  out.WriteInt(int32_t{0x01020304});
  out.WriteInt(int64_t{0x0102030405060708});
  out.WriteBool(true);
  CHECK(Written(out) == Of({0xFE, 1, 2, 0xFF, 0xFE, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 1}));

  CHECK(ThereAndBack(std::numeric_limits<int8_t>::min()) == INT8_MIN);
  CHECK(ThereAndBack(std::numeric_limits<int16_t>::min()) == INT16_MIN);
  CHECK(ThereAndBack(std::numeric_limits<uint16_t>::max()) == UINT16_MAX);
  CHECK(ThereAndBack(std::numeric_limits<int32_t>::min()) == INT32_MIN);
  CHECK(ThereAndBack(std::numeric_limits<int64_t>::min()) == INT64_MIN);
}

TEST_CASE("the other fixed types") {
  WireWriter out;
  out.WriteFloat64(-0.5);
  Uuid id{};
  id[0] = 7;
  id[15] = 9;
  out.WriteUuid(id);
  CHECK(out.bytes().front() == std::byte{0xBF});
  WireReader in(out.bytes());
  CHECK(in.ReadFloat64() == -0.5);
  CHECK(in.ReadUuid() == id);
  CHECK(in.remaining() == 0);
  CHECK(in.ok());
}

TEST_CASE("varints") {
  WireWriter out;
  out.WriteUnsignedVarint(300);
  out.WriteVarint(-1);
  out.WriteVarint(INT32_MIN);
  out.WriteVarlong(INT64_MAX);
  CHECK(std::vector(out.bytes().begin(), out.bytes().begin() + 3) == Of({0xAC, 2, 1}));
  WireReader in(out.bytes());
  CHECK(in.ReadUnsignedVarint() == 300);
  CHECK(in.ReadVarint() == -1);
  CHECK(in.ReadVarint() == INT32_MIN);
  CHECK(in.ReadVarlong() == INT64_MAX);
  CHECK(in.ok());
  CHECK(ErrorOf(Of({0xFF, 0xFF, 0xFF, 0xFF, 0x1F}), [](WireReader& r) {
          r.ReadUnsignedVarint();
        }) == "field: has a varint that does not end or does not fit 32 bits (at byte 0 of 5)");
  CHECK(ErrorOf(Of({0x80}), [](WireReader& r) { r.ReadVarlong(); }) != "");
}

TEST_CASE("strings and bytes, plain and compact, null and empty") {
  WireWriter out;
  out.WriteString("ab", Form::kPlain);
  out.WriteString("ab", Form::kCompact);
  out.WriteString("", Form::kCompact);
  out.WriteString(std::nullopt, Form::kPlain);
  out.WriteString(std::nullopt, Form::kCompact);
  out.WriteBytes(AsBytes("c"), Form::kPlain);
  out.WriteBytes(AsBytes("c"), Form::kCompact);
  out.WriteBytes(std::nullopt, Form::kPlain);
  CHECK(Written(out) == Of({0, 2, 'a', 'b', 3,   'a', 'b', 1,    0xFF, 0xFF, 0,
                            0, 0, 0,   1,   'c', 2,   'c', 0xFF, 0xFF, 0xFF, 0xFF}));
  WireReader in(out.bytes());
  CHECK(in.ReadString(Form::kPlain) == "ab");
  CHECK(in.ReadString(Form::kCompact) == "ab");
  CHECK(in.ReadString(Form::kCompact) == "");
  CHECK(!in.ReadString(Form::kPlain));
  CHECK(!in.ReadString(Form::kCompact));
  CHECK(AsText(*in.ReadBytes(Form::kPlain)) == "c");
  const auto view = in.ReadBytes(Form::kCompact);
  CHECK(view->data() == out.bytes().data() + 17);  // A view, not a copy.
  CHECK(!in.ReadBytes(Form::kPlain));
  CHECK(in.ok());
  CHECK(in.remaining() == 0);
}

TEST_CASE("lengths that cannot be right") {
  const auto string = [](WireReader& r) { CHECK(!r.ReadString(Form::kPlain)); };
  const auto compact = [](WireReader& r) { CHECK(!r.ReadString(Form::kCompact)); };
  const auto bytes = [](WireReader& r) { CHECK(!r.ReadBytes(Form::kPlain)); };
  const auto count = [](WireReader& r) { CHECK(!r.ReadCount(Form::kPlain, 4)); };
  CHECK(ErrorOf(Of({0, 3, 'a', 'b'}), string) ==
        "field: needs 3 bytes where 2 are left (at byte 2 of 4)");
  CHECK(ErrorOf(Of({0xFF, 0xFE}), string) == "field: has the length -2 (at byte 2 of 2)");
  CHECK(ErrorOf(Of({0x81, 0x80, 2}), compact) ==
        "field: is a string of 32768 bytes, more than 32767 (at byte 3 of 3)");
  CHECK(ErrorOf(Of({0x7F, 0xFF, 0xFF, 0xFF}), bytes) ==
        "field: needs 2147483647 bytes where 0 are left (at byte 4 of 4)");
  CHECK(ErrorOf(Of({0x80, 0, 0, 0}), bytes) != "");
  CHECK(ErrorOf(Of({0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0}), count) ==
        "field: claims 2 elements where 7 bytes are left (at byte 4 of 11)");
}

TEST_CASE("a message has a bounded number of elements, however they are nested") {
  WireWriter out;
  for (int i = 0; i < 4; ++i) out.WriteCount(2, Form::kCompact);
  WireReader in(out.bytes(), /*elements_max=*/3);
  CHECK(in.ReadCount(Form::kCompact, 1) == 2u);
  CHECK(!in.ReadCount(Form::kCompact, 1));
  CHECK(in.status().error().context ==
        "message: claims 2 elements where the message may have 1 more (at byte 2 of 4)");
}

TEST_CASE("after an error nothing is read, and the first error stays") {
  const Bytes bytes = Of({0, 9, 1, 2, 3, 4, 5, 6});
  WireReader in(bytes);
  CHECK(!in.ReadString(Form::kPlain));
  const std::string first = in.status().error().context;
  CHECK(in.remaining() == 0);
  CHECK(in.ReadInt<int32_t>() == 0);
  CHECK(!in.ReadCount(Form::kCompact, 1));
  CHECK(in.status().error().context == first);
}

TEST_CASE("a window must be read to its end, and not beyond") {
  const Bytes bytes = Of({1, 2, 3, 4});
  WireReader in(bytes);
  auto rest = in.EnterWindow(2);
  CHECK(in.ReadInt<int16_t>() == 0x0102);
  in.LeaveWindow(rest);
  CHECK(in.ReadInt<int8_t>() == 3);
  CHECK(in.ok());
  CHECK(ErrorOf(bytes, [](WireReader& r) {
          const auto after = r.EnterWindow(2);
          r.ReadInt<int8_t>();
          r.LeaveWindow(after);
        }) == "field: has 1 bytes too many (at byte 1 of 2)");
  CHECK(ErrorOf(bytes, [](WireReader& r) { r.EnterWindow(5); }) != "");
}

TEST_CASE("what the wire cannot hold is refused") {
  WireWriter out;
  out.Enter("client_id");
  out.WriteString(std::string(32'768, 'x'), Form::kPlain);
  const auto status = out.status();
  REQUIRE(!status.ok());
  CHECK(status.error().fault == Fault::kBadInput);
  CHECK(status.error().context == "client_id: is a string of 32768 bytes, more than 32767");

  WireWriter longest;
  longest.WriteString(std::string(32'767, 'x'), Form::kPlain);
  CHECK(longest.ok());
}

}  // namespace gamevents::broker
