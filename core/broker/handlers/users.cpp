// Users' passwords, as Kafka's tools show and set them.

#include "core/access/scram_keys.h"
#include "core/base/bytes.h"
#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

// As Kafka numbers them.
constexpr int8_t kSha256 = 1;
constexpr int8_t kSha512 = 2;

constexpr const char* kNoUsers = "there is no file of users; set embedded.users_file";
constexpr const char* kNotAllowed = "the user may not see or change other users";

struct UserRefusal {
  ErrorCode code = ErrorCode::kNone;
  std::string message{};
};

// The user's password for a mechanism that is known.
std::optional<access::ScramCredential>& CredentialOf(access::User& user, int8_t mechanism) {
  return mechanism == kSha256 ? user.sha256 : user.sha512;
}

bool IsMechanism(int8_t mechanism) { return mechanism == kSha256 || mechanism == kSha512; }

DescribedScramUser Describe(const access::User& user) {
  DescribedScramUser answer;
  answer.user = user.name;
  answer.error_message = std::nullopt;
  if (user.sha256) answer.credential_infos.push_back({kSha256, user.sha256->iterations});
  if (user.sha512) answer.credential_infos.push_back({kSha512, user.sha512->iterations});
  return answer;
}

DescribedScramUser DescribeNamed(access::UserFile& users, const std::string& name, int times) {
  DescribedScramUser answer;
  if (times == 1) {
    const auto user = users.Find(name);
    if (user != nullptr) answer = Describe(*user);
    if (!answer.credential_infos.empty()) return answer;
    answer.error_code = ErrorCode::kResourceNotFound;
    answer.error_message = "there is no password of a user " + name;
  } else {
    answer.error_code = ErrorCode::kDuplicateResource;
    answer.error_message = "the request names the user " + name + " more than once";
  }
  answer.user = name;
  return answer;
}

UserRefusal Check(const std::string& name, int8_t mechanism) {
  if (Status valid = access::CheckUserName(name); !valid) {
    return {ErrorCode::kUnacceptableCredential, valid.error().context};
  }
  if (!IsMechanism(mechanism)) {
    return {ErrorCode::kUnsupportedSaslMechanism,
            "there is no SCRAM mechanism " + std::to_string(mechanism)};
  }
  return {};
}

UserRefusal CheckUpsertion(const ScramCredentialUpsertion& wanted) {
  if (auto refusal = Check(wanted.name, wanted.mechanism); refusal.code != ErrorCode::kNone) {
    return refusal;
  }
  if (wanted.iterations < access::kIterationsMin || wanted.iterations > access::kIterationsMax) {
    return {ErrorCode::kUnacceptableCredential,
            "the iterations must be from " + std::to_string(access::kIterationsMin) + " to " +
                std::to_string(access::kIterationsMax)};
  }
  return {};
}

// What a request asks for, user by user. A user is answered once, and changed as a whole or not.
class ScramChanges {
 public:
  explicit ScramChanges(const AlterUserScramCredentialsRequest& request) : request_(request) {
    for (const ScramCredentialDeletion& wanted : request.deletions) {
      Add(wanted.name, wanted.mechanism, Check(wanted.name, wanted.mechanism));
    }
    for (const ScramCredentialUpsertion& wanted : request.upsertions) {
      Add(wanted.name, wanted.mechanism, CheckUpsertion(wanted));
    }
  }

  // Carries out what was not refused. Finds out what else must be.
  Status Apply(std::vector<access::User>& users) {
    for (const ScramCredentialDeletion& wanted : request_.deletions) {
      if (Refused(wanted.name)) continue;
      const auto user = std::ranges::find(users, wanted.name, &access::User::name);
      if (user == users.end() || !CredentialOf(*user, wanted.mechanism)) {
        refusals_[wanted.name] = {ErrorCode::kResourceNotFound, "there is no such password"};
        continue;
      }
      CredentialOf(*user, wanted.mechanism).reset();
    }
    for (const ScramCredentialUpsertion& wanted : request_.upsertions) {
      if (!Refused(wanted.name)) Set(wanted, users);
    }
    // Who has no password and no roles is nobody.
    std::erase_if(users, [](const access::User& user) {
      return !user.sha256 && !user.sha512 && user.grants.empty();
    });
    return Done{};
  }

  bool any() const {
    return std::ranges::any_of(
        refusals_, [](const auto& each) { return each.second.code == ErrorCode::kNone; });
  }

  std::vector<AlteredScramUser> Answers() const {
    std::vector<AlteredScramUser> answers;
    for (const auto& [name, refusal] : refusals_) {
      auto& answer = answers.emplace_back();
      answer.user = name;
      answer.error_code = refusal.code;
      answer.error_message = std::nullopt;
      if (refusal.code != ErrorCode::kNone) answer.error_message = refusal.message;
    }
    return answers;
  }

  void RefuseRest(ErrorCode code, const std::string& message) {
    for (auto& [name, refusal] : refusals_) {
      if (refusal.code == ErrorCode::kNone) refusal = {code, message};
    }
  }

 private:
  void Add(const std::string& name, int8_t mechanism, UserRefusal refusal) {
    UserRefusal& present = refusals_[name];
    if (!named_.emplace(name, mechanism).second) {
      refusal = {ErrorCode::kDuplicateResource, "the request names this password more than once"};
    }
    if (present.code == ErrorCode::kNone) present = std::move(refusal);
  }

  bool Refused(const std::string& name) const {
    return refusals_.at(name).code != ErrorCode::kNone;
  }

  void Set(const ScramCredentialUpsertion& wanted, std::vector<access::User>& users) {
    auto credential = access::CredentialOfSalted(
        wanted.mechanism == kSha256 ? access::ScramHash::kSha256 : access::ScramHash::kSha512,
        std::string(AsText(wanted.salt)), AsText(wanted.salted_password), wanted.iterations);
    if (!credential) {
      refusals_[wanted.name] = {ErrorCode::kUnacceptableCredential, credential.error().context};
      return;
    }
    auto user = std::ranges::find(users, wanted.name, &access::User::name);
    if (user == users.end()) {
      users.emplace_back().name = wanted.name;
      user = std::prev(users.end());
    }
    CredentialOf(*user, wanted.mechanism) = std::move(*credential);
  }

  const AlterUserScramCredentialsRequest& request_;
  std::map<std::string, UserRefusal> refusals_;  // kNone: nothing is wrong so far
  std::set<std::pair<std::string, int8_t>> named_;
};

// Has `changes` written by the worker, since the disk and other processes' locks take their time;
// it must stay until `done` is called, once.
void Carry(Broker& broker, ScramChanges& changes, std::function<void(Status)> done) {
  const Status queued = broker.users_worker->Run([&broker, &changes, done] {
    if (broker.stopping()) return done(Error{Fault::kClosed, "the broker is stopping"});
    done(broker.options.users->Change(
        [&changes](std::vector<access::User>& users) { return changes.Apply(users); }));
  });
  if (!queued) done(queued.error());
}

}  // namespace

DescribeUserScramCredentialsResponse OnDescribeUserScramCredentials(
    Broker& broker, Call call, const DescribeUserScramCredentialsRequest& request) {
  DescribeUserScramCredentialsResponse response;
  response.error_message = std::nullopt;
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kClusterAuthorizationFailed;
    response.error_message = kNotAllowed;
    return response;
  }
  access::UserFile* users = broker.options.users.get();
  if (users == nullptr) {
    response.error_code = ErrorCode::kSecurityDisabled;
    response.error_message = kNoUsers;
    return response;
  }
  if (!request.users || request.users->empty()) {
    for (const auto& user : users->All()) {
      if (user->sha256 || user->sha512) response.results.push_back(Describe(*user));
    }
    return response;
  }
  std::map<std::string_view, int> times;
  for (const ScramUserName& wanted : *request.users) ++times[wanted.name];
  for (const ScramUserName& wanted : *request.users) {
    const int count = std::exchange(times[wanted.name], 0);
    if (count > 0) response.results.push_back(DescribeNamed(*users, wanted.name, count));
  }
  return response;
}

asio::awaitable<Reply> OnAlterUserScramCredentials(
    Broker& broker, Call call, const AlterUserScramCredentialsRequest& request) {
  AlterUserScramCredentialsResponse response;
  ScramChanges changes(request);
  if (!MayAsk(call)) {
    changes.RefuseRest(ErrorCode::kClusterAuthorizationFailed, kNotAllowed);
  } else if (broker.options.users == nullptr) {
    changes.RefuseRest(ErrorCode::kSecurityDisabled, kNoUsers);
  } else if (changes.any()) {
    const Status changed = co_await AwaitCallback<Status>(
        [&](std::function<void(Status)> done) { Carry(broker, changes, std::move(done)); });
    if (!changed) changes.RefuseRest(ErrorCode::kKafkaStorageError, changed.error().context);
  }
  response.results = changes.Answers();
  co_return ReplyWith(call, response);
}

}  // namespace gamevents::broker
