#include "core/embedded/endpoint.h"

#include "core/base/file.h"
#include "core/base/number.h"
#include "core/base/text.h"

namespace gamevents::embedded {
namespace {

constexpr char kName[] = "ENDPOINT";
constexpr size_t kBytesMax = 512;

}  // namespace

std::string Endpoint::Address() const { return FormatHostPort(host, port); }

Status WriteEndpoint(log::FileSystem& files, const std::string& directory,
                     const Endpoint& endpoint) {
  const std::string text = endpoint.Address() + " " + std::to_string(endpoint.pid) + "\n";
  return log::ReplaceFile(files, directory, kName, text);
}

Result<Endpoint> ReadEndpoint(const std::string& directory) {
  const std::string path = directory + "/" + kName;
  const auto text = ReadFile(path, kBytesMax);
  if (!text) return Error(text.error());
  const size_t space = text->find(' ');
  const size_t end = text->find('\n');
  if (space == std::string::npos || end == std::string::npos || end < space) {
    return Error{Fault::kCorrupt, path + ": is not HOST:PORT PID"};
  }
  auto address = ParseHostPort(text->substr(0, space));
  const auto pid = ParseWholeNumber<pid_t>(text->substr(space + 1, end - space - 1));
  if (!address || !pid) return Error{Fault::kCorrupt, path + ": is not HOST:PORT PID"};
  return Endpoint{std::move(address->host), address->port, *pid};
}

Status RemoveEndpoint(log::FileSystem& files, const std::string& directory) {
  return log::RemoveIfThere(files, directory + "/" + kName);
}

}  // namespace gamevents::embedded
