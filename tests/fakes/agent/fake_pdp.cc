// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/agent/fake_pdp.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>

#include "common/rpc/channel.h"

namespace pullgate::agent {

FakePdp::FakePdp() {
  char directory[] = "/tmp/fake-pdp-XXXXXX";  // a socket's path must be short
  directory_ = mkdtemp(directory);
  Start();
}

FakePdp::~FakePdp() {
  Stop();
  rmdir(directory_.c_str());
}

std::shared_ptr<grpc::Channel> FakePdp::NewChannel() const {
  ChannelSettings settings;
  settings.min_backoff = absl::Milliseconds(10);
  settings.max_backoff = absl::Milliseconds(50);
  return MakeChannel("unix:" + directory_ + "/s",
                     grpc::InsecureChannelCredentials(), settings);
}

void FakePdp::Stop() {
  if (server_ == nullptr) return;
  decision_.Speak();
  // At once: whoever is connected sees the connection break.
  server_->Shutdown(std::chrono::system_clock::time_point());
  server_.reset();
  unlink((directory_ + "/s").c_str());
}

void FakePdp::Start() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + directory_ + "/s",
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&decision_);
  builder.RegisterService(&sync_);
  builder.RegisterService(&audit_);
  server_ = builder.BuildAndStart();
}

}  // namespace pullgate::agent
