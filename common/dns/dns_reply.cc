// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_reply.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/dns/wire_name.h"
#include "common/dns/wire_reader.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// RFC 1035 §§3.2, 4.1.1.
constexpr uint16_t kClassIn = 1;
constexpr uint16_t kTypeNs = 2;
constexpr uint16_t kTypeCname = 5;
constexpr uint16_t kTypeSoa = 6;
constexpr uint16_t kReplyBit = 0x8000;
constexpr uint16_t kOpcodeBits = 0x7800;
constexpr uint16_t kTruncatedBit = 0x0200;
constexpr uint16_t kRcodeBits = 0x000f;
constexpr uint16_t kNoError = 0;
constexpr uint16_t kNameError = 3;

struct Record {
  std::string owner;
  uint16_t type = 0;
  uint32_t ttl = 0;
  size_t data_at = 0;
  uint16_t data_length = 0;
};

struct Message {
  uint16_t rcode = kNoError;
  // CNAME records and those of the type asked for, class IN.
  std::vector<Record> answers;
  std::optional<uint32_t> negative_ttl;  // from the SOA record
  bool has_ns = false;                   // in the authority section
};

// The records at the end of the alias chain.
struct Found {
  std::vector<const Record*> records;
  int aliases = 0;
  uint32_t ttl = UINT32_MAX;
};

absl::Status Bad(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat("the DNS server's reply ", what));
}

absl::Status Malformed() { return Bad("is malformed"); }

std::optional<Record> ReadRecord(WireReader& reader, uint16_t* record_class) {
  Record record;
  record.owner = reader.ReadName();
  record.type = reader.ReadU16();
  *record_class = reader.ReadU16();
  record.ttl = reader.ReadU32();
  if (record.ttl > INT32_MAX) record.ttl = 0;
  record.data_length = reader.ReadU16();
  record.data_at = reader.at();
  reader.ReadBytes(record.data_length);
  if (!reader.ok()) return std::nullopt;
  return record;
}

// A name that fills the record's data exactly.
std::optional<std::string> NameIn(absl::string_view message,
                                  const Record& record) {
  WireReader reader(message, record.data_at);
  std::string name = reader.ReadName();
  if (!reader.ok()) return std::nullopt;
  if (reader.at() != record.data_at + record.data_length) return std::nullopt;
  return name;
}

// RFC 2308 §5: the lesser of the SOA's own TTL and its last field.
std::optional<uint32_t> NegativeTtl(absl::string_view message,
                                    const Record& soa) {
  WireReader reader(message, soa.data_at);
  reader.ReadName();
  reader.ReadName();
  reader.ReadBytes(16);  // serial, refresh, retry, expire
  uint32_t minimum = reader.ReadU32();
  if (!reader.ok()) return std::nullopt;
  if (reader.at() != soa.data_at + soa.data_length) return std::nullopt;
  if (minimum > INT32_MAX) minimum = 0;
  return std::min(soa.ttl, minimum);
}

absl::Status CheckHeader(uint16_t flags, uint16_t questions) {
  if ((flags & kReplyBit) == 0) return Bad("is not a reply");
  if ((flags & kOpcodeBits) != 0) return Bad("is not about a query");
  if ((flags & kTruncatedBit) != 0) return Bad("is truncated, over TCP too");
  const uint16_t rcode = flags & kRcodeBits;
  if (rcode != kNoError && rcode != kNameError) {
    return Bad(absl::StrCat("is an error, code ", rcode));
  }
  if (questions != 1) return Malformed();
  return absl::OkStatus();
}

absl::Status CheckQuestion(const DnsQuestion& question, WireReader& reader) {
  const std::string name = reader.ReadName();
  const uint16_t type = reader.ReadU16();
  const uint16_t question_class = reader.ReadU16();
  if (!reader.ok()) return Malformed();
  if (name != ToWireName(question.name) ||
      type != static_cast<uint16_t>(question.type) ||
      question_class != kClassIn) {
    return Bad("answers another question");
  }
  return absl::OkStatus();
}

absl::Status ReadAuthority(absl::string_view bytes, int count,
                           WireReader& reader, Message& message) {
  for (int i = 0; i < count; ++i) {
    uint16_t record_class = 0;
    const std::optional<Record> record = ReadRecord(reader, &record_class);
    if (!record.has_value()) return Malformed();
    if (record_class != kClassIn) continue;
    if (record->type == kTypeNs) message.has_ns = true;
    if (record->type != kTypeSoa) continue;
    message.negative_ttl = NegativeTtl(bytes, *record);
    if (!message.negative_ttl.has_value()) return Malformed();
  }
  return absl::OkStatus();
}

// Everything up to the additional section, which nothing here needs.
absl::StatusOr<Message> ReadMessage(const DnsQuestion& question,
                                    absl::string_view bytes) {
  WireReader reader(bytes);
  reader.ReadU16();  // the transaction id
  const uint16_t flags = reader.ReadU16();
  const uint16_t questions = reader.ReadU16();
  const int answers = reader.ReadU16();
  const int authorities = reader.ReadU16();
  reader.ReadU16();
  if (!reader.ok()) return Malformed();
  PULLGATE_RETURN_IF_ERROR(CheckHeader(flags, questions));
  PULLGATE_RETURN_IF_ERROR(CheckQuestion(question, reader));
  Message message;
  message.rcode = flags & kRcodeBits;
  for (int i = 0; i < answers; ++i) {
    uint16_t record_class = 0;
    std::optional<Record> record = ReadRecord(reader, &record_class);
    if (!record.has_value()) return Malformed();
    if (record_class == kClassIn &&
        (record->type == kTypeCname ||
         record->type == static_cast<uint16_t>(question.type))) {
      message.answers.push_back(*std::move(record));
    }
  }
  PULLGATE_RETURN_IF_ERROR(ReadAuthority(bytes, authorities, reader, message));
  return message;
}

// The one name that `owner` is an alias of; absent when it is none.
absl::StatusOr<std::optional<std::string>> AliasOf(absl::string_view bytes,
                                                   const Message& message,
                                                   const std::string& owner,
                                                   uint32_t* ttl) {
  std::optional<std::string> target;
  for (const Record& record : message.answers) {
    if (record.type != kTypeCname || record.owner != owner) continue;
    std::optional<std::string> name = NameIn(bytes, record);
    if (!name.has_value()) return Malformed();
    if (target.has_value() && *target != *name) {
      return Bad("has two aliases for one name");
    }
    target = std::move(name);
    *ttl = std::min(*ttl, record.ttl);
  }
  return target;
}

absl::StatusOr<Found> FollowAliases(const DnsQuestion& question,
                                    absl::string_view bytes,
                                    const Message& message) {
  Found found;
  std::string owner = ToWireName(question.name);
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const std::optional<std::string> target,
                              AliasOf(bytes, message, owner, &found.ttl));
    if (!target.has_value()) break;
    if (++found.aliases > kMaxAliases) {
      return Bad(
          absl::StrCat("has an alias chain that is circular or longer "
                       "than ",
                       kMaxAliases));
    }
    owner = *target;
  }
  for (const Record& record : message.answers) {
    if (record.type == kTypeCname || record.owner != owner) continue;
    found.records.push_back(&record);
    found.ttl = std::min(found.ttl, record.ttl);
  }
  return found;
}

// An empty answer must be what it seems.
absl::Status CheckEmpty(const Message& message, const Found& found) {
  const bool has_records = std::any_of(
      message.answers.begin(), message.answers.end(),
      [](const Record& record) { return record.type != kTypeCname; });
  if (has_records || (found.aliases == 0 && !message.answers.empty())) {
    return Bad("has records of other names only");
  }
  // RFC 2308 §2.2: name servers without an SOA record send us elsewhere.
  if (message.rcode == kNoError && found.aliases == 0 && message.has_ns &&
      !message.negative_ttl.has_value()) {
    return Bad("is a referral: the server does not resolve recursively");
  }
  return absl::OkStatus();
}

template <size_t kSize>
std::array<uint8_t, kSize> BytesOf(absl::string_view data) {
  std::array<uint8_t, kSize> bytes;
  std::memcpy(bytes.data(), data.data(), kSize);
  return bytes;
}

absl::Status AddRecord(DnsType type, absl::string_view bytes,
                       const Record& record, DnsReply& reply) {
  const absl::string_view data =
      bytes.substr(record.data_at, record.data_length);
  switch (type) {
    case DnsType::kA:
      if (data.size() != 4) return Malformed();
      reply.addresses.push_back(IpAddress::FromV4Bytes(BytesOf<4>(data)));
      return absl::OkStatus();
    case DnsType::kAaaa:
      if (data.size() != 16) return Malformed();
      reply.addresses.push_back(IpAddress::FromV6Bytes(BytesOf<16>(data)));
      return absl::OkStatus();
    case DnsType::kPtr:
      break;
  }
  const std::optional<std::string> wire = NameIn(bytes, record);
  if (!wire.has_value()) return Malformed();
  if (std::optional<DnsName> name = FromWireName(*wire); name.has_value()) {
    reply.names.push_back(*std::move(name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DnsReply> ParseDnsReply(const DnsQuestion& question,
                                       absl::string_view bytes) {
  PULLGATE_ASSIGN_OR_RETURN(const Message message,
                            ReadMessage(question, bytes));
  PULLGATE_ASSIGN_OR_RETURN(const Found found,
                            FollowAliases(question, bytes, message));
  DnsReply reply;
  if (found.records.empty()) {
    PULLGATE_RETURN_IF_ERROR(CheckEmpty(message, found));
    reply.ttl =
        absl::Seconds(std::min(found.ttl, message.negative_ttl.value_or(0)));
    return reply;
  }
  if (message.rcode == kNameError) {
    return Bad("says that there is no such name, and gives its records");
  }
  for (const Record* record : found.records) {
    PULLGATE_RETURN_IF_ERROR(AddRecord(question.type, bytes, *record, reply));
  }
  reply.ttl = absl::Seconds(found.ttl);
  return reply;
}

}  // namespace pullgate
