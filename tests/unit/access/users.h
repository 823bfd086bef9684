#pragma once

#include "core/access/scram_keys.h"
#include "core/access/user_lines.h"
#include "core/access/users.h"
#include "core/base/text.h"

#include <string>

// Users that several tests need.

namespace gamevents::access {

/// The verifier that RFC 7677's example has for the password "pencil".
inline ScramCredential PencilCredential() {
  return {4096, Base64Decode("W22ZaJ0SNY7soEsUEjb6gQ==").value(),
          Base64Decode("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=").value(),
          Base64Decode("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=").value()};
}

/// One with both verifiers of `password`, who may read.
inline User UserOf(const std::string& name, const std::string& password) {
  return {name,
          {Grant{Role::kRead, ""}},
          MakeCredential(ScramHash::kSha256, password, kIterationsMin).value(),
          MakeCredential(ScramHash::kSha512, password, kIterationsMin).value()};
}

}  // namespace gamevents::access
