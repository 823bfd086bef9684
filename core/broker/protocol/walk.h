#pragma once

#include "core/broker/protocol/message.h"
#include "core/broker/protocol/print.h"

#include <type_traits>
#include <utility>

// How the field tables are walked: decoder, encoder and printer. Only the .cpp files of the
// messages include this, and end with one `template struct Codec<…>;` a message.

namespace gamevents::broker {

/// A version, and the form of lengths that follows from it.
struct Version {
  int16_t number;
  Form form;
  bool IsFlexible() const { return form == Form::kCompact; }
};

/// The least number of bytes that a T takes on the wire: what a claimed array count is held
/// against before anything is allocated. At least 1.
template <class T>
struct WireSize {  // Numbers and ids are as wide on the wire as in memory.
  static size_t Min(Version) { return sizeof(T); }
};
template <>
struct WireSize<std::string> {
  static size_t Min(Version version) { return version.IsFlexible() ? 1 : 2; }
};
struct LengthPrefixed {
  static size_t Min(Version version) { return version.IsFlexible() ? 1 : 4; }
};
template <>
struct WireSize<Records> : LengthPrefixed {};
template <class T>
struct WireSize<std::vector<T>> : LengthPrefixed {};
template <class T>
struct WireSize<std::optional<T>> : WireSize<T> {};
template <Declared T>
struct WireSize<std::optional<T>> {
  static size_t Min(Version) { return 1; }
};
template <Declared T>
struct WireSize<T> {
  static size_t Min(Version version) {
    size_t bytes = version.IsFlexible() ? 1 : 0;  // the count of tagged fields
    ForEachField<T>([&](const auto& field) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*field.member)>;
      if (field.IsIn(version.number) && !field.IsTagged()) bytes += WireSize<Member>::Min(version);
    });
    return bytes > 0 ? bytes : 1;
  }
};

/// Reads structs field by field. `nullable` is whether the field in hand may be null in the
/// version in hand; a type without std::optional never may.
class Decoder {
 public:
  Decoder(Reader& in, Version version) : in_(in), version_(version) {}

  template <Declared T>
  void Struct(T& out) {
    ForEachField<T>([&](const auto& field) {
      if (field.IsTagged() || !field.IsIn(version_.number)) return;
      in_.Enter(field.name);
      Value(out.*field.member, field.IsNullableIn(version_.number));
    });
    if (version_.IsFlexible()) TaggedFields(out);
  }

 private:
  template <Declared T>
  void TaggedFields(T& out) {
    in_.Enter("tagged fields");
    for (uint32_t left = in_.ReadUnsignedVarint(); left > 0 && in_.ok(); --left) {
      const uint32_t tag = in_.ReadUnsignedVarint();
      const auto rest = in_.EnterWindow(in_.ReadUnsignedVarint());
      bool known = false;
      ForEachField<T>([&](const auto& field) {
        if (!field.IsTagged() || static_cast<uint32_t>(field.rules.tag) != tag) return;
        if (!field.IsIn(version_.number)) return;
        known = true;
        in_.Enter(field.name);
        Value(out.*field.member, field.IsNullableIn(version_.number));
      });
      if (!known) in_.Skip(in_.remaining());
      in_.LeaveWindow(rest);
    }
  }

  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  void Value(T& out, bool) {
    out = in_.ReadInt<T>();
  }
  void Value(bool& out, bool) { out = in_.ReadBool(); }
  void Value(double& out, bool) { out = in_.ReadFloat64(); }
  void Value(Uuid& out, bool) { out = in_.ReadUuid(); }
  template <Declared T>
  void Value(T& out, bool) {
    Struct(out);
  }

  void Value(std::string& out, bool) { Required(in_.ReadString(version_.form), out); }
  void Value(Bytes& out, bool) {
    if (const auto bytes = in_.ReadBytes(version_.form)) {
      out.assign(bytes->begin(), bytes->end());
    } else {
      in_.FailNull();
    }
  }
  void Value(Records& out, bool) { Required(in_.ReadBytes(version_.form), out.bytes); }

  template <class T>
  void Value(std::vector<T>& out, bool) {
    const auto count = in_.ReadCount(version_.form, WireSize<T>::Min(version_));
    if (!count) return in_.FailNull();
    Elements(*count, out);
  }

  void Value(std::optional<std::string>& out, bool nullable) {
    if (const auto text = in_.ReadString(version_.form)) {
      out.emplace(*text);
    } else {
      Null(out, nullable);
    }
  }
  void Value(std::optional<Records>& out, bool nullable) {
    if (const auto bytes = in_.ReadBytes(version_.form)) {
      out = Records{.bytes = *bytes};
    } else {
      Null(out, nullable);
    }
  }
  template <class T>
  void Value(std::optional<std::vector<T>>& out, bool nullable) {
    if (const auto count = in_.ReadCount(version_.form, WireSize<T>::Min(version_))) {
      Elements(*count, out.emplace());
    } else {
      Null(out, nullable);
    }
  }
  /// A struct that may be null has an int8 before it: -1 for null.
  template <Declared T>
  void Value(std::optional<T>& out, bool nullable) {
    if (in_.ReadInt<int8_t>() >= 0) {
      Struct(out.emplace());
    } else {
      Null(out, nullable);
    }
  }

  template <class T>
  void Elements(size_t count, std::vector<T>& out) {
    out.resize(count);
    for (T& element : out) {
      if (!in_.ok()) return;
      Value(element, false);
    }
  }
  template <class From, class To>
  void Required(const std::optional<From>& from, To& out) {
    if (!from) return in_.FailNull();
    out = *from;
  }
  template <class T>
  void Null(std::optional<T>& out, bool nullable) {
    if (!nullable) in_.FailNull();
    out.reset();
  }

  Reader& in_;
  Version version_;
};

/// Writes structs field by field.
class Encoder {
 public:
  Encoder(Writer& out, Version version) : out_(out), version_(version) {}

  template <Declared T>
  void Struct(const T& from) {
    uint32_t tagged = 0;
    ForEachField<T>([&](const auto& field) {
      out_.Enter(field.name);
      if (!field.IsIn(version_.number)) {
        if (!field.rules.ignorable && !IsDefault(from, field)) FailAbsent();
      } else if (field.IsTagged()) {
        if (!IsDefault(from, field)) ++tagged;
      } else {
        Value(from.*field.member, field.IsNullableIn(version_.number));
      }
    });
    if (version_.IsFlexible()) TaggedFields(from, tagged);
  }

 private:
  template <class T, class Field>
  static bool IsDefault(const T& from, const Field& field) {
    static const T kDefault{};
    return from.*field.member == kDefault.*field.member;
  }
  void FailAbsent() {
    out_.Fail(Fault::kUnsupported,
              "is set, but version " + std::to_string(version_.number) + " does not have it");
  }

  template <Declared T>
  void TaggedFields(const T& from, uint32_t count) {
    out_.WriteUnsignedVarint(count);
    if (count == 0) return;
    // Ascending tags: the tables list them so (KIP-482 asks for it on the wire).
    ForEachField<T>([&](const auto& field) {
      if (!field.IsTagged() || !field.IsIn(version_.number) || IsDefault(from, field)) return;
      Writer payload;
      payload.Enter(field.name);
      Encoder(payload, version_).Value(from.*field.member, field.IsNullableIn(version_.number));
      if (auto status = payload.status(); !status) {
        out_.Fail(status.error().fault, status.error().context);
      }
      out_.WriteUnsignedVarint(static_cast<uint32_t>(field.rules.tag));
      out_.WriteUnsignedVarint(static_cast<uint32_t>(payload.bytes().size()));
      out_.WriteRaw(payload.bytes());
    });
  }

  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  void Value(T value, bool) {
    out_.WriteInt(value);
  }
  void Value(bool value, bool) { out_.WriteBool(value); }
  void Value(double value, bool) { out_.WriteFloat64(value); }
  void Value(const Uuid& value, bool) { out_.WriteUuid(value); }
  void Value(const std::string& value, bool) { out_.WriteString(value, version_.form); }
  void Value(const Bytes& value, bool) { out_.WriteBytes(value, version_.form); }
  void Value(const Records& value, bool) { out_.WriteRecords(value, version_.form); }
  template <Declared T>
  void Value(const T& value, bool) {
    Struct(value);
  }
  template <class T>
  void Value(const std::vector<T>& value, bool) {
    out_.WriteCount(value.size(), version_.form);
    for (const T& element : value) Value(element, false);
  }
  template <class T>
  void Value(const std::optional<T>& value, bool nullable) {
    if (value) {
      if constexpr (Declared<T>) out_.WriteInt(int8_t{1});
      return Value(*value, nullable);
    }
    if (!nullable) {
      out_.Fail(Fault::kUnsupported,
                "is null, which version " + std::to_string(version_.number) + " does not allow");
    }
    Null(value);
  }

  void Null(const std::optional<std::string>&) { out_.WriteString(std::nullopt, version_.form); }
  void Null(const std::optional<Records>&) { out_.WriteBytes(std::nullopt, version_.form); }
  template <class T>
  void Null(const std::optional<std::vector<T>>&) {
    out_.WriteCount(std::nullopt, version_.form);
  }
  template <Declared T>
  void Null(const std::optional<T>&) {
    out_.WriteInt(int8_t{-1});
  }

  Writer& out_;
  Version version_;
};

/// Prints the fields that a version has.
template <Declared T>
void PrintStruct(const T& from, Version version, Printer& out);

template <class T>
void PrintValue(const T& value, Version version, Printer& out) {
  if constexpr (std::is_same_v<T, bool>) {
    out.Bool(value);
  } else if constexpr (std::is_same_v<T, double>) {
    out.Float64(value);
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    out.Integer(static_cast<int64_t>(value));
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.Id(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.Text(value);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.ByteCount(value.size());
  } else if constexpr (std::is_same_v<T, Records>) {
    out.ByteCount(value.external ? value.external->length : value.bytes.size());
  } else {
    PrintStruct(value, version, out);
  }
}
template <class T>
  requires(!std::is_same_v<T, std::byte>)
void PrintValue(const std::vector<T>& value, Version version, Printer& out) {
  out.Open('[');
  for (const T& element : value) {
    if (out.IsFull()) return;
    out.Next("");
    PrintValue(element, version, out);
  }
  out.Close(']');
}
template <class T>
void PrintValue(const std::optional<T>& value, Version version, Printer& out) {
  if (!value) return out.Null();
  PrintValue(*value, version, out);
}
template <Declared T>
void PrintStruct(const T& from, Version version, Printer& out) {
  out.Open('{');
  ForEachField<T>([&](const auto& field) {
    if (out.IsFull() || !field.IsIn(version.number)) return;
    out.Next(field.name);
    PrintValue(from.*field.member, version, out);
  });
  out.Close('}');
}

/// `number` with its form, or what is wrong with it.
template <Message M>
Result<Version> CheckVersion(int16_t number) {
  constexpr VersionRange kRange = VersionsOf<M>();
  if (!kRange.Has(number)) {
    return Error{Fault::kUnsupported, "version " + std::to_string(number) + " is not one of " +
                                          std::to_string(kRange.min) + " to " +
                                          std::to_string(kRange.max)};
  }
  return Version{number, number >= FlexibleFrom<M>() ? Form::kCompact : Form::kPlain};
}

template <Message M>
Result<M> Codec<M>::Decode(Reader& in, int16_t version) {
  const auto checked = CheckVersion<M>(version);
  if (!checked) return checked.error();
  M message;
  Decoder(in, *checked).Struct(message);
  if (auto status = in.status(); !status) return std::move(status).error();
  return message;
}

template <Message M>
Status Codec<M>::Encode(const M& message, int16_t version, Writer& out) {
  const auto checked = CheckVersion<M>(version);
  if (!checked) return checked.error();
  Encoder(out, *checked).Struct(message);
  return out.status();
}

template <Message M>
std::string Codec<M>::Print(const M& message, int16_t version) {
  const Form form = version >= FlexibleFrom<M>() ? Form::kCompact : Form::kPlain;
  Printer out(kPrintBytesMax);
  PrintStruct(message, {version, form}, out);
  return std::move(out).Take();
}

}  // namespace gamevents::broker
