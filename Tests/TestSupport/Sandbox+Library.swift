import Foundation

extension Sandbox {
  /// Builds a library in C, which stands in for an engine's.
  ///
  /// - Parameter constructor: statements that run when the worker loads it; `note(text)` appends a line to the file `notes`.
  public func library(_ constructor: String) throws -> String {
    let source = """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/wait.h>
      #include <unistd.h>
      static void note(const char *text) {
        FILE *file = fopen("\(path("notes"))", "a");
        fprintf(file, "%s\\n", text), fclose(file);
      }
      static int noted[2];
      static void linger(void) {
        char text[16];
        snprintf(text, sizeof text, "%d", getpid()), note(text);
        write(noted[1], "", 1);
        for (;;) pause();
      }
      __attribute__((constructor)) static void begin(void) {
        if (strcmp(program_invocation_short_name, "assay-worker") != 0) return;
      \(constructor)
      }
      """
    try write(Data(source.utf8), to: "library.c")
    let build = try shell("for c in cc clang; do $c -shared -fPIC -w -o library.so library.c && exit 0; done; exit 1")
    guard build.status == 0 else { throw ProgramError("Cannot build the library of the test: \(build)") }
    return path("library.so")
  }

  /// The lines that a library has noted.
  public var notes: [String] {
    let text = try? String(contentsOfFile: path("notes"), encoding: .utf8)
    return text?.split(separator: "\n").map(String.init) ?? []
  }
}
