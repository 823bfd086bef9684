#include "core/contracts/contracts.h"

#include "core/base/file.h"
#include "core/contracts/schema_reader.h"
#include "core/contracts/values.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace gamevents::contracts {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".json";

Result<std::vector<std::string>> FilesIn(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  fs::directory_iterator each(folder, error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    const std::string name = each->path().filename().string();
    if (!name.ends_with(kExtension) || name.starts_with('.')) continue;
    if (!each->is_regular_file(error) || error) continue;
    if (files.size() == kContractsMax) {
      return Error{Fault::kFull,
                   folder + ": more than " + std::to_string(kContractsMax) + " contracts"};
    }
    files.push_back(name);
  }
  if (error) return SystemError("read the folder " + folder, error.value());
  std::ranges::sort(files);
  return files;
}

// The event type that the schema states, or that the file's name gives.
std::string TypeOf(const std::string& file, const Json& json) {
  static const Json::json_pointer kStated("/properties/event_type/const");
  if (json.is_object() && json.contains(kStated) && json.at(kStated).is_string()) {
    return json.at(kStated).get<std::string>();
  }
  return file.substr(0, file.size() - kExtension.size());
}

}  // namespace

Contracts::Contracts(std::unique_ptr<SchemaReader> reader) : reader_(std::move(reader)) {}
Contracts::~Contracts() = default;

Result<std::shared_ptr<const Contracts>> Contracts::Load(const std::string& folder) {
  const auto files = FilesIn(folder);
  if (!files) return Error(files.error());
  std::shared_ptr<Contracts> contracts(
      new Contracts(std::make_unique<SchemaReader>(folder, [folder](const std::string& path) {
        return ReadFile(folder + "/" + path, kSchemaBytesMax);
      })));
  if (Status read = contracts->Read(*files); !read) return std::move(read).error();
  return std::shared_ptr<const Contracts>(std::move(contracts));
}

Result<std::shared_ptr<const Contracts>> Contracts::Of(
    const std::map<std::string, std::string>& files) {
  std::vector<std::string> names;
  for (const auto& [name, text] : files) {
    if (name.find('/') == std::string::npos) names.push_back(name);
  }
  auto open = [files](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found != files.end()) return found->second;
    return Error{Fault::kNotFound, path + ": there is no such file"};
  };
  std::shared_ptr<Contracts> contracts(
      new Contracts(std::make_unique<SchemaReader>("", std::move(open))));
  if (Status read = contracts->Read(names); !read) return std::move(read).error();
  return std::shared_ptr<const Contracts>(std::move(contracts));
}

Status Contracts::Read(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto read = reader_->Read(file);
    if (!read) return Error(read.error());
    const std::string type = TypeOf(file, (*read)->json);
    const auto [place, added] =
        contracts_.try_emplace(type, Contract{type, file, (*read)->json.dump(), (*read)->schema});
    if (!added) {
      return Error{Fault::kBadInput, reader_->Shown(file) + ": a second contract of " + type +
                                         "; " + reader_->Shown(place->second.file) +
                                         " is one already"};
    }
  }
  return reader_->Finish();
}

const Contract* Contracts::Find(std::string_view event_type) const {
  const auto found = contracts_.find(event_type);
  return found == contracts_.end() ? nullptr : &found->second;
}

std::vector<Problem> Check(const Contract& contract, const event::Document& event) {
  thread_local ValueList values;  // its buffers grow to the largest event
  const Instance whole = values.Set(event);
  return CheckValue(*contract.schema, values, whole);
}

std::vector<std::string> BrokenExamples(const Contract& contract) {
  std::vector<std::string> broken;
  const auto schema = Json::parse(contract.json);
  if (!schema.is_object() || !schema.contains("examples")) return broken;
  event::Document document;
  size_t place = 0;
  for (const Json& example : schema["examples"]) {
    const std::string at = "examples/" + std::to_string(place++) + ": ";
    if (Status parsed = document.Parse(example.dump()); !parsed) {
      broken.push_back(at + parsed.error().context);
    } else if (const auto problems = Check(contract, document); !problems.empty()) {
      broken.push_back(at + Describe(problems));
    }
  }
  return broken;
}

std::string Describe(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text.append(text.empty() ? "" : "; ").append(problem.pointer.empty() ? "it" : problem.pointer);
    text.append(" ").append(problem.reason);
  }
  return text;
}

}  // namespace gamevents::contracts
