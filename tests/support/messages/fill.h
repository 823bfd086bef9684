#pragma once

#include "core/broker/protocol/message.h"
#include "tests/support/messages/message_case.h"
#include "tests/support/messages/value_source.h"

#include <deque>
#include <string>
#include <type_traits>
#include <utility>

// Makes a MessageCase out of a message's type. Included by the case lists only: it costs compile
// time once a message.

namespace gamevents::broker {

/// Sets the fields that a version has. What Records point to lives as long as the Filler.
class Filler {
 public:
  Filler(ValueSource& values, int16_t version) : values_(values), version_(version) {}

  template <Declared T>
  void Struct(T& out, int index) {
    ForEachField<T>([&](const auto& field) {
      if (!field.IsIn(version_)) return;
      Member(out.*field.member, field.name, index, field.IsNullableIn(version_));
    });
  }

 private:
  template <class T>
  void Member(T& out, const char* name, int index, bool) {
    if (!values_.KeepsDefaults()) Value(out, name, index);
  }
  template <class T>
  void Member(std::optional<T>& out, const char* name, int index, bool nullable) {
    if (nullable && values_.IsNull()) {
      out.reset();
    } else if (!values_.KeepsDefaults()) {
      Value(out.emplace(), name, index);
    }
  }

  template <class T>
  void Value(T& out, const char* name, int index) {
    if constexpr (std::is_same_v<T, bool>) {
      out = values_.Number(name, index) % 2 == 1 || IsNamed();
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      out = static_cast<T>(Cut(values_.Number(name, index), 8 * sizeof(T)));
    } else if constexpr (std::is_same_v<T, Uuid>) {
      out = values_.Id(name, index);
    } else if constexpr (std::is_same_v<T, std::string>) {
      out = values_.Text(name, index);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      const std::string text = values_.Text(name, index);
      out.assign(AsBytes(text).begin(), AsBytes(text).end());
    } else if constexpr (std::is_same_v<T, Records>) {
      out.bytes = AsBytes(kept_.emplace_back(values_.Text(name, index)));
    } else {
      Struct(out, index);
    }
  }
  template <class T>
    requires(!std::is_same_v<T, std::byte>)
  void Value(std::vector<T>& out, const char* name, int) {
    out.resize(values_.Length());
    for (size_t i = 0; i < out.size(); ++i) Value(out[i], name, static_cast<int>(i));
  }

  bool IsNamed() const { return dynamic_cast<NamedValues*>(&values_) != nullptr; }
  /// The named values of signed fields are never negative.
  uint64_t Cut(uint64_t number, size_t bits) const {
    return IsNamed() ? number & ((uint64_t{1} << (bits - 1)) - 1) : number;
  }

  ValueSource& values_;
  int16_t version_;
  std::deque<std::string> kept_{};
};

template <Message M>
Result<Bytes> MakeBytes(ValueSource& values, int16_t version) {
  Filler filler(values, version);
  M message;
  filler.Struct(message, 0);
  Writer out;
  if (auto status = Encode(message, version, out); !status) return std::move(status).error();
  return std::move(out).TakeBytes();
}

template <Message M>
std::string CompareWith(std::span<const std::byte> bytes, ValueSource& values, int16_t version) {
  Filler filler(values, version);
  M expected;
  filler.Struct(expected, 0);
  Reader in(bytes);
  const auto decoded = Decode<M>(in, version);
  if (!decoded) return decoded.error().context;
  if (in.remaining() > 0) return std::to_string(in.remaining()) + " bytes are left";
  if (*decoded == expected) return "";
  return "got " + Print(*decoded, version) + ", not " + Print(expected, version);
}

template <Message M>
Result<Bytes> Reencode(std::span<const std::byte> bytes, int16_t version) {
  Reader in(bytes);
  const auto decoded = Decode<M>(in, version);
  if (!decoded) return decoded.error();
  if (in.remaining() > 0) return Error{Fault::kCorrupt, "bytes are left"};
  Writer out;
  if (auto status = Encode(*decoded, version, out); !status) return std::move(status).error();
  return std::move(out).TakeBytes();
}

template <Message M>
Result<std::string> PrintBytes(std::span<const std::byte> bytes, int16_t version) {
  Reader in(bytes);
  const auto decoded = Decode<M>(in, version);
  if (!decoded) return decoded.error();
  return Print(*decoded, version);
}

template <Message M>
MessageCase CaseOf(std::string name, bool is_request) {
  std::optional<ApiKey> key;
  if constexpr (ApiMessage<M>) key = M::kKey;
  return {std::move(name),   key,          is_request,     VersionsOf<M>(),
          FlexibleFrom<M>(), MakeBytes<M>, CompareWith<M>, Reencode<M>,
          PrintBytes<M>};
}

template <ApiMessage Request, ApiMessage Response>
void AddApi(std::vector<MessageCase>& out) {
  static_assert(Request::kKey == Response::kKey);
  const std::string name = FindApi(Request::kKey)->name;
  out.push_back(CaseOf<Request>(name + "Request", true));
  out.push_back(CaseOf<Response>(name + "Response", false));
}

}  // namespace gamevents::broker
