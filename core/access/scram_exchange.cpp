#include "core/access/scram_exchange.h"

#include "core/access/scram_keys.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gamevents::access {
namespace {

constexpr size_t kNonceBytes = 24;

Error BadScram(std::string_view why) {
  return Error{Fault::kBadInput, "SCRAM: " + std::string(why)};
}

// Takes the attribute at the front of `rest`, up to a comma, if it is called `name`: its value.
std::optional<std::string_view> TakeAttribute(std::string_view& rest, char name) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return std::nullopt;
  const size_t end = std::min(rest.find(','), rest.size());
  const std::string_view value = rest.substr(2, end - 2);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

bool IsNonce(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != ','; });
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What follows the attributes that we know: "name=value,name=value", or nothing.
Status CheckExtensions(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string_view extension = text.substr(0, end);
    const size_t equals = std::min(extension.find('='), extension.size());
    const std::string_view name = extension.substr(0, equals);
    const bool sound =
        !name.empty() && std::ranges::all_of(name, IsLetter) && equals + 1 < extension.size();
    if (!sound || end + 1 == text.size()) return BadScram("a damaged extension");
    if (name == "tokenauth") return BadScram("there are no delegation tokens");
    if (name == "m") return BadScram("an extension that must be known, and is not");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Done{};
}

struct ClientFirst {
  std::string_view gs2_header;  // with both commas
  std::string_view bare;
  std::string name;
  std::string_view nonce;
  bool for_another = false;  // asks to act as another user
};

Result<ClientFirst> ParseClientFirst(std::string_view message) {
  ClientFirst first;
  std::string_view rest = message;
  if (rest.starts_with("p=")) return BadScram("channel binding is not supported: send n,,");
  if (!rest.starts_with("n,") && !rest.starts_with("y,")) return BadScram("no gs2 header");
  rest.remove_prefix(2);
  std::optional<std::string_view> acts_as;
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
  } else if (acts_as = TakeAttribute(rest, 'a'); !acts_as) {
    return BadScram("no gs2 header");
  }
  first.gs2_header = message.substr(0, message.size() - rest.size());
  first.bare = rest;
  if (rest.starts_with("m=")) return BadScram("an extension that must be known, and is not");
  const auto name = TakeAttribute(rest, 'n');
  const auto nonce = TakeAttribute(rest, 'r');
  if (!name || !nonce || !IsNonce(*nonce) || message.ends_with(','))
    return BadScram("no user name, or no nonce");
  first.nonce = *nonce;
  if (Status sound = CheckExtensions(rest); !sound) return std::move(sound).error();
  auto decoded = DecodeSaslName(*name);
  if (!decoded) return std::move(decoded).error();
  first.name = std::move(decoded).value();
  if (acts_as) {
    const auto other = DecodeSaslName(*acts_as);
    if (!other) return Error(other.error());
    first.for_another = *other != first.name;
  }
  return first;
}

struct ClientFinal {
  std::string_view without_proof;
  std::string_view channel_binding;  // in base64
  std::string_view nonce;
  std::string proof;
};

Result<ClientFinal> ParseClientFinal(std::string_view message) {
  ClientFinal final;
  const size_t proof_at = message.rfind(",p=");
  if (proof_at == message.npos) return BadScram("no proof");
  final.without_proof = message.substr(0, proof_at);
  auto proof = Base64Decode(message.substr(proof_at + 3));
  std::string_view rest = final.without_proof;
  const auto channel_binding = TakeAttribute(rest, 'c');
  const auto nonce = TakeAttribute(rest, 'r');
  if (!channel_binding || !nonce || !proof) {
    return BadScram("no channel binding, no nonce, or a damaged proof");
  }
  if (Status sound = CheckExtensions(rest); !sound) return std::move(sound).error();
  final.channel_binding = *channel_binding;
  final.nonce = *nonce;
  final.proof = std::move(proof).value();
  return final;
}

}  // namespace

Result<std::string> MakeServerNonce() {
  const auto random = TakeRandomBytes(kNonceBytes);
  if (!random) return Error(random.error());
  return Base64Encode(*random);
}

Result<std::string> DecodeSaslName(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      name += text[i];
      continue;
    }
    const std::string_view escape = text.substr(i, 3);
    if (escape != "=2C" && escape != "=3D") return BadScram("a name has '=' without 2C or 3D");
    name += escape == "=2C" ? ',' : '=';
    i += 2;
  }
  if (!name.empty()) return name;
  return BadScram("an empty name");
}

Result<Exchange::Step> ScramExchange::Next(std::string_view message) {
  const Stage stage = std::exchange(stage_, Stage::kOver);
  if (stage == Stage::kOver) return Error{Fault::kClosed, "SCRAM: the exchange is over"};
  if (message.size() > kSaslMessageBytesMax) return BadScram("a message above 16 KiB");
  if (!IsUtf8(message) || message.find('\0') != message.npos) return BadScram("not UTF-8");
  return stage == Stage::kFirst ? OnFirst(message) : OnFinal(message);
}

Result<Exchange::Step> ScramExchange::OnFirst(std::string_view message) {
  auto first = ParseClientFirst(message);
  if (!first) return std::move(first).error();
  name_ = std::move(first->name);
  if (first->for_another) return Error{Fault::kDenied, "the user asks to act as another"};
  user_ = users_.Find(name_);
  if (user_ && !user_->credential(hash_)) user_ = nullptr;
  // Made up for every name, so that the work is the same.
  credential_ = MadeUpCredential(hash_, users_.secret(), name_);
  if (user_) credential_ = *user_->credential(hash_);
  const auto server_nonce = make_nonce_();
  if (!server_nonce) return Error(server_nonce.error());
  gs2_header_ = first->gs2_header;
  nonce_ = std::string(first->nonce) + *server_nonce;
  std::string reply = "r=" + nonce_ + ",s=" + Base64Encode(credential_.salt) +
                      ",i=" + std::to_string(credential_.iterations);
  first_messages_ = std::string(first->bare) + "," + reply;
  stage_ = Stage::kFinal;
  return Step{std::move(reply), nullptr};
}

Result<Exchange::Step> ScramExchange::OnFinal(std::string_view message) {
  const auto final = ParseClientFinal(message);
  if (!final) return Error(final.error());
  if (final->channel_binding != Base64Encode(gs2_header_)) {
    return BadScram("the channel binding is not the gs2 header of the first message");
  }
  // librdkafka before 2.6.1 puts its own nonce before it once more.
  if (!final->nonce.ends_with(nonce_)) return BadScram("the nonce is not the one that was sent");
  if (final->proof.size() != HashBytes(hash_))
    return BadScram("the proof is not as long as the hash");
  const std::string signed_text = first_messages_ + "," + std::string(final->without_proof);
  std::string client_key = Hmac(hash_, credential_.stored_key, signed_text);
  for (size_t i = 0; i < client_key.size(); ++i) {
    client_key[i] = static_cast<char>(client_key[i] ^ final->proof[i]);
  }
  const bool proven = EqualInConstantTime(HashOfText(hash_, client_key), credential_.stored_key);
  if (!proven || !user_) return Error{Fault::kDenied, "no such user, or a wrong password"};
  return Step{"v=" + Base64Encode(Hmac(hash_, credential_.server_key, signed_text)), user_};
}

}  // namespace gamevents::access
