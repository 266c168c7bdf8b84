package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.TerminalEscaping;
import dev.reveille.cli.terminal.TextFile;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Function;

/// One run of a command: connects to the server and shows its answer as text or, with `--json`, as
/// it came.
final class Session {
  private final CommandEnvironment here;
  private final GlobalOptions globals;

  Session(final CommandEnvironment here, final GlobalOptions globals) {
    this.here = here;
    this.globals = globals;
  }

  CommandEnvironment here() {
    return here;
  }

  Api open() {
    return new Api(globals.target(here));
  }

  boolean wantsJson() {
    return globals.json();
  }

  /// The text of a file that a command's option names.
  String content(final String file) {
    try {
      return TextFile.read(here.file(file));
    } catch (IOException e) {
      throw Failure.missing("The file " + file + " cannot be read.", "Check its name and rights.");
    }
  }

  /// The same for one that is no text.
  byte[] bytes(final String file) {
    try {
      return Files.readAllBytes(here.file(file));
    } catch (IOException e) {
      throw Failure.missing("The file " + file + " cannot be read.", "Check its name and rights.");
    }
  }

  /// Asks the server once and shows what it says: as it is with `--json`, otherwise in words.
  void show(final Function<Api, JsonNode> question, final Function<JsonNode, String> words) {
    final JsonNode answer;
    try (Api api = open()) {
      answer = question.apply(api);
    }
    show(answer, words);
  }

  /// Shows what is known without a server. Words are made of texts that are made visible before: a
  /// line end in one of them is not one of ours.
  void show(final JsonNode known, final Function<JsonNode, String> words) {
    if (wantsJson()) {
      printRaw(Json.pretty(known));
    } else {
      print(words.apply(TerminalEscaping.json(known)));
    }
  }

  /// The same where JSON is what people read and hand in again, too.
  void showJson(final Function<Api, JsonNode> question) {
    final JsonNode answer;
    try (Api api = open()) {
      answer = question.apply(api);
    }
    if (wantsJson()) {
      printRaw(Json.pretty(answer));
    } else {
      print(Json.pretty(answer));
    }
  }

  /// Prints a page for people, with one line end after it.
  void print(final String text) {
    printRaw(TerminalEscaping.page(text));
  }

  /// The same for programs: as it is.
  void printRaw(final String text) {
    here.out().println(text.stripTrailing());
    here.out().flush();
  }

  /// Tells a person what they may do next; scripts do not see it.
  void hint(final String text) {
    if (here.interactive() && !wantsJson()) {
      here.err().println(TerminalEscaping.page(text));
      here.err().flush();
    }
  }
}
