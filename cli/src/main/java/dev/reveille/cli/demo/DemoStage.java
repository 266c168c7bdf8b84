package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.TextFile;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import dev.reveille.cli.wire.ServerTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/// The programs of a demonstration, started one after the other and ended in reverse: the server
/// with an empty store, the push services of Apple and Google, the app with its keys, the phones.
/// Must be closed, or the processes stay.
final class DemoStage implements AutoCloseable {
  static final String APP = "com.example.phone";
  static final Duration STARTING = Duration.ofSeconds(60);

  /// Phones are told to come back later when a server goes down; here no phone comes back.
  private static final String CONFIGURATION = "live: {drain: PT0S}\n";

  private final CommandEnvironment here;
  private final ProgressPrinter billboard;
  private final Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private String page = "";

  DemoStage(final CommandEnvironment here, final ProgressPrinter billboard) {
    if (here.launcher().isEmpty()) {
      throw Failure.missing(
          "The demo starts other programs and does not know the launcher.",
          "Run it with ./reveille demo");
    }
    this.here = here;
    this.billboard = billboard;
    try {
      this.folder = Files.createTempDirectory("reveille-demo-");
    } catch (IOException e) {
      throw Failure.missing(
          "There is no room for temporary files: " + e.getMessage() + ".", "Set TMPDIR.");
    }
  }

  /// The server's data directory, for commands of other terminals.
  Path data() {
    return folder.resolve("data");
  }

  /// What the programs leave behind; removed at the end.
  Path folder() {
    return folder;
  }

  /// Where a browser finds the page for trying out; known once the server runs.
  String page() {
    return page;
  }

  private static String word(final String beginning, final String line) {
    for (final String word : line.split(" ")) {
      if (word.startsWith(beginning)) {
        return word.substring(beginning.length());
      }
    }
    return "";
  }

  /// A server that is ready.
  record Started(DemoProcess program, String ready, Api api) {
    String word(final String beginning) {
      return DemoStage.word(beginning, ready);
    }
  }

  Api server() {
    final Started server =
        billboard.during("Starting the server", () -> server("data", CONFIGURATION, "--demo-page"));
    page = server.word("demo=");
    billboard.line("    process " + server.program().pid() + ", data in " + data());
    return server.api();
  }

  /// One more server.
  ///
  /// @param name of it, and of its data directory
  /// @param configuration the text of its file
  Started server(final String name, final String configuration, final String... more) {
    final Path data = folder.resolve(name);
    final var arguments =
        new ArrayList<>(
            List.of(
                "serve",
                "--data",
                data.toString(),
                "--config",
                write(name + ".yaml", configuration).toString(),
                "--api-port",
                "0",
                "--device-port",
                "0",
                "--metrics-port",
                "0",
                "--push-host",
                "127.0.0.1"));
    arguments.addAll(List.of(more));
    final DemoProcess child = program(name.equals("data") ? "server" : name, arguments);
    final String ready = child.need(l -> l.startsWith("reveille ready "), STARTING);
    final var api =
        new Api(
            ServerTarget.find(new ServerTarget.Said("", "", "", "", data.toString()), bare(here)));
    parts.push(api);
    return new Started(child, ready, api);
  }

  Apple apple() {
    return billboard.during(
        "Starting Apple's push service, simulated",
        () -> {
          final DemoProcess child =
              program(
                  "simulator of Apple",
                  List.of("simulate", "apple", "--make-key", folder.toString(), "--with-parent"));
          return new Apple(Json.read(child.need(line -> line.startsWith("{"), STARTING)));
        });
  }

  Google google() {
    return billboard.during(
        "Starting Google's push service, simulated",
        () -> {
          final DemoProcess child =
              program(
                  "simulator of Google",
                  List.of(
                      "simulate", "google", "--make-account", folder.toString(), "--with-parent"));
          return new Google(Json.read(child.need(line -> line.startsWith("{"), STARTING)));
        });
  }

  /// Makes the app and gives the server the keys that Apple and Google made for it.
  void app(final Api api, final Apple apple, final Google google) {
    billboard.during(
        "Making the app and giving the server its keys",
        () -> {
          api.put(at("apps", APP), Json.object().put("name", "Phone").put("bundleId", APP));
          api.put(at("apps", APP, "credentials", "apns"), key(apple));
          return api.put(
              at("apps", APP, "credentials", "fcm"),
              Json.object()
                  .put("serviceAccount", read(google.accountFile()))
                  .put("endpoint", google.endpoint())
                  .put("trust", read(google.certificate())));
        });
  }

  /// The key that Apple made, as the server takes it.
  static ObjectNode key(final Apple apple) {
    return Json.object()
        .put("team", apple.team())
        .put("keyId", apple.keyId())
        .put("key", read(apple.keyFile()))
        .put("endpoint", apple.endpoint())
        .put("sandboxEndpoint", apple.sandbox())
        .put("trust", read(apple.certificate()));
  }

  /// A user with a phone.
  DemoPhone phone(
      final Api api, final SimulatedPushService cloud, final String user, final PhoneKind kind) {
    return billboard.during(
        "Starting the phone of " + user + ", " + kind.label(),
        () -> {
          api.create(at("users", user), Json.object());
          final JsonNode code = api.post(at("users", user, "codes"), Json.object().put("app", APP));
          final var arguments = new ArrayList<String>();
          arguments.addAll(
              List.of(
                  "simulate",
                  "phone",
                  "--name",
                  user,
                  "--server",
                  api.target().devicesAddress().toString(),
                  "--ca",
                  api.target().ca(),
                  "--app",
                  APP,
                  "--code",
                  "-", // it comes on the standard input: arguments can be read by other users
                  "--platform",
                  kind.platform(),
                  "--os",
                  Integer.toString(kind.osMajor()),
                  "--with-parent"));
          arguments.addAll(
              switch (cloud) {
                case Apple apple -> List.of("--apple", apple.control(), "--topic", APP);
                case Google google ->
                    List.of("--google", google.control(), "--project", google.project());
              });
          final DemoProcess child = program("phone of " + user, arguments);
          child.tell(code.path("code").asText());
          final String registered =
              child.need(line -> DemoPhone.read(line).what().equals("registered"), STARTING);
          return new DemoPhone(
              user, kind, DemoPhone.read(registered).text("installation"), cloud, child);
        });
  }

  /// Ends all that was started, newest first, and removes what was written.
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        billboard.line("  Something did not end in order: " + e.getMessage());
      }
    }
    remove(folder);
  }

  DemoProcess program(final String name, final List<String> arguments) {
    final DemoProcess child = DemoProcess.start(name, here.launcher(), folder, arguments);
    parts.push(child);
    return child;
  }

  private Path write(final String name, final String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(final Path file) {
    try {
      return TextFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(final Path folder) {
    try (var files = Files.walk(folder)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  /// The demonstration speaks to its own server, whatever the environment says of another one.
  private static CommandEnvironment bare(final CommandEnvironment here) {
    return new CommandEnvironment(
        here.in(),
        here.out(),
        here.err(),
        java.util.Map.of(),
        here.folder(),
        here.launcher(),
        here.interactive());
  }
}
