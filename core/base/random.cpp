#include "core/base/random.h"

#include "core/base/check.h"
#include "core/base/text.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

namespace gamevents {

Result<std::string> TakeRandomBytes(size_t count) {
  constexpr size_t kWholeMax = 256;
  INVARIANT(count <= kWholeMax);
  std::string bytes(count, '\0');
  if (::getrandom(bytes.data(), count, 0) != static_cast<ssize_t>(count)) {
    return SystemError("take random bytes from the kernel", errno);
  }
  return bytes;
}

Result<std::string> MakeSecret() {
  constexpr size_t kSecretBytes = 32;
  const auto bytes = TakeRandomBytes(kSecretBytes);
  if (!bytes) return Error(bytes.error());
  // RFC 4648 section 5, without padding: nothing that a shell or a header would mind.
  std::string text = Base64Encode(*bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return std::string(kSecretPrefix) + text.substr(0, text.find('='));
}

}  // namespace gamevents
