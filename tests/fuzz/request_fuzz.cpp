// Goal: no frame makes the request decoder read out of bounds, take memory without bound or give a
// message that we cannot write. Method: a frame without its size field is decoded as a connection
// would do it, by the key and version in its header; what was understood must encode to bytes that
// decode to the same.
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/broker/protocol/header.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/messages/message_case.h"

#include <span>

namespace gamevents::broker {
namespace {

void TryFrame(std::span<const std::byte> frame) {
  WireReader in(frame);
  const auto header = DecodeRequestHeader(in);
  if (!header || !IsSupported(*header)) return;
  const MessageCase* request = FindRequest(header->api_key);
  INVARIANT(request != nullptr);

  const auto body = frame.subspan(in.position());
  const auto text = request->Print(body, header->api_version);
  if (text) INVARIANT(IsUtf8(*text));
  const auto once = request->Reencode(body, header->api_version);
  if (!once) {
    INVARIANT(once.error().fault == Fault::kCorrupt);
    return;
  }
  INVARIANT(text.ok());
  const auto twice = request->Reencode(*once, header->api_version);
  INVARIANT(twice.ok());
  INVARIANT(*twice == *once);
}

}  // namespace
}  // namespace gamevents::broker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::broker::TryFrame(std::as_bytes(std::span(data, size)));
  return 0;
}
