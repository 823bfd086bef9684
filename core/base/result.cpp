#include "core/base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace gamevents {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: this must hold and does not: %s\n", file, line, condition);
  std::abort();
}

std::string_view FaultName(Fault fault) {
  switch (fault) {
    case Fault::kBadInput:
      return "bad input";
    case Fault::kNotFound:
      return "not found";
    case Fault::kExists:
      return "exists";
    case Fault::kUnavailable:
      return "unavailable";
    case Fault::kFull:
      return "full";
    case Fault::kIo:
      return "input/output";
    case Fault::kCorrupt:
      return "corrupt";
    case Fault::kUnsupported:
      return "unsupported";
    case Fault::kDenied:
      return "denied";
    case Fault::kClosed:
      return "closed";
  }
  return "unknown";
}

Error SystemError(std::string_view what, int error_number) {
  Fault fault = Fault::kIo;
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:   // a limit on files' sizes
    case EMFILE:  // descriptors, of the process
    case ENFILE:  // and of the machine
    case ENOMEM:
      fault = Fault::kFull;
      break;
    default:
      break;
  }
  if (error_number == ENOENT) fault = Fault::kNotFound;
  if (error_number == EEXIST) fault = Fault::kExists;
  return Error{fault, std::string(what) + ": " + std::generic_category().message(error_number)};
}

}  // namespace gamevents
