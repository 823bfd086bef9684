#include "core/config/load.h"

#include "core/base/file.h"
#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/config/apply.h"
#include "core/config/keys.h"
#include "core/config/yaml_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace gamevents::config {
namespace {

constexpr std::string_view kPrefix = "GAMEVENTS_";
constexpr std::string_view kFileVariable = "GAMEVENTS_CONFIG";
/// More than a screen of errors helps nobody.
constexpr size_t kErrorsMax = 20;

struct File {
  std::string path;
  std::string text;
};

std::string ValueOf(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

/// Where a file is looked for when none is named, in order.
std::vector<std::string> SearchPaths(const Environment& environment) {
  std::vector<std::string> paths{"gamevents.yaml"};
  const std::string home = ValueOf(environment, "HOME");
  std::string config = ValueOf(environment, "XDG_CONFIG_HOME");
  // The XDG rules have a relative path ignored.
  if (!config.starts_with('/')) config = home.empty() ? "" : home + "/.config";
  if (!config.empty()) paths.push_back(config + "/gamevents/gamevents.yaml");
  paths.emplace_back("/etc/gamevents/gamevents.yaml");
  return paths;
}

/// The file that counts; nullopt when nobody named one and there is none.
Result<std::optional<File>> FindFile(const std::optional<std::string>& path,
                                     const Environment& environment) {
  const std::string variable = ValueOf(environment, kFileVariable);
  if (path || !variable.empty()) {
    const std::string named = path ? *path : variable;
    auto text = ReadFile(named, kFileBytesMax);
    if (!text) return std::move(text).error().In(path ? "--config" : kFileVariable);
    return std::optional<File>({named, std::move(text).value()});
  }
  for (const std::string& candidate : SearchPaths(environment)) {
    auto text = ReadFile(candidate, kFileBytesMax);
    if (text) return std::optional<File>({candidate, std::move(text).value()});
    // One that is there and cannot be read is not passed over: its settings would be lost.
    if (text.error().fault != Fault::kNotFound) return std::move(text).error();
  }
  return std::optional<File>();
}

/// Whether an unknown variable is surely meant for us: GAMEVENTS_, a section, underscore.
bool NamesSection(std::string_view variable) {
  for (const Key& key : Keys()) {
    const std::string name = EnvironmentName(key);
    const size_t length = kPrefix.size() + SectionOf(key).size() + 1;
    if (variable.starts_with(std::string_view(name).substr(0, length))) return true;
  }
  return false;
}

/// Whether Kubernetes set the variable: it tells every pod of a namespace where the services of it
/// are, and one may be called gamevents-kafka. The forms are those of
/// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables.
bool IsServiceLink(std::string_view name, std::string_view value) {
  constexpr auto kSchemes = std::to_array<std::string_view>({"tcp://", "udp://", "sctp://"});
  constexpr auto kParts = std::to_array<std::string_view>({"_ADDR", "_PORT", "_PROTO"});
  constexpr auto kProtocols = std::to_array<std::string_view>({"_TCP", "_UDP", "_SCTP"});
  const auto drop_one_of = [&name](const auto& endings) {
    const auto found = std::ranges::find_if(
        endings, [&](std::string_view ending) { return name.ends_with(ending); });
    if (found == endings.end()) return false;
    name.remove_suffix(found->size());
    return true;
  };
  if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")) return true;
  if (name.find("_SERVICE_PORT_") != name.npos) return true;  // and the port's name
  if (name.ends_with("_PORT") && std::ranges::any_of(kSchemes, [&](std::string_view scheme) {
        return value.starts_with(scheme);
      })) {
    return true;
  }
  // GAMEVENTS_KAFKA_PORT_9092_TCP, alone or with a part of the address at its end.
  drop_one_of(kParts);
  if (!drop_one_of(kProtocols)) return false;
  const size_t digits = name.find_last_not_of("0123456789") + 1;
  return digits < name.size() && name.substr(0, digits).ends_with("_PORT_");
}

/// Everything wrong that was met, one a line in the end.
class Loader {
 public:
  /// Parts of the error are what somebody wrote: a line break in it must not make two errors of it.
  void Add(const std::string& error) {
    ++count_;
    if (count_ <= kErrorsMax) errors_ += (errors_.empty() ? "" : "\n") + EscapeControls(error);
  }

  void Apply(const std::vector<Assignment>& assignments) {
    for (const Assignment& assignment : assignments) {
      if (auto applied = layers_.Apply(assignment); !applied) Add(applied.error().context);
    }
  }

  void Apply(const Result<std::vector<Assignment>>& assignments) {
    if (!assignments) return Add(assignments.error().context);
    Apply(*assignments);
  }

  /// `used`: variables that the file itself names; they may be called what they like.
  void ApplyEnvironment(const Environment& environment,
                        const std::set<std::string, std::less<>>& used) {
    std::map<std::string, const Key*, std::less<>> known;
    for (const Key& key : Keys()) known.emplace(EnvironmentName(key), &key);
    for (const auto& [name, value] : environment) {
      if (!name.starts_with(kPrefix) || name == kFileVariable || IsServiceLink(name, value)) {
        continue;
      }
      const auto found = known.find(name);
      if (found != known.end()) {
        Apply(Assign(found->second->name, value, name));
      } else if (NamesSection(name) && !used.contains(name)) {
        std::vector<std::string_view> names;
        for (const auto& each : known) names.push_back(each.first);
        Add(name + ": no key has this variable" + DidYouMean(name, names));
      }
    }
  }

  Result<Loaded> Take() && {
    if (count_ > kErrorsMax) {
      errors_ += "\nand " + std::to_string(count_ - kErrorsMax) + " more errors";
    }
    if (!errors_.empty()) return Error{Fault::kBadInput, std::move(errors_)};
    Loaded loaded = std::move(layers_).Take();
    if (auto related = CheckRelations(loaded.settings); !related) return std::move(related).error();
    return loaded;
  }

 private:
  Layers layers_;
  std::string errors_;
  size_t count_ = 0;
};

}  // namespace

Result<Loaded> Load(const std::optional<std::string>& path,
                    const std::vector<Override>& overrides) {
  Environment environment;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view pair = *each;
    const size_t equals = pair.find('=');
    if (equals == pair.npos) continue;
    environment.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return LoadFrom(path, overrides, environment);
}

Result<Loaded> LoadFrom(const std::optional<std::string>& path,
                        const std::vector<Override>& overrides, const Environment& environment) {
  auto file = FindFile(path, environment);
  if (!file) return std::move(file).error();
  Loader loader;
  // The one default that is the user's own: where their programs keep their data.
  if (const auto state = environment.find("XDG_STATE_HOME");
      state != environment.end() && state->second.starts_with('/')) {
    loader.Apply(Assign("embedded.data_dir", state->second + "/gamevents", "default"));
  }
  FileContent content;
  if (*file) {
    content = ReadYaml((*file)->path, (*file)->text, environment);
    for (const std::string& error : content.errors) loader.Add(error);
    loader.Apply(content.assignments);
  }
  loader.ApplyEnvironment(environment, content.variables);
  for (const Override& each : overrides) loader.Apply(Assign(each.key, each.value, each.origin));
  auto loaded = std::move(loader).Take();
  if (loaded && *file) loaded->file = (*file)->path;
  return loaded;
}

}  // namespace gamevents::config
