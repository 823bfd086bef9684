// Goal: no length in a message makes us allocate more than the message's size warrants.
// Method: every message with a huge length written over each of its bytes is decoded, and the
// largest single allocation of this thread is watched.
#include "tests/support/messages/message_case.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

thread_local size_t largest_allocation = 0;

}  // namespace

// Replaced for the whole test program: counts, and leaves the rest to malloc.
void* operator new(size_t bytes) {
  largest_allocation = std::max(largest_allocation, bytes);
  if (void* made = std::malloc(bytes > 0 ? bytes : 1)) return made;
  throw std::bad_alloc();
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  largest_allocation = std::max(largest_allocation, bytes);
  return std::malloc(bytes > 0 ? bytes : 1);
}
void operator delete(void* made) noexcept { std::free(made); }
void operator delete(void* made, size_t) noexcept { std::free(made); }

namespace gamevents::broker {
namespace {

/// In memory an array's element takes at most so many times its least bytes on the wire: an empty
/// compact string is 1 byte there and 32 here.
constexpr size_t kGrowthMax = 64;

/// `good` with `huge` written over it at `at`.
Bytes Overwritten(const Bytes& good, size_t at, std::initializer_list<int> huge) {
  Bytes bad = good;
  for (const int byte : huge) {
    if (at < bad.size()) bad[at++] = static_cast<std::byte>(byte);
  }
  return bad;
}

}  // namespace

TEST_CASE("a claimed length is checked before anything is allocated for it") {
  size_t tried = 0;
  for (const MessageCase& message : AllMessages()) {
    for (const int16_t version : {message.versions.min, message.versions.max}) {
      NamedValues values;
      const Bytes good = *message.Make(values, version);
      for (size_t at = 0; at < good.size(); ++at) {
        for (const Bytes& bad : {Overwritten(good, at, {0x7F, 0xFF, 0xFF, 0xFF}),
                                 Overwritten(good, at, {0x00, 0x0F, 0xFF, 0xFF}),
                                 Overwritten(good, at, {0xFF, 0xFF, 0xFF, 0xFF, 0x07}),
                                 Overwritten(good, at, {0xFF, 0xFF, 0x3F})}) {
          largest_allocation = 0;
          const bool accepted = message.Reencode(bad, version).ok();
          // A message that is accepted is also written: the writer's buffer may double.
          const size_t allowed = kGrowthMax * bad.size() + 1024;
          if (largest_allocation > allowed) {
            FAIL(message.name << " version " << version << ", byte " << at << ": "
                              << largest_allocation << " bytes for a message of " << bad.size()
                              << (accepted ? ", accepted" : ", refused"));
          }
          ++tried;
        }
      }
    }
  }
  CHECK(tried > 50'000);
}

}  // namespace gamevents::broker
