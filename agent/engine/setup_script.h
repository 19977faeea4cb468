// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_SETUP_SCRIPT_H_
#define PULLGATE_AGENT_ENGINE_SETUP_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate::agent {

// A POSIX shell script that writes configuration files, built piece by piece.
// Piped into "sh" it writes to where they belong, into "sh -s -- DIRECTORY"
// below that directory.
//
// Nothing is quoted: everything given is canonical text (engine_facts.h) or our
// own, and free of "'", "$(" and the like. Paths and file contents may use
// "$registry" inside PutForEach() only.
class SetupScript {
 public:
  // `paragraphs` become the comment at the top.
  explicit SetupScript(const std::vector<std::string>& paragraphs);

  // A comment, wrapped, with an empty line before.
  void Explain(absl::string_view text);

  // Below a comment: one line for each of `items`; what is beyond the first 20
  // is counted.
  void List(const std::vector<std::string>& items);

  // The file `path` with these contents, which end with a line feed.
  void Put(absl::string_view path, absl::string_view contents);

  // The same unless there is such a file; then `otherwise` is said when the
  // script runs, and the contents go to `path` + ".pullgate".
  void PutIfNew(absl::string_view path, absl::string_view contents,
                absl::string_view otherwise);

  // The files of each of `registries`, where "$registry" stands for it.
  struct File {
    std::string path;
    std::string contents;
  };
  void PutForEach(const std::vector<std::string>& registries,
                  const std::vector<File>& files);

  // Says this when the script ends, unless it wrote below a directory.
  std::string Finish(absl::string_view closing) &&;

 private:
  std::string text_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_SETUP_SCRIPT_H_
